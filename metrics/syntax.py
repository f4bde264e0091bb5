"""What the text of a module does, without what it says: comments, docstrings, messages, layout.

Two texts of one normal form compute the same, and every version of Python gives a text the same form. What
is derived carries a digest that is made of such forms (`digest.py`).
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

_NOT_COMPARED = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
"""Fields that add nothing to what the tree does. (None and empty lists are left out too: each version of
Python adds some.)"""
_WORDING = frozenset({"comment", "doc", "label", "title", "words"})
"""Keywords whose texts are for readers."""


def normal_form(text: str) -> str:
    """What a module's text does, as one line. Raises SyntaxError where it is not Python."""
    form: list[str] = []
    _write(ast.parse(text), form)
    return "".join(form)


def _write(node: ast.AST, form: list[str]) -> None:
    """Add a node and what hangs from it."""
    form.append(f"{type(node).__name__}(")
    for name in sorted(node._fields):
        value = getattr(node, name, None)
        if value is None or name in _NOT_COMPARED or (name == "msg" and isinstance(node, ast.Assert)):
            continue
        if isinstance(value, ast.AST):
            form.append(f"{name}=")
            _write(_without_message(value) if isinstance(node, ast.Raise) else value, form)
        elif isinstance(value, list):
            _write_list(name, _joined(value) if isinstance(node, ast.JoinedStr) else value, form)
        else:
            form.append(f"{name}={value!r},")
    form.append(")")


def _write_list(name: str, items: Sequence[object], form: list[str]) -> None:
    kept = [item for item in items if not _is_for_readers(item)]
    if not kept:
        return
    form.append(f"{name}=[")
    for item in kept:
        if isinstance(item, ast.AST):
            _write(item, form)
        else:
            form.append(f"{item!r},")
    form.append("]")


def _is_for_readers(item: object) -> bool:
    """Whether it is a docstring, or a keyword with a text for readers."""
    if isinstance(item, ast.keyword):
        return item.arg in _WORDING and _is_text(item.value)
    return isinstance(item, ast.Expr) and _is_text(item.value)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _without_message(raised: ast.AST) -> ast.AST:
    """An error that is raised, without the texts that it is given."""
    if not isinstance(raised, ast.Call):
        return raised
    return ast.Call(raised.func, [arg for arg in raised.args if not _is_text(arg)], raised.keywords)


def _joined(parts: Sequence[ast.AST]) -> list[ast.AST]:
    """The parts of an f-string, neighbouring texts as one: each version of Python cuts them elsewhere."""
    joined: list[ast.AST] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, ast.Constant) and isinstance(last, ast.Constant):
            joined[-1] = ast.Constant(str(last.value) + str(part.value))
        elif not isinstance(part, ast.Constant) or part.value:
            joined.append(part)
    return joined
