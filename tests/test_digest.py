"""The digest of the rules: changed by what changes a figure, and by nothing else."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Column, Date, Integer, MetaData, Table, and_

import standards
from data_access.store.schema import metadata
from metrics import digest
from metrics.digest import ROOT, columns_of, conditions_of, forms_of_modules, values_of
from metrics.measures import CATALOGUE
from metrics.syntax import normal_form

MEASURE = CATALOGUE["first_reviews_on_time"]


def forms_after(folder: Path, module: str, old: str, new: str) -> tuple[list[str], list[str]]:
    """What the modules do, and what they do after one of them is edited."""
    for path in (path for pattern in digest.DERIVING for path in ROOT.glob(pattern)):
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    before = list(forms_of_modules(folder))
    edited = folder / module
    text = edited.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"the line that this test edits in {module} reads otherwise: mend the test"
    edited.write_text(text.replace(old, new), encoding="utf-8")
    return before, list(forms_of_modules(folder))


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("metrics/rules/steps.py", "latest >= duties.opens", "latest > duties.opens"),
        ("metrics/rules/calendar.py", "_number(last - 1)", "_number(last)"),
        ("metrics/facts/covered.py", "min(days)", "max(days)"),
        ("metrics/derive.py", 'else "other"', 'else "others"'),
        ("metrics/counting/cube.py", "FLOW_MONTHS = 24", "FLOW_MONTHS = 25"),
        ("data_access/loading/resolve.py", "-max(item[1])", "max(item[1])"),
        ("data_access/store/dated.py", "on >= start", "on > start"),
    ],
)
def test_a_changed_rule_changes_what_a_module_does(tmp_path: Path, module: str, old: str, new: str) -> None:
    before, after = forms_after(tmp_path, module, old, new)
    changed = [one.split(":")[0] for one, other in zip(before, after, strict=True) if one != other]
    assert changed == [module]


def test_comments_docstrings_and_layout_do_not() -> None:
    text = (ROOT / "metrics" / "rules" / "steps.py").read_text(encoding="utf-8")
    form = normal_form(text)
    assert "Every function returns columns" in text
    assert normal_form(text.replace("Every function returns columns", "Each gives columns")) == form
    assert normal_form(text.replace("\n\n\n", "\n\n  # a comment\n\n\n\n")) == form
    assert normal_form(re.sub(r'^ *""".*?"""\n', "", text, flags=re.DOTALL | re.MULTILINE)) == form


def test_what_an_error_says_is_wording_and_which_error_it_is_is_a_rule() -> None:
    raised = normal_form("raise ValueError('write the day')")
    assert normal_form("raise ValueError(f'write {one} day')") == raised
    assert normal_form("raise KeyError('write the day')") != raised
    assert normal_form("assert x, 'no x'") == normal_form("assert x")
    assert normal_form("Column('a', comment='of the child')") == normal_form("Column('a', comment='of it')")
    assert normal_form("Column('a', key='of the child')") != normal_form("Column('a', key='of it')")


def test_nothing_and_no_argument_are_told_apart() -> None:
    forms = [normal_form(text) for text in ("f()", "f(None)", "f([])", "f(())", "f('')", "f(0)", "f(False)")]
    assert len(set(forms)) == len(forms)


def test_what_only_some_versions_of_python_note_in_a_tree_makes_no_difference() -> None:
    text = "def f(x, /, *, y=None):\n    return f'{x}b'\n"
    plain = normal_form(text)
    tree = ast.parse(text)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.type_params = []  # type: ignore[attr-defined]
    function._fields = (*function._fields, "type_params", "of_a_later_version")  # type: ignore[assignment]
    function.of_a_later_version = None  # type: ignore[attr-defined]
    returned = function.body[0]
    assert isinstance(returned, ast.Return)
    assert isinstance(returned.value, ast.JoinedStr)
    returned.value.values[1:] = [ast.Constant(""), ast.Constant("b", kind="u"), ast.Constant("")]
    form: list[str] = []
    from metrics import syntax

    syntax._write(tree, form)
    assert "".join(form) == plain


def other_pythons() -> list[str]:
    """The Pythons of later versions on this machine."""
    places = [
        *Path.home().glob(".pyenv/versions/3.1[2-9]*/bin/python"),
        *Path("/usr/bin").glob("python3.1[2-9]"),
    ]
    return [str(place) for place in places]


READ_BY = """
from hashlib import sha256
from pathlib import Path
from metrics.syntax import normal_form
forms = [normal_form(path.read_text("utf-8")) for path in sorted(Path("metrics").rglob("*.py"))]
print(sha256("".join(forms).encode()).hexdigest())
"""


def test_every_version_of_python_reads_the_same_in_the_modules() -> None:
    answers = {
        subprocess.run(
            [python, "-c", READ_BY], cwd=ROOT, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ).stdout
        for python in (sys.executable, *other_pythons())
    }  # fmt: skip
    assert len(answers) == 1


def test_a_changed_condition_changes_a_measure_and_a_changed_word_does_not() -> None:
    before = list(conditions_of([MEASURE]))
    narrower = replace(MEASURE, numerator=and_(MEASURE.numerator, MEASURE.rows.table.c.child_id != "x"))
    paperwork = replace(
        MEASURE.paperwork, title="Otherwise", definition="Otherwise", caveats=("Otherwise",), examples=()
    )
    assert list(conditions_of([narrower])) != before
    assert list(conditions_of([replace(MEASURE, paperwork=paperwork)])) == before
    assert list(conditions_of([replace(MEASURE, denominator=None)])) != before
    assert list(conditions_of([replace(MEASURE, distinct="child_id")])) != before
    elsewhere = replace(MEASURE.rows, where=and_(MEASURE.rows.where, MEASURE.rows.table.c.number == 1))
    assert list(conditions_of([replace(MEASURE, rows=elsewhere)])) != before
    reworded = replace(MEASURE.rows, shown={})
    assert list(conditions_of([replace(MEASURE, rows=reworded)])) == before


def test_each_measure_has_conditions_of_its_own() -> None:
    by_key = list(conditions_of(CATALOGUE.values()))
    assert len(set(by_key)) == len(by_key)
    assert [line.split(";")[0] for line in by_key][: len(CATALOGUE)] == sorted(CATALOGUE)
    assert list(conditions_of(reversed(CATALOGUE.values()))) == by_key


def test_a_changed_value_or_day_changes_the_standards_and_where_it_comes_from_does_not() -> None:
    written = standards.STANDARDS_FILE.read_text(encoding="utf-8")
    line = 'first_review_working_days = [{ from = 2011-04-01, value = 20, source = "Regs 33(1)" }]'
    assert line in written

    def after(new: str) -> list[str]:
        return list(values_of(*standards.read_standards(written.replace(line, new))))

    before = after(line)
    assert after(line.replace("20,", "20.0,").replace("Regs 33(1)", "the Regulations")) == before
    assert after(f"# reworded\n{line}") == before
    assert after(line.replace("value = 20", "value = 5")) != before
    assert after(line.replace("2011-04-01", "2011-04-02")) != before
    bound = next(key for key in standards.TARGETS)
    later = replace(standards.TARGETS[bound][-1], from_on=date(2030, 1, 1))
    more = standards.TARGETS | {bound: (*standards.TARGETS[bound], later)}
    assert list(values_of(standards.SETTINGS, more)) != before


def test_another_type_of_column_or_another_column_changes_the_tables_and_a_comment_does_not() -> None:
    def table(*more: Column[object], type_: object = Date) -> list[str]:
        return list(columns_of([Table("t", MetaData(), Column("held_on", type_), *more)]))

    assert table() != table(type_=Integer)
    assert table() != table(Column("mode", Date))
    assert table(Column("mode", Date)) == table(Column("mode", Date, comment="how they met"))
    tables = list(metadata.tables.values())
    assert list(columns_of(tables)) == list(columns_of(tables[::-1]))


def test_the_digest_depends_on_no_order_of_sets() -> None:
    asked = "from metrics.digest import digest; print(digest())"
    answers = {
        subprocess.run(
            [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "77")
    }  # fmt: skip
    assert answers == {digest.digest()}
    assert re.fullmatch("[0-9a-f]{64}", digest.digest())


# What takes part in deriving without being in DERIVING, and why.
NO_RULE = {
    "data_access/contacts.py": "findings look at it",
    "data_access/findings/": "findings are no figures; they are looked for whenever something is derived",
    "data_access/loading/collecting.py": "no rule",
    "data_access/loading/derivation.py": "when something is derived, not how",
    "data_access/loading/log.py": "the log",
    "data_access/loading/report.py": "words",
    "data_access/loading/storing.py": "how rows come in",
    "data_access/people/": "who may see what, asked when something is read",
    "data_access/recorded/": "the conditions of measures name the kinds of entries",
    "data_access/rows/bank_holidays.py": "the days themselves are in the digest",
    "data_access/rows/codes.py": "the codes themselves are in the digest",
    "data_access/rows/records.py": "the columns of the tables are in the digest",
    "data_access/rows/values.py": "how a cell is read from a file: what is stored stays as it was read",
    "data_access/sources/reading/": "how a file is read",
    "data_access/sources/ssda903/findings.py": "findings",
    "data_access/sources/ssda903/records.py": "the columns of the tables are in the digest",
    "data_access/store/faults.py": "words",
    "data_access/store/opening.py": "how a store is opened and written",
    "data_access/store/schema.py": "the columns of the tables are in the digest",
    "metrics/digest.py": "the digest itself",
    "metrics/measures/": "the conditions of measures are in the digest as they are compiled",
    "metrics/rows/": "the rows of measures are in the digest as they are compiled",
    "metrics/syntax.py": "the digest itself",
    "standards/": "the values of the standards are in the digest",
}
TAKE_PART = "import sys, metrics.derive; print(*(getattr(m, '__file__', '') for m in sys.modules.values()))"


def test_every_module_that_takes_part_in_deriving_is_in_the_digest_or_is_no_rule() -> None:
    listed = subprocess.run(
        [sys.executable, "-c", TAKE_PART], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    layers = ("data_access", "metrics", "standards")
    here = [Path(file).relative_to(ROOT) for file in listed if file.startswith(f"{ROOT}/")]
    ours = {path.as_posix() for path in here if path.parts[0] in layers and path.name != "__init__.py"}
    in_digest = {
        path.relative_to(ROOT).as_posix() for pattern in digest.DERIVING for path in ROOT.glob(pattern)
    }
    assert "metrics/rules/steps.py" in ours, "the search for modules finds none: mend this test"
    left = sorted(path for path in ours - in_digest if not path.startswith(tuple(NO_RULE)))
    assert not left, f"{left} take part in deriving: add them to digest.DERIVING, or say in NO_RULE why not"


def test_every_pattern_names_a_module() -> None:
    assert [pattern for pattern in digest.DERIVING if not list(ROOT.glob(pattern))] == []
