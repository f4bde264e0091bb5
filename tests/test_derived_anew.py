"""What was derived by other rules than those in force is made anew before a figure of it is shown."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, Engine, text, update

from data_access.loading.derivation import Derivation, bring_up_to_date
from data_access.loading.load import load
from data_access.reading import authorities_in
from data_access.store import opening
from data_access.store.opening import ROOT, StoreProblem, open_store, writing
from data_access.store.schema import authorities, duties
from manage import manage
from metrics.derive import derivation, derive
from metrics.digest import digest
from pages.frame import anew
from tests import small_service
from tests.doors import load_world, write_world
from tests.files_given import SMALL, by_nobody_special, load_texts, open_folder
from tests.screens import opened, said
from tests.served import served
from tests.stored import info_of, made_by_an_older_version, stored

OTHER = "of other rules"
AS_AT = small_service.AS_AT
WORDS = "The rules have changed. Making the figures of LOCAL anew by the rules in force."


def made_by_other_rules(engine: Engine, authority: str = "LOCAL") -> None:
    """As if other rules had been in force at the last load, by which no review had a due date."""
    with writing(engine) as connection:
        connection.execute(update(duties).where(duties.c.authority == authority).values(due_on=None))
        connection.execute(
            update(authorities).where(authorities.c.authority == authority).values(rules_digest=OTHER)
        )


def due_dates(engine: Engine, authority: str = "LOCAL") -> list[object]:
    return [row["due_on"] for row in stored(engine, duties, authority)]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(manage, arguments)


# By a command


@pytest.mark.parametrize(
    "command",
    [
        ["measures", "--from", "2026-01-01", "--to", "2026-03-31"],
        ["duties", "--as-at", AS_AT.isoformat()],
        ["tracker", "--as-at", AS_AT.isoformat()],
        ["findings"],
        ["report", "week", "--week", AS_AT.isoformat(), "--out", "OUT"],
    ],
    ids=lambda command: command[0],
)
def test_a_command_that_reads_makes_figures_anew_first(full: str, tmp_path: Path, command: list[str]) -> None:
    asked = [str(tmp_path / "out") if word == "OUT" else word for word in command]
    engine = open_store(full)
    right, before = due_dates(engine), run(*asked)
    assert any(right)
    made_by_other_rules(engine)
    done = run(*asked)
    assert (done.exit_code, done.stdout, done.stderr.strip()) == (0, before.stdout, WORDS)
    assert due_dates(engine) == right
    assert info_of(engine).rules_digest == digest()
    assert WORDS not in run(*asked).stderr


def test_nothing_is_derived_while_the_rules_are_the_same(full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrics.derive.derive", lambda *_: pytest.fail("derived"))
    assert run("duties", "--as-at", AS_AT.isoformat()).exit_code == 0


def test_derive_makes_figures_anew_by_hand_whatever_they_were_made_by(full: str) -> None:
    engine = open_store(full)
    right = due_dates(engine)
    with writing(engine) as connection:
        connection.execute(update(duties).values(due_on=None))
    done = run("derive")
    assert done.exit_code == 0
    assert done.stdout == (
        f"LOCAL, as at {AS_AT:%a %d %b %Y}: duties, facts and the monthly roll-up were made anew.\n"
    )
    assert due_dates(engine) == right


def test_derive_takes_one_authority_or_all(url: str) -> None:
    assert run("derive").exit_code == 2, "an empty store"
    engine = open_store(url)
    for authority in ("HERE", "THERE"):
        load_world(small_service.full(), as_at=AS_AT, engine=engine, authority=authority)
        made_by_other_rules(engine, authority)
    assert run("derive", "--authority", "NOWHERE").exit_code == 2
    assert run("derive", "--authority", "HERE").exit_code == 0
    assert [info.rules_digest for info in authorities_in(engine)] == [digest(), OTHER]
    assert run("derive").stdout.count("made anew") == 2
    assert [info.rules_digest for info in authorities_in(engine)] == [digest()] * 2


def test_a_load_of_one_authority_does_not_vouch_for_another(url: str) -> None:
    engine = open_store(url)
    load_world(small_service.full(), as_at=AS_AT, engine=engine, authority="HERE")
    made_by_other_rules(engine, "HERE")
    load_world(small_service.full(), as_at=AS_AT, engine=engine, authority="THERE")
    assert [info.rules_digest for info in authorities_in(engine)] == [OTHER, digest()]
    assert run("duties", "--authority", "THERE", "--as-at", AS_AT.isoformat()).stderr == ""
    assert "HERE" in run("duties", "--authority", "HERE", "--as-at", AS_AT.isoformat()).stderr


def test_a_store_that_may_not_be_written_to_shows_no_figure_of_other_rules() -> None:
    asked = ["duties", "--as-at", AS_AT.isoformat(), "--store"]
    with open_folder() as folder:
        url = f"sqlite:///{folder}/store.sqlite"
        load_world(small_service.full(), as_at=AS_AT, engine=open_store(url)).dispose()
        engine = open_store(url)
        made_by_other_rules(engine)
        engine.dispose()
        file = Path(f"{folder}/store.sqlite")
        file.chmod(0o444)
        folder.chmod(0o777)
        with by_nobody_special():
            done = run(*asked, url)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "were made by other rules than those in force" in done.stderr
    assert "it may not be written to" in done.stderr


# By a load


def test_the_same_files_after_a_change_of_rules_make_figures_anew(engine: Engine, tmp_path: Path) -> None:
    first = load_texts(engine, tmp_path, **SMALL)
    derived: list[date] = []

    def by(rules: str) -> Derivation:
        return Derivation(rules, lambda _connection, _authority, as_at: derived.append(as_at))

    (report,) = load(engine, [tmp_path], derivation=by(OTHER), as_at=info_of(engine).as_at)
    assert (report.changed, report.made_anew, report.load_id) == (True, True, first.load_id)
    assert len(derived) == 1
    (again,) = load(engine, [tmp_path], derivation=by(OTHER), as_at=info_of(engine).as_at)
    assert (again.changed, again.made_anew) == (False, False)
    assert len(derived) == 1


def test_a_load_says_that_it_made_figures_anew_and_a_check_that_a_load_would(
    url: str, tmp_path: Path
) -> None:
    engine = open_store(url)
    files = write_world(small_service.full(), tmp_path)
    asked = [str(files), "--as-at", AS_AT.isoformat()]
    assert run("load", *asked).exit_code == 0
    right = due_dates(engine)
    made_by_other_rules(engine)
    checked = run("check", *asked)
    assert "the rules have: a load would make the figures anew" in checked.stdout
    (as_json,) = json.loads(run("check", *asked, "--format", "json").stdout)
    assert (as_json["changed"], as_json["would_change"], as_json["made_anew"]) == (False, True, True)
    assert info_of(engine).rules_digest == OTHER
    loaded = run("load", *asked)
    assert "the figures were made anew by those in force" in loaded.stdout
    assert "nothing" not in loaded.stdout
    assert due_dates(engine) == right
    assert "nothing has changed" in run("load", *asked).stdout


# By the dashboard


def test_a_page_waits_until_its_figures_are_made_anew(full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_store(full)
    right = due_dates(engine)
    before = said(opened("pages/weekly/overview/page.py"))
    made_by_other_rules(engine)
    spun: list[str] = []
    spinner = anew.st.spinner
    monkeypatch.setattr(anew.st, "spinner", lambda words, **how: spun.append(words) or spinner(words, **how))
    assert said(opened("pages/weekly/overview/page.py")) == before
    assert spun == ["The rules have changed since the figures of LOCAL were made. Making them anew."]
    assert due_dates(engine) == right
    opened("pages/weekly/overview/page.py")
    assert len(spun) == 1


def test_figures_that_cannot_be_made_anew_are_not_shown(full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made_by_other_rules(open_store(full))

    def locked(*_args: object, **_options: object) -> bool:
        raise StoreProblem("The figures cannot be made anew.")

    monkeypatch.setattr("data_access.loading.derivation.bring_up_to_date", locked)
    app = opened("pages/weekly/overview/page.py")
    assert [one.value for one in app.error] == ["The figures cannot be made anew."]
    assert not app.metric


def test_the_server_makes_figures_anew_when_it_starts(full: str) -> None:
    engine = open_store(full)
    right = due_dates(engine)
    made_by_other_rules(engine)
    with served(full):
        for _ in range(300):
            if info_of(engine).rules_digest == digest():
                break
            time.sleep(0.1)
    assert info_of(engine).rules_digest == digest()
    assert due_dates(engine) == right


# Once, whole, or not at all


def made_together(url: str) -> tuple[list[bool], int]:
    """What two that open a store together do each, and how often something was derived."""
    derived: list[str] = []

    def slowly(connection: Connection, authority: str, as_at: date) -> None:
        derived.append(authority)
        time.sleep(0.5)
        derive(connection, authority, as_at)

    def one(_number: int) -> bool:
        engine = open_store(url)
        made = bring_up_to_date(engine, "LOCAL", Derivation(digest(), slowly))
        engine.dispose()
        return made

    with ThreadPoolExecutor(2) as together:
        return sorted(together.map(one, range(2))), len(derived)


def test_two_that_open_a_store_together_derive_once(full: str) -> None:
    made_by_other_rules(open_store(full))
    assert made_together(full) == ([False, True], 1)


def test_whoever_waits_longer_than_the_store_waits_asks_again(
    full: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by_other_rules(open_store(full))
    monkeypatch.setattr(opening, "_PRAGMAS", ("busy_timeout=20", "foreign_keys=ON"))
    assert made_together(full) == ([False, True], 1)


def test_two_that_open_postgresql_together_derive_once(postgres: Engine) -> None:
    load_world(small_service.full(), as_at=AS_AT, engine=postgres)
    right = due_dates(postgres)
    made_by_other_rules(postgres)
    with writing(postgres) as connection:
        for (name,) in connection.execute(
            text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'cube_%'")
        ).all():
            connection.execute(text(f"ALTER TABLE {name} RENAME TO cube_0123abcd"))
    assert made_together(postgres.url.render_as_string(hide_password=False)) == ([False, True], 1)
    assert due_dates(postgres) == right


def test_two_processes_that_open_a_store_together_both_show_right_figures(full: str) -> None:
    engine = open_store(full)
    asked = [sys.executable, "manage.py", "duties", "--as-at", AS_AT.isoformat()]
    right = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout
    made_by_other_rules(engine)
    both = [subprocess.Popen(asked, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate(timeout=120)[0] for process in both] == [right, right]


@pytest.mark.parametrize("fault", [ZeroDivisionError, KeyboardInterrupt])
def test_a_derivation_that_is_interrupted_leaves_the_old_figures_and_their_digest(
    full: str, fault: type[BaseException]
) -> None:
    engine = open_store(full)
    made_by_other_rules(engine)
    before = stored(engine, duties)

    def interrupted(connection: Connection, authority: str, as_at: date) -> None:
        derive(connection, authority, as_at)
        raise fault

    with pytest.raises(fault):
        bring_up_to_date(engine, "LOCAL", Derivation(digest(), interrupted))
    assert stored(engine, duties) == before
    assert info_of(engine).rules_digest == OTHER
    assert bring_up_to_date(engine, "LOCAL", derivation())
    assert any(due_dates(engine))


def cubes_in(url: str) -> list[str]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as store:
        named = store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'cube%'")
        return [name for (name,) in named]


def test_a_store_of_an_older_version_is_derived_when_it_is_first_opened(full: str) -> None:
    """With its cube: the older version named that by the bytes of its files."""
    engine = open_store(full)
    before = stored(engine, duties)
    (cube,) = cubes_in(full)
    with writing(engine) as connection:
        connection.execute(text(f"ALTER TABLE {cube} RENAME TO cube_0123abcd"))
        # As a column stands that a migration added: with nothing in it.
        connection.execute(update(duties).values(record_sent_on=None, record_working_day=None))
    assert stored(engine, duties) != before
    made_by_an_older_version(engine, "0006")
    engine.dispose()
    done = run("duties", "--as-at", AS_AT.isoformat())
    assert (done.exit_code, done.stderr.strip()) == (0, WORDS)
    assert stored(open_store(full), duties) == before
    assert cubes_in(full) == [cube]


# A setting, changed by its file


def copied(folder: Path) -> Path:
    """The product in a folder of its own, to change its rules in."""
    for name in (
        "standards",
        "data_access",
        "metrics",
        "commands",
        "reports",
        "charts",
        "pages",
        ".streamlit",
    ):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("manage.py", "dashboard.py"):
        shutil.copy(ROOT / name, folder)
    return folder


def test_a_changed_standard_holds_from_the_next_command_page_or_load(tmp_path: Path) -> None:
    product, files = copied(tmp_path / "product"), tmp_path / "files"
    files.mkdir()
    held_after_15_working_days = {
        "children": [{"child_id": "C1", "date_of_birth": "2012-05-01"}],
        "care_periods": [{"child_id": "C1", "started_on": "2025-06-02"}],
        "reviews": [
            {"review_id": "R1", "child_id": "C1", "review_status": "held", "held_on": "2025-06-23"},
        ],
    }
    write_world(held_after_15_working_days, files)
    settings = product / "standards" / "standards.toml"
    store = f"sqlite:///{tmp_path}/store.sqlite"

    def python(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, *arguments], cwd=product, capture_output=True, text=True, check=True,
            env={**os.environ, "IRO_STORE_URL": store, "PYTHONPATH": str(product)},
        ).stdout  # fmt: skip

    def on_time() -> str:
        with sqlite3.connect(tmp_path / "store.sqlite") as opened_store:
            (due_on,) = opened_store.execute("SELECT due_on FROM duties WHERE number = 1").fetchone()
        return str(due_on)

    def first_review_within(days: int) -> None:
        text_before = settings.read_text(encoding="utf-8")
        line = next(one for one in text_before.splitlines() if one.startswith("first_review_working_days"))
        new = f'first_review_working_days = [{{ from = 2011-04-01, value = {days}, source = "a test" }}]'
        settings.write_text(text_before.replace(line, new), encoding="utf-8")

    asked = ["manage.py", "measures", "--from", "2025-06-01", "--to", "2025-07-31"]
    asked += ["--as-at", "2025-08-01", "--measure", "first_reviews_on_time"]
    python("manage.py", "load", str(files), "--as-at", "2025-08-01")
    assert python(*asked).splitlines()[1].split(",")[5:7] == ["1", "1"]
    assert on_time() == "2025-06-30"
    first_review_within(5)
    assert python(*asked).splitlines()[1].split(",")[5:7] == ["0", "1"]
    assert on_time() == "2025-06-09"
    first_review_within(20)
    python(
        "-c", "from streamlit.testing.v1 import AppTest as A; A.from_file('dashboard.py').run(timeout=120)"
    )
    assert on_time() == "2025-06-30"
    first_review_within(5)
    report = python("manage.py", "load", str(files), "--as-at", "2025-08-01")
    assert "the figures were made anew" in report
    assert on_time() == "2025-06-09"
