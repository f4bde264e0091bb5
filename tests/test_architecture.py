"""Imports point one way, SQL and Streamlit stay where they belong, and pages/ keeps its layout."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.readers import READS_NO_CHILD_OR_STAFF_ROW, readers

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "dashboard": {"pages", "reports", "charts", "metrics", "data_access", "standards"},
    "manage": {"commands"},
    "commands": {"commands", "reports", "metrics", "data_access", "standards"},
    "pages": {"pages", "reports", "charts", "metrics", "data_access", "standards"},
    "reports": {"reports", "charts", "metrics", "data_access", "standards"},
    "charts": {"charts", "metrics", "standards"},
    "metrics": {"metrics", "data_access", "standards"},
    "data_access": {"data_access", "standards"},
    "standards": {"standards"},
}
OURS = set(MAY_IMPORT) | {"tests", "benchmarks"}


def modules() -> Iterator[Path]:
    yield from (ROOT / "dashboard.py", ROOT / "manage.py")
    for layer in MAY_IMPORT:
        yield from sorted((ROOT / layer).rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def layer_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    allowed = MAY_IMPORT[layer_of(path)]
    wrong = [
        f"line {line}: {name}"
        for name, line in imported(path)
        if name.split(".")[0] in OURS and name.split(".")[0] not in allowed
    ]
    assert not wrong, f"{path.relative_to(ROOT)} turns an arrow back: {wrong}"


def test_what_several_tests_need_lies_in_no_test() -> None:
    """Nobody would look for it there, and a test that is moved or dropped would take it along."""
    tests = sorted((ROOT / "tests").glob("**/*.py"))
    borrowed = [
        f"{path.name} from {name}"
        for path in tests
        for name, _ in imported(path)
        if name.startswith("tests.test_")
    ]
    assert borrowed == []


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_streamlit_and_sql_stay_in_their_layers(path: Path) -> None:
    names = {name.split(".")[0] for name, _ in imported(path)}
    layer = layer_of(path)
    if layer not in ("dashboard", "pages"):
        assert "streamlit" not in names
    if layer not in ("metrics", "data_access"):
        engine_only = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
            for alias in node.names
        }
        assert engine_only <= {"Engine"}, f"SQL outside metrics and data_access: {engine_only}"


def test_nothing_but_the_sections_lies_directly_in_pages() -> None:
    assert [path.name for path in (ROOT / "pages").glob("*.py")] == ["__init__.py"]


FLOORS = (
    {"rules", "syntax", "wording"},
    {"facts", "rows"},
    {"measures"},
    {"digest"},
    {"counting"},
    {"recorded", "chance", "disclosure", "circumstances", "comparators", "derive"},
    {"absences", "population", "teams", "tracker"},
    {"child", "practice", "ahead"},
)
"""The parts of `metrics/`, from the ground up: each imports only from floors below it, and its own part."""


@pytest.mark.parametrize("path", sorted((ROOT / "metrics").rglob("*.py")), ids=lambda path: path.stem)
def test_imports_within_metrics_go_down_only(path: Path) -> None:
    floor_of = {part: number for number, floor in enumerate(FLOORS) for part in floor}
    part = path.relative_to(ROOT / "metrics").parts[0].removesuffix(".py")
    if part == "__init__":
        return
    assert part in floor_of, f"say in FLOORS on which floor metrics/{part} stands"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "metrics":
            names = node.module.split(".")[1:2] or [alias.name for alias in node.names]
            for other in names:
                assert other == part or floor_of[other] < floor_of[part], (
                    f"{path.relative_to(ROOT)}, line {node.lineno}: {other} stands above {part}"
                )


def test_no_module_imports_itself_by_way_of_others() -> None:
    known = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in modules()
    }
    arrows: dict[str, set[str]] = {}
    for name, path in known.items():
        arrows[name] = set()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    arrows[name].add(whole if whole in known else node.module)
    assert find_circle(arrows) is None


def find_circle(arrows: dict[str, set[str]]) -> list[str] | None:
    """A way from a name back to itself; None where there is none."""
    done: set[str] = set()

    def follow(name: str, way: list[str]) -> list[str] | None:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return None
        for other in sorted(arrows.get(name, ())):
            if circle := follow(other, [*way, name]):
                return circle
        done.add(name)
        return None

    return next((circle for name in sorted(arrows) if (circle := follow(name, []))), None)


def test_every_function_that_reads_children_or_staff_takes_a_viewer() -> None:
    from data_access.people.viewer import Viewer

    found = dict(readers())
    assert len(found) > 8, "the search for reading functions finds none: mend this test"
    without = [
        name
        for name, signature in found.items()
        if name.split(".")[-1] not in READS_NO_CHILD_OR_STAFF_ROW | {"load", "bring_up_to_date"}
        and not any(p.annotation is Viewer for p in signature.parameters.values())
    ]
    assert not without, f"these read the store without a Viewer: {without}"


def test_only_the_load_is_handed_a_bare_connection_by_the_pages() -> None:
    """Pages cannot go round the Viewer: they open no connection and write no SQL of their own."""
    for path in sorted((ROOT / "pages").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert ".connect(" not in text, path
        assert ".begin(" not in text, path


def test_what_draws_and_writes_documents_is_not_waited_for_by_pages_or_commands() -> None:
    """Word and its charts bring in packages that take seconds; they come in when a document is made."""
    parts = sorted(
        path for path in (ROOT / "pages").glob("*/*/*.py") if path.stem not in ("__init__", "page")
    )
    answers = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in parts]
    modules = ", ".join(["manage", "reports.document", "reports.weekly", *answers])
    asked = f"import sys, {modules}; print(*{{'docx', 'lxml', 'matplotlib'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
