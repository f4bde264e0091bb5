"""The store: opened, brought up to date, written to and searched, the same on both databases."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from data_access import reading
from data_access.loading.load import LoadRefused
from data_access.rows.records import BY_KIND
from data_access.store.opening import BLANK, StoreProblem, insert_rows, open_store, plain, writing
from data_access.store.schema import metadata
from tests.files_given import AS_AT, SMALL, counts, load_files, load_texts, rows, write
from tests.stored import made_by_an_older_version

ROOT = Path(__file__).parent.parent

# Opening


def test_a_new_store_has_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path}/new.sqlite")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_opening_a_store_again_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deeper/s.sqlite"
    load_texts(open_store(url), tmp_path / "files", **SMALL)
    before = counts(open_store(url))
    assert before["reviews"] == 3
    assert counts(open_store(url)) == before


def test_a_store_of_a_later_version_is_refused_in_words(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite"
    with open_store(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreProblem, match="made by a later version"):
        open_store(url)


def made_by(file: Path) -> str:
    """The newest migration a store has."""
    with sqlite3.connect(file) as store:
        ((version,),) = store.execute("SELECT version_num FROM alembic_version")
    return str(version)


def test_a_check_leaves_a_store_of_an_older_version_as_it_is_and_a_load_brings_it_up_to_date(
    tmp_path: Path,
) -> None:
    from manage import manage

    file = tmp_path / "s.sqlite"
    engine = open_store(f"sqlite:///{file}")
    load_texts(engine, tmp_path / "old", **SMALL)
    made_by_an_older_version(engine, "0003")
    engine.dispose()
    before = file.read_bytes()
    teams = write(tmp_path / "new", teams="team_id,team_name\nT2,South\n")
    asked = [str(teams), "--store", f"sqlite:///{file}", "--as-at", AS_AT.isoformat()]
    checked = CliRunner().invoke(manage, ["check", *asked])
    assert (checked.exit_code, "checked, nothing was written" in checked.stdout) == (0, True)
    assert made_by(file) == "0003"
    assert file.read_bytes() == before
    assert CliRunner().invoke(manage, ["load", *asked]).exit_code == 0
    assert made_by(file) > "0003"


def test_a_migration_is_filed_under_its_revision_and_the_last_is_the_newest() -> None:
    """`store.migrate` goes by the names of the files."""
    scripts = ScriptDirectory(str(ROOT / "data_access" / "store" / "migrations"))
    in_order = [script.revision for script in scripts.walk_revisions()][::-1]
    files = sorted(Path(scripts.versions).glob("*.py"))
    assert [path.stem.split("_")[0] for path in files] == in_order


def test_a_check_leaves_a_store_of_a_later_version_to_the_program_that_made_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite"
    with open_store(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreProblem, match="made by a later version"):
        open_store(url, as_it_is=True)


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("not a url", "Write it like"),
        ("sqlite:////proc/none/s.sqlite", "Check that the folder exists"),
        ("postgresql://127.0.0.1:1/none", "Check that the database runs"),
    ],
)
def test_a_store_that_cannot_be_opened_says_so_and_what_to_do(url: str, cure: str) -> None:
    with pytest.raises(StoreProblem, match=cure):
        open_store(url)


def test_a_fault_of_the_database_never_says_which_child_was_asked_for(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path}/s.sqlite")
    asked = text("SELECT * FROM no_such_table WHERE child_id = :child_id")
    with engine.connect() as connection, pytest.raises(DBAPIError) as problem:
        connection.execute(asked, {"child_id": "C00719"})
    assert "no_such_table" in str(problem.value)
    assert "C00719" not in str(problem.value)


def test_a_file_that_is_no_store_says_so(tmp_path: Path) -> None:
    (tmp_path / "s.sqlite").write_text("this is a letter, not a database" * 100)
    with pytest.raises(StoreProblem, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}/s.sqlite")


def test_what_goes_in_comes_out_with_its_quotation_marks(tmp_path: Path) -> None:
    engine = open_store("sqlite://")
    text_of = 'team_id,team_name\nT\'1,"O\'Neill ""x"" \\ ; --"\n'
    load_texts(engine, tmp_path, teams=text_of, authority="St Mary's")
    assert rows(engine, "teams", "team_id", "team_name", authority="St Mary's") == [
        ("T'1", 'O\'Neill "x" \\ ; --')
    ]


def test_plain_values_are_what_both_databases_take() -> None:
    assert plain([True, None, False, "x", 0.5]) == [1, BLANK, 0, "x", 0.5]
    days = ["2024-01-01", "2024-01-02"]
    assert plain(days) is days
    assert plain([date(2024, 1, 1), None]) == ["2024-01-01", BLANK]
    assert list(plain(np.array([True, False]))) == [1, 0]
    facts = np.array(["x", None, 3], dtype=object)
    assert list(plain(facts)) == ["x", BLANK, 3]
    assert facts[1] is None, "what was derived stays as it is"


def test_rows_may_be_inserted_as_days_and_none_too() -> None:
    engine = open_store("sqlite://")
    table = metadata.tables["teams"]
    with writing(engine) as connection:
        insert_rows(
            connection, table, ["file_id", "line", "team_id", "service"], [(1, 2, "T", None)],
            {"authority": "A", "speaks": True},
        )  # fmt: skip
    assert rows(engine, "teams", "team_id", "service", "speaks", authority="A") == [("T", None, True)]


# Finding rows


def test_indexes_are_there_after_a_load(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path}/s.sqlite")
    load_texts(engine, tmp_path / "a", **SMALL)
    with pytest.raises(LoadRefused):
        load_texts(engine, tmp_path / "b", teams="team_id,team_name\n,x\n")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_child_is_found_by_the_child_and_not_by_reading_the_authority(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path}/s.sqlite")
    load_texts(engine, tmp_path / "a", **SMALL)
    engine.dispose()
    asked = "SELECT 1 FROM {} WHERE authority = 'LOCAL' AND child_id = '007'"
    with engine.connect() as connection:
        for table in ("children", "reviews", "activities", "duties", "spans"):
            ((*_, plan),) = connection.execute(text("EXPLAIN QUERY PLAN " + asked.format(table)))
            assert "child_id=?" in plan, f"{table}: {plan}"


# PostgreSQL


def test_postgresql_holds_what_sqlite_holds(postgres: Engine, tmp_path: Path) -> None:
    embedded = open_store("sqlite://")
    more = {
        "iro_hours": "iro_id,from_date,fte\nI1,2020-01-01,0.6\n",
        "audits": "audit_id,programme,audited_on,audit_theme,grade,in_time\nA,p,2024-01-01,plans,good,no\n",
        "monitoring": 'review_id,item,met,comment\nR1,sdq,yes,"two\nlines\tand a tab, ""quoted"" \\N"\n',
    }
    for engine in (embedded, postgres):
        load_texts(engine, tmp_path / "files", **SMALL, **more)
    for kind in (*SMALL, *more):
        columns = (*BY_KIND[kind].columns(), "line", "speaks")
        assert rows(postgres, kind, *columns) == rows(embedded, kind, *columns)
    assert rows(postgres, "children", "date_of_birth")[0] == (date(2012, 5, 1),)
    infos = [reading.authorities_in(engine)[0] for engine in (embedded, postgres)]
    assert [(info.authority, info.as_at, info.version, info.entries) for info in infos] == [
        ("LOCAL", AS_AT, 1, 0)
    ] * 2
    loaded = [info.last_loaded_at for info in infos]
    assert abs(loaded[0] - loaded[1]) < timedelta(hours=1), "both are moments of UTC without a zone"


def test_postgresql_replaces_refuses_and_leaves_alone_as_sqlite_does(
    postgres: Engine, tmp_path: Path
) -> None:
    load_texts(postgres, tmp_path, **SMALL)
    before = counts(postgres)
    assert not load_files(postgres, tmp_path).changed
    bad = {
        "iro_allocations": "child_id,iro_id,from_date,to_date\n007,I1,2024-01-10,\n007,I2,2024-01-12,\n",
        "teams": "team_id,team_name\nT1,a\nT1,b\n",
        "activities": "activity_id,child_id,iro_id,activity_kind,done_on\nA1,9,I1,case_note,2024-02-01\n",
        "reviews": "review_id,child_id,review_status,held_on\nR1,007,held,2024-13-01\n",
    }
    with pytest.raises(LoadRefused) as refusal:
        load_texts(postgres, tmp_path, **bad)
    assert {(p.file.split("/")[1], p.line) for p in refusal.value.problems if p.line} == {
        ("iro_allocations.csv", 3), ("teams.csv", 3), ("activities.csv", 2), ("reviews.csv", 2),
        ("review_people.csv", 2), ("review_people.csv", 3),
    }  # fmt: skip
    assert counts(postgres) == before
    load_texts(postgres, tmp_path, source="second", care_periods="child_id,started_on\n007,2024-01-11\n")
    spoken = rows(postgres, "care_periods", "started_on", "speaks")
    assert sorted(spoken) == [
        (date(2024, 1, 10), False), (date(2024, 1, 11), True), (date(2024, 3, 1), True),
    ]  # fmt: skip


def test_a_check_leaves_postgresql_of_an_older_version_as_it_is(postgres: Engine, tmp_path: Path) -> None:
    load_texts(postgres, tmp_path, **SMALL)
    made_by_an_older_version(postgres, "0003")
    before = counts(postgres)
    load_texts(postgres, tmp_path, teams="team_id,team_name\nT2,South\n", dry_run=True)
    with postgres.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0003"
        assert compare_metadata(MigrationContext.configure(connection), metadata) != []
    assert counts(postgres) == before


def test_postgresql_has_exactly_the_tables_of_the_schema(postgres: Engine) -> None:
    with postgres.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(select(metadata.tables["loads"])).all() == []
