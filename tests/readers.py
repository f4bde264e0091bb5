"""Which functions read the store: what the tests of viewers and of the layers go through."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from sqlalchemy import Engine

ROOT = Path(__file__).parent.parent

# Functions that read no child-level or staff-level row: bookkeeping only.
READS_NO_CHILD_OR_STAFF_ROW = {
    "authorities_in",
    "availability",
    "current_files",
    "default_as_at",
    "load_history",
}


def readers() -> Iterator[tuple[str, inspect.Signature]]:
    """Every public function of the layers pages read from that takes a store."""
    for layer in ("data_access", "metrics"):
        for path in sorted((ROOT / layer).rglob("*.py")):
            if {"migrations", "sources", "store"} & set(path.parts):
                continue
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            module = import_module(name)
            for function_name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ != name or function_name.startswith("_"):
                    continue
                signature = inspect.signature(function, eval_str=True)
                if any(p.annotation is Engine for p in signature.parameters.values()):
                    yield f"{name}.{function_name}", signature
