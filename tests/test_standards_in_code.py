"""The code spells no number of `standards.toml`, reads every setting, and keeps none from its import."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import standards
from standards.wording import LATEST

ROOT = Path(__file__).parent.parent
CODE = ("metrics", "pages", "reports", "charts", "commands", "data_access", "docs")
FIELD = re.compile(r"\{\w+(?::[a-z ]+)?\}")


def constants(path: Path) -> Iterator[str]:
    """The texts of a module that are printed: no docstrings, and no worked examples, which have their day."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "example":
            skipped |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


def modules() -> Iterator[Path]:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "demo" not in path.parts and "migrations" not in path.parts and path.name != "demo.py":
                yield path


_NUMBER = (
    r"(?:\d+(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|"
    r"thirty|forty|fifty)"
)
SPELT = re.compile(
    rf"\b{_NUMBER}(?:st|nd|rd|th)?[ -](?:(?:calendar|working) )?(?:day|week|month|year)s?\b|\bhalf a year\b|"
    r"\bfortnight\w*|\baged \d+|\bunder \d+\b|\b\d+(?:\.\d+)?%|\b\d+ to \d+\b",
    re.IGNORECASE,
)
NO_SETTING = {
    "aged 4": "what the codes PN1 to PN7 of the 903 mean",
    "under 4": "what the code PN0 of the 903 means",
    "4 years": "the birthday by which the 903 tells PN0 from the others",
    "under 18": "children, in law",
    "95%": "the limits of a funnel", "99.8%": "the limits of a funnel",
    "10%": "how many rows of a file may be refused",
    "100%": "all", "0%": "a format", "0.0%": "a format", "0.00%": "a format",
    "0 to 1": "what a column takes", "0 to 9999": "what a column takes", "1 to 64": "what a column takes",
    "1 to 4": "an age band", "5 to 9": "an age band", "10 to 15": "an age band",
    "1 to 7": "a band of days late", "8 to 14": "a band of days late", "15 to 28": "a band of days late",
    "29 to 90": "a band of days late", "90 days": "a band of days late",
    "twelve months": "the period of the page, not an interval", "12 months": "a period to choose",
    "two days": "these two dates", "three days": "an example of hours", "2 years": "a span to choose",
    "5 years": "a span to choose", "five years": "the invented authority", "two weeks": "red for long",
    "seven days": "the last week", "three months": "a quarter", "under 1": "an age band",
}  # fmt: skip
"""Numbers that are no setting, wherever they stand."""
NO_SETTING_IN = {
    ("metrics/measures/footprint.py", "50 to 70"): "what the Handbook asks for, whatever the target is",
    ("metrics/measures/steps.py", "3 days"): "what the Handbook asks for, in the source",
    ("metrics/recorded/due_dates.py", "28 days"): "how another system counts",
    ("metrics/recorded/due_dates.py", "183 days"): "how another system counts",
    ("pages/footprint/capacity", "six months"): "how far ahead the page looks",
    ("pages/weekly/overview/ahead.py", "six weeks"): "how far ahead the page looks",
}
"""Those that are none in one place, and would be a setting in another."""


def _allowed(path: str, phrase: str) -> bool:
    return phrase in NO_SETTING or any(
        path.startswith(place) and phrase == known for place, known in NO_SETTING_IN
    )


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_number_of_a_standard_is_spelt_in_a_text(path):
    where = str(path.relative_to(ROOT))
    for text in constants(path):
        for found in SPELT.finditer(FIELD.sub("", text)):
            phrase = found[0].lower()
            number = int(digits[0]) if (digits := re.search(r"\d+", phrase)) else None
            likely = [name for name in standards.SETTINGS if standards.setting(name, LATEST) == number]
            assert _allowed(where, phrase), (
                f"{where} spells “{found[0]}” in “{text[:80]}”: say it by the setting's name, as in "
                f"{{{likely[0] if likely else 'coverage_days'}:days}} (standards/wording.py)"
                f"{f'; it may be any of {likely}' if likely else ''}. Where it is none, write it into "
                "NO_SETTING."
            )


def test_what_is_listed_as_no_setting_is_still_there():
    said = {(str(path.relative_to(ROOT)), text) for path in modules() for text in constants(path)}
    spelt = {(path, found[0].lower()) for path, text in said for found in SPELT.finditer(text)}
    assert not set(NO_SETTING) - {phrase for _, phrase in spelt}
    assert not [
        (place, phrase) for place, phrase in NO_SETTING_IN
        if not any(path.startswith(place) and phrase == one for path, one in spelt)
    ]  # fmt: skip


def _names_in_code() -> tuple[set[str], list[re.Pattern[str]]]:
    """Texts of the code that may be a setting's name, and patterns of those put together from parts."""
    whole: set[str] = set()
    patterns = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        whole |= {
            node.value for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
                if any(part and re.fullmatch(r"_\w{12,}", part) for part in parts):
                    patterns.append(
                        re.compile("".join(r"\w+" if part is None else re.escape(part) for part in parts))
                    )
    return whole, patterns


def test_every_setting_is_read_by_somebody():
    whole, patterns = _names_in_code()
    dead = [
        name for name in standards.SETTINGS
        if name not in whole and not any(pattern.fullmatch(name) for pattern in patterns)
    ]  # fmt: skip
    assert not dead, f"nobody reads {', '.join(dead)}: remove the setting, or the rule forgot it"


def test_no_module_keeps_the_value_that_a_setting_had_when_it_was_imported():
    kept = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for statement in tree.body:
            if not isinstance(statement, ast.Assign | ast.AnnAssign):
                continue
            calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
            named = {
                node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                for node in calls
                if not any(isinstance(given, ast.Name) and given.id == "LATEST" for given in node.args)
            }
            if named & {"setting", "target", "worded", "in_words"}:
                kept.append(f"{path.relative_to(ROOT)}:{statement.lineno}")
    assert not kept, f"read when the module is imported, and so for one day only: {kept}"
