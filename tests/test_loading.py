"""Loading through the front door: what is stored, what a check says of it, and how it is read back."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access import reading
from data_access.loading.load import LoadRefused
from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.rows.records import BY_KIND
from data_access.sources.extract.template import recognise
from data_access.store.opening import ROOT
from tests.files_given import (
    AS_AT,
    SMALL,
    by_kind,
    counts,
    load_files,
    load_texts,
    many,
    rows,
    write,
)

# What is stored


def test_a_folder_of_files_is_stored_as_it_says(engine: Engine, tmp_path: Path) -> None:
    report = load_texts(engine, tmp_path, **SMALL)
    assert report.changed
    assert by_kind(report)["reviews"] == (3, 3, 0, 0)
    assert rows(engine, "children", "child_id", "date_of_birth") == [
        ("007", date(2012, 5, 1)),
        ("008", date(2014, 6, 1)),
        ("009", date(2010, 1, 1)),
    ]
    assert rows(engine, "care_periods", "child_id", "ended_on", "start_known", "speaks") == [
        ("007", None, True, True),
        ("008", date(2025, 3, 1), True, True),
    ]
    assert rows(engine, "reviews", "review_id", "participation_code", "line") == [
        ("R1", "PN1", 2),
        ("R2", None, 3),
        ("R3", "PN1", 4),
    ]


def test_yes_and_no_come_back_as_such_and_blank_as_not_known(engine: Engine, tmp_path: Path) -> None:
    text = "child_id,date_of_birth,uasc,disability\n1,2010-01-01,Y,no\n2,2010-01-01,,TRUE\n3,2010-01-01,0,\n"
    load_texts(engine, tmp_path, children=text)
    assert rows(engine, "children", "uasc", "disability") == [(True, False), (None, True), (False, None)]


def test_numbers_come_back_as_numbers(engine: Engine, tmp_path: Path) -> None:
    hours = "iro_id,from_date,fte\nI1,2020-01-01,0.6\nI2,2020-01-01,1\n"
    load_texts(engine, tmp_path, iros=SMALL["iros"], iro_hours=hours)
    assert rows(engine, "iro_hours", "fte") == [(0.6,), (1.0,)]


def test_a_start_that_is_not_known_is_stored_so(engine: Engine, tmp_path: Path) -> None:
    periods = "child_id,started_on,start_known\n007,2024-01-10,no\n008,2024-01-10,\n009,2024-01-10,yes\n"
    load_texts(engine, tmp_path, children=SMALL["children"], care_periods=periods)
    assert rows(engine, "care_periods", "start_known") == [(False,), (True,), (True,)]


def test_headings_match_without_regard_to_case_spaces_and_underscores(engine: Engine, tmp_path: Path) -> None:
    report = load_texts(engine, tmp_path, children="Child ID,DATE of BIRTH,Notes\n1,2010-01-01,x\n")
    assert by_kind(report)["children"] == (1, 1, 0, 0)
    assert report.files[0].notes == ("columns not read: Notes",)


def test_columns_and_files_may_come_in_any_order_under_any_name(engine: Engine, tmp_path: Path) -> None:
    write(
        tmp_path,
        zz="date_of_birth,child_id\n2010-01-01,1\n",
        aa="iro_id,child_id,from_date\nI,1,2024-01-01\n",
    )
    write(tmp_path, mm="iro_name,iro_id,started_on\nAda,I,2020-01-01\n")
    report = load_files(engine, tmp_path)
    assert sorted(by_kind(report)) == ["children", "iro_allocations", "iros"]
    assert all(file.rows_refused == 0 for file in report.files)


def test_a_file_with_the_columns_of_two_kinds_is_of_the_one_with_more() -> None:
    both = {
        *BY_KIND["reviews"].required(),
        *BY_KIND["monitoring"].required(),
        *BY_KIND["review_people"].required(),
    }
    assert recognise(["child_id", "date_of_birth", "iro_id", "from_date"]) is BY_KIND["iro_allocations"]
    found = recognise(sorted(both))
    assert found is not None
    assert len(found.required()) == 3


def test_headings_without_rows_are_a_file_of_no_rows(engine: Engine, tmp_path: Path) -> None:
    report = load_texts(engine, tmp_path, **SMALL | {"review_people": "review_id,person,involvement\n"})
    assert by_kind(report)["review_people"] == (0, 0, 0, 0)


def test_several_files_of_one_kind_are_read_as_one(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path, a="child_id,date_of_birth\n1,2010-01-01\n", b="child_id,date_of_birth\n2,2010-01-01\n")
    load_files(engine, tmp_path)
    assert rows(engine, "children", "child_id") == [("1",), ("2",)]


def test_the_same_file_twice_in_one_load_is_read_once(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path, a=SMALL["children"], b=SMALL["children"])
    report = load_files(engine, tmp_path)
    assert rows(engine, "children", "child_id") == [("007",), ("008",), ("009",)]
    assert [file.kind for file in report.files] == ["children", "not used"]


def test_progress_never_goes_backwards_and_ends_at_the_whole(engine: Engine, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    load_texts(engine, tmp_path, **SMALL, progress=lambda what, done, of: told.append((what, done, of)))
    done = [done / of for _, done, of in told]
    assert done == sorted(done)
    assert done[-1] == 1
    assert any("reviews" in what for what, _, _ in told)


def test_who_watches_a_load_sees_how_far_it_is_and_a_log_does_not(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="Windows has no terminals to open from a test")
    write(tmp_path / "extract", **SMALL)
    command = [sys.executable, "manage.py", "check", "--as-at", AS_AT.isoformat(), str(tmp_path / "extract")]
    asked = {"cwd": ROOT, "env": os.environ | {"IRO_STORE_URL": f"sqlite:///{tmp_path}/store.sqlite"}}
    screen, terminal = pty.openpty()
    watched = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, check=True, **asked)
    os.close(terminal)
    shown = os.read(screen, 100_000).decode()
    os.close(screen)
    assert "reviews" in shown
    assert "100%" in shown
    logged = subprocess.run(command, capture_output=True, check=True, **asked)
    assert logged.stderr == b""
    assert logged.stdout == watched.stdout, "what is done is told alike"


# Checking without writing


def test_a_check_says_what_a_load_would_do_and_writes_nothing(engine: Engine, tmp_path: Path) -> None:
    before = counts(engine)
    checked = load_texts(engine, tmp_path, **SMALL, dry_run=True)
    assert counts(engine) == before
    loaded = load_files(engine, tmp_path)
    assert checked == loaded


def test_a_check_of_a_bad_file_is_refused_as_its_load_would_be(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(LoadRefused):
        load_texts(engine, tmp_path, teams="team_id\n1\n", dry_run=True)


def test_a_derivation_that_fails_leaves_the_old_data(engine: Engine, tmp_path: Path) -> None:
    load_texts(engine, tmp_path, **SMALL)
    before = counts(engine)

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        load_texts(engine, tmp_path, children=SMALL["children"] + "010,2010-01-01\n", derive=fails)
    assert counts(engine) == before


# Reading back


def test_a_reader_without_the_service_role_sees_no_refused_row_of_nobody(
    engine: Engine, tmp_path: Path
) -> None:
    teams = many("teams", "team_id,team_name", [f"T{n},x" for n in range(30)], ["T3,again"])
    load_texts(engine, tmp_path, **teams)
    iro = Viewer(Role.IRO, iro_id="I1")
    assert len(reading.refused_rows(engine, SERVICE_VIEWER, "LOCAL")) == 1
    assert len(reading.refused_rows(engine, iro, "LOCAL")) == 0
    assert len(reading.findings(engine, iro, "LOCAL")) == 0


def test_staff_are_read_by_name_and_only_by_who_may(engine: Engine, tmp_path: Path) -> None:
    load_texts(engine, tmp_path, **SMALL)
    assert list(reading.iros(engine, SERVICE_VIEWER, "LOCAL")["name"]) == ["Ada", "Ben"]
    assert list(reading.teams(engine, SERVICE_VIEWER, "LOCAL")["id"]) == ["T1"]
    assert list(reading.iros(engine, Viewer(Role.IRO, iro_id="I2"), "LOCAL")["id"]) == ["I2"]
    assert len(reading.iros(engine, Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"})), "LOCAL")) == 0


def test_no_message_holds_an_identifier_of_a_child(engine: Engine, tmp_path: Path) -> None:
    secret = "SECRET77"
    files = {
        kind: text.replace("007", secret).replace("2024-01-10", "2024-13-10") for kind, text in SMALL.items()
    }
    files["iro_allocations"] += f"{secret},I2,2024-01-01,\n{secret},{secret},2024-01-01,\n"
    files["children"] += f"{secret},2012-05-01\n"
    with pytest.raises(LoadRefused) as refusal:
        load_texts(engine, tmp_path, **files)
    assert secret not in str(refusal.value)
    report = load_texts(engine, tmp_path, **files, force=True)
    assert secret not in str(report)
