"""Loading through the front door: what is stored, replaced, refused, left alone."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, select

from data_access import reading, resolve
from data_access.load import LoadRefused, LoadReport, load
from data_access.records import BY_KIND, RECORDS
from data_access.resolve import read_reviews
from data_access.schema import authorities
from data_access.schema import load_files as log
from data_access.settings import rank_in
from data_access.sources.template import recognise, write_template
from data_access.store import ROOT
from data_access.viewer import SERVICE_VIEWER, Role, Viewer
from tests.files_given import AS_AT, SMALL, counts, load_files, load_texts, nothing_derived, rows, write


def by_kind(report: LoadReport) -> dict[str, tuple[int, int, int, int]]:
    return {
        file.kind: (file.rows_read, file.rows_stored, file.rows_unchanged, file.rows_refused)
        for file in report.files
    }


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


# The same again, newer, from two sources


def test_loading_the_same_files_twice_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    first = load_texts(engine, tmp_path, **SMALL)
    before = counts(engine)
    again = load_files(engine, tmp_path)
    assert not again.changed
    assert again.load_id == first.load_id
    assert by_kind(again)["reviews"] == (3, 0, 3, 0)
    assert counts(engine) == before


def test_the_same_content_under_another_name_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    load_texts(engine, tmp_path / "a", **SMALL)
    assert not load_files(
        engine, write(tmp_path / "b", **{f"x{kind}": text for kind, text in SMALL.items()})
    ).changed


def test_the_same_files_on_a_later_day_move_todays_date_and_derive_again(
    engine: Engine, tmp_path: Path
) -> None:
    derived: list[date] = []
    load_texts(engine, tmp_path, **SMALL)
    report = load_files(
        engine, tmp_path, as_at=date(2026, 4, 7), derive=lambda _c, _a, as_at: derived.append(as_at)
    )
    assert derived == [date(2026, 4, 7)]
    assert report.changed
    (info,) = reading.authorities_in(engine)
    assert (info.as_at, info.version) == (date(2026, 4, 7), report.load_id)


def test_a_newer_file_replaces_what_its_source_said_of_the_kind(engine: Engine, tmp_path: Path) -> None:
    load_texts(engine, tmp_path, **SMALL)
    newer = "review_id,child_id,review_status,held_on\nR2,007,held,2024-05-02\nR4,007,held,2024-11-01\n"
    load_texts(
        engine, tmp_path, reviews=newer, review_people="review_id,person,involvement\nR4,carer,attended\n"
    )
    assert rows(engine, "reviews", "review_id", "held_on") == [
        ("R2", date(2024, 5, 2)),
        ("R4", date(2024, 11, 1)),
    ]
    assert len(rows(engine, "activities", "activity_id")) == 2, "other kinds stay"
    history = reading.load_history(engine, "LOCAL")
    assert sorted(history[history["kind"] == "reviews"]["current"]) == [False, True]


def test_another_source_adds_and_does_not_replace(engine: Engine, tmp_path: Path) -> None:
    load_texts(engine, tmp_path, **SMALL)
    load_texts(engine, tmp_path, source="eclipse", children="child_id,date_of_birth\n700,2012-05-01\n")
    assert len(rows(engine, "children", "child_id")) == 4
    assert set(reading.current_files(engine, "LOCAL")["source"]) == {"extract", "eclipse"}


def test_authorities_do_not_touch_each_other(engine: Engine, tmp_path: Path) -> None:
    load_texts(engine, tmp_path, **SMALL, authority="NORTH")
    load_texts(engine, tmp_path, children="child_id,date_of_birth\n007,2011-01-01\n", authority="SOUTH")
    assert len(rows(engine, "children", "child_id", authority="NORTH")) == 3
    assert rows(engine, "children", "date_of_birth", authority="SOUTH") == [(date(2011, 1, 1),)]
    assert [info.authority for info in reading.authorities_in(engine)] == ["NORTH", "SOUTH"]


def test_a_folder_of_folders_is_a_folder_of_authorities(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path / "all" / "E10000001", **SMALL)
    write(tmp_path / "all" / "E10000002", **SMALL)
    reports = load(engine, [tmp_path / "all"], derive=nothing_derived, as_at=AS_AT)
    assert [report.authority for report in reports] == ["E10000001", "E10000002"]
    assert len(rows(engine, "children", "child_id", authority="E10000002")) == 3


def test_what_lies_beside_folders_of_authorities_is_named_and_mixes_nothing(
    engine: Engine, tmp_path: Path
) -> None:
    write(tmp_path / "all" / "E10000001", **SMALL)
    write(tmp_path / "all" / "E10000002", **SMALL)
    (tmp_path / "all" / "Thumbs.db").write_bytes(b"x")
    reports = load(engine, [tmp_path / "all"], derive=nothing_derived, as_at=AS_AT)
    assert [report.authority for report in reports] == ["E10000001", "E10000002"]
    passed = [file.name for report in reports for file in report.files if file.kind == "not used"]
    assert passed == ["all/Thumbs.db"]


def test_one_bad_authority_of_many_refuses_them_all(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path / "all" / "A", **SMALL)
    write(tmp_path / "all" / "B", **SMALL | {"teams": "team,name\n1,2\n"})
    write(tmp_path / "all" / "C", **SMALL | {"iros": ""})
    before = counts(engine)
    with pytest.raises(LoadRefused) as refused:
        load(engine, [tmp_path / "all"], derive=nothing_derived, as_at=AS_AT)
    assert [problem.file for problem in refused.value.problems] == ["B/teams.csv", "C/iros.csv"]
    assert counts(engine) == before


def test_first_reviews_covered_are_kept_where_said(engine: Engine, tmp_path: Path) -> None:
    load_texts(engine, tmp_path, **SMALL, reviews_from=date(2023, 4, 1))
    load_files(engine, tmp_path, as_at=date(2026, 4, 1))
    with engine.connect() as connection:
        assert connection.scalars(select(authorities.c.reviews_from)).all() == [date(2023, 4, 1)]


# Which source speaks


def as_format(engine: Engine, source: str, format: str) -> None:
    """Make a source one of another format: only the extract is written here."""
    with engine.begin() as connection:
        connection.execute(log.update().where(log.c.source == source).values(format=format))


def test_of_two_sources_the_higher_speaks_alone_for_each_child_and_kind(
    engine: Engine, tmp_path: Path
) -> None:
    load_texts(engine, tmp_path, **SMALL, source="annex")
    as_format(engine, "annex", "annex_a")
    periods = "child_id,started_on\n007,2024-01-11\n"
    load_texts(engine, tmp_path, children="child_id,date_of_birth\n007,2012-05-02\n", care_periods=periods)
    assert [row for row in rows(engine, "care_periods", "child_id", "started_on", "speaks") if row[2]] == [
        ("008", date(2024, 3, 1), True),
        ("007", date(2024, 1, 11), True),
    ]
    assert all(speaks for (speaks,) in rows(engine, "reviews", "speaks")), "only the lower source has reviews"


def test_which_source_is_the_higher_is_a_setting(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        resolve, "RANK", rank_in('[sources]\nrank = ["annex_a", "extract", "ssd", "ssda903"]')
    )
    load_texts(engine, tmp_path, **SMALL, source="annex")
    as_format(engine, "annex", "annex_a")
    load_texts(engine, tmp_path, care_periods="child_id,started_on\n007,2024-01-11\n009,2024-05-01\n")
    spoken = [row[:2] for row in rows(engine, "care_periods", "child_id", "started_on", "speaks") if row[2]]
    assert spoken == [
        ("007", date(2024, 1, 10)), ("008", date(2024, 3, 1)), ("009", date(2024, 5, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rank", ['["extract", "ssda903"]', '["extract", "ssd", "annex_a", "ssda903", "ssd"]', "1"]
)
def test_a_rank_that_leaves_a_format_out_or_names_it_twice_says_what_to_write(rank: str) -> None:
    with pytest.raises(ValueError, match="has to name extract, ssd, annex_a, ssda903, each once"):
        rank_in(f"[sources]\nrank = {rank}")


def test_when_the_higher_source_falls_silent_the_lower_speaks_again(engine: Engine, tmp_path: Path) -> None:
    load_texts(engine, tmp_path, **SMALL, source="annex")
    as_format(engine, "annex", "annex_a")
    load_texts(engine, tmp_path, care_periods="child_id,started_on\n007,2024-01-11\n")
    load_texts(engine, tmp_path, care_periods="child_id,started_on\n")
    assert rows(engine, "care_periods", "child_id", "speaks") == [("007", True), ("008", True)]


def test_blanks_of_a_review_are_filled_from_the_lower_source_of_that_child_and_day(
    engine: Engine, tmp_path: Path
) -> None:
    low = (
        "review_id,child_id,review_status,held_on,participation_code,venue\n"
        "L1,007,held,2024-02-06,PN2,home\nL2,007,held,2024-05-01,PN3,school\nL3,009,held,2024-05-01,PN4,\n"
    )
    load_texts(engine, tmp_path, children=SMALL["children"], reviews=low, source="annex")
    as_format(engine, "annex", "annex_a")
    load_texts(engine, tmp_path, **SMALL)
    with engine.connect() as connection:
        source = read_reviews(connection, "LOCAL")
        found = connection.execute(
            select(source.c.review_id, source.c.participation_code, source.c.venue)
            .where(source.c.authority == "LOCAL", source.c.speaks)
            .order_by(source.c.review_id)
        ).all()
    assert [tuple(row) for row in found] == [
        ("L3", "PN4", None),
        ("R1", "PN1", "home"),
        ("R2", "PN3", "school"),
        ("R3", "PN1", None),
    ]


# Rows that contradict


def refused(engine: Engine) -> list[tuple[object, ...]]:
    frame = reading.refused_rows(engine, SERVICE_VIEWER, "LOCAL")
    shown = frame[["kind", "line", "column", "child_id"]].astype(object)
    return list(shown.where(shown.notna(), None).itertuples(index=False, name=None))


def many(kind: str, head: str, good: list[str], bad: list[str]) -> dict[str, str]:
    """A file of 30 good rows and the bad ones after them: fewer than a tenth."""
    return {kind: "\n".join([head, *good, *bad]) + "\n"}


CHILDREN = many("children", "child_id,date_of_birth", [f"{n:03d},2012-05-01" for n in range(30)], [])


def test_of_rows_with_one_key_the_first_is_kept(engine: Engine, tmp_path: Path) -> None:
    report = load_texts(
        engine, tmp_path, **many("teams", "team_id,team_name", [f"T{n},x" for n in range(30)], ["T3,again"])
    )
    assert refused(engine) == [("teams", 32, "team_id", None)]
    assert report.files[0].problems[0].message.startswith("the same team_id stands on line 5")
    assert ("T3", "x") in rows(engine, "teams", "team_id", "team_name")


def test_a_key_of_two_columns_repeats_only_where_both_do(engine: Engine, tmp_path: Path) -> None:
    good = [f"{n:03d},2024-01-01,2024-06-01" for n in range(30)]
    extra = ["003,2025-01-01,2025-02-01", "003,2024-01-01,2024-06-01"]
    load_texts(
        engine, tmp_path, **CHILDREN, **many("care_periods", "child_id,started_on,ended_on", good, extra)
    )
    assert refused(engine) == [("care_periods", 33, "started_on", "003")]


def test_periods_of_care_of_one_child_may_touch_and_not_overlap(engine: Engine, tmp_path: Path) -> None:
    good = [f"{n:03d},2024-01-01,2024-06-01" for n in range(30)]
    extra = ["003,2024-06-01,2024-07-01", "004,2024-05-31,2024-07-01"]
    report = load_texts(
        engine, tmp_path, **CHILDREN, **many("care_periods", "child_id,started_on,ended_on", good, extra)
    )
    assert refused(engine) == [("care_periods", 33, "started_on", "004")]
    assert "on line 6" in report.files[1].problems[0].message


def test_two_allocations_of_an_iro_do_not_share_a_day(engine: Engine, tmp_path: Path) -> None:
    good = [f"{n:03d},I1,2024-01-01,2024-06-01" for n in range(30)]
    extra = ["003,I2,2024-06-02,", "004,I2,2024-06-01,"]
    allocations = many("iro_allocations", "child_id,iro_id,from_date,to_date", good, extra)
    load_texts(engine, tmp_path, **CHILDREN, iros=SMALL["iros"], **allocations)
    assert refused(engine) == [("iro_allocations", 33, "from_date", "004")]


def test_an_open_range_overlaps_everything_after_it(engine: Engine, tmp_path: Path) -> None:
    good = [f"{n:03d},2024-01-01," for n in range(30)]
    extra = ["003,2029-01-01,2029-02-01", "003,2023-01-01,2023-12-31"]
    load_texts(
        engine, tmp_path, **CHILDREN, **many("care_periods", "child_id,started_on,ended_on", good, extra)
    )
    assert refused(engine) == [("care_periods", 32, "started_on", "003")]


@pytest.mark.parametrize(
    ("kind", "head", "good", "bad", "column"),
    [
        ("care_periods", "child_id,started_on", "{n:03d},2024-01-01", "X,2024-01-01", "child_id"),
        ("iro_hours", "iro_id,from_date,fte", "I1,20{n:02d}-01-01,0.5", "I9,2024-01-01,0.5", "iro_id"),
        ("team_allocations", "child_id,team_id,from_date", "{n:03d},T1,2024-01-01", "001,T9,2025-01-01",
         "team_id"),
        ("reviews", "review_id,child_id,review_status", "R{n},{n:03d},cancelled", "R99,X,cancelled",
         "child_id"),
        ("activities", "activity_id,child_id,iro_id,activity_kind,done_on",
         "A{n},{n:03d},I1,case_note,2024-01-01", "A99,001,I9,case_note,2024-01-01", "iro_id"),
        ("escalations", "escalation_id,child_id,raised_on,stage", "E{n},{n:03d},2024-01-01,informal",
         "E99,X,2024-01-01,informal", "child_id"),
        ("audits", "audit_id,programme,audited_on,audit_theme,grade,team_id",
         "A{n},p,2024-01-01,plans,good,T1", "A99,p,2024-01-01,plans,good,T9", "team_id"),
    ],
)  # fmt: skip
def test_a_row_that_points_to_nobody_is_refused(
    engine: Engine, tmp_path: Path, kind: str, head: str, good: str, bad: str, column: str
) -> None:
    file = many(kind, head, [good.format(n=n) for n in range(30)], [bad])
    load_texts(engine, tmp_path, **CHILDREN, iros=SMALL["iros"], teams=SMALL["teams"], **file)
    ((of, line, where, _),) = refused(engine)
    assert (of, line, where) == (kind, 32, column)
    assert len(rows(engine, kind, "line")) == 30


def test_who_a_review_says_was_there_goes_with_the_review(engine: Engine, tmp_path: Path) -> None:
    reviews = many(
        "reviews",
        "review_id,child_id,review_status",
        [f"R{n},{n:03d},cancelled" for n in range(30)],
        ["R99,X,cancelled"],
    )
    people = many(
        "review_people", "review_id,person,involvement", [f"R{n},mother,attended" for n in range(30)],
        ["R99,mother,attended"],
    )  # fmt: skip
    load_texts(engine, tmp_path, **CHILDREN, **reviews, **people)
    assert refused(engine) == [("review_people", 32, "review_id", None), ("reviews", 32, "child_id", "X")]


def test_rows_loaded_earlier_are_refused_once_whom_they_point_to_is_gone(
    engine: Engine, tmp_path: Path
) -> None:
    activities = [f"A{n},{n % 30:03d},I1,case_note,2024-01-01" for n in range(60)]
    notes = many("activities", "activity_id,child_id,iro_id,activity_kind,done_on", activities, [])
    load_texts(engine, tmp_path, **CHILDREN, iros=SMALL["iros"], **notes)
    fewer = CHILDREN["children"].replace("029,2012-05-01\n", "")
    load_texts(engine, tmp_path, children=fewer)
    assert refused(engine) == [("activities", 31, "child_id", "029"), ("activities", 61, "child_id", "029")]
    files = reading.current_files(engine, "LOCAL").set_index("kind")
    assert files.loc["activities", "rows_stored"] == 58


def test_a_children_file_that_would_orphan_a_tenth_of_the_rest_is_refused(
    engine: Engine, tmp_path: Path
) -> None:
    load_texts(engine, tmp_path, **SMALL)
    before = counts(engine)
    with pytest.raises(LoadRefused) as refusal:
        load_texts(engine, tmp_path, children="child_id,date_of_birth\n008,2014-06-01\n")
    assert "loaded earlier" in str(refusal.value)
    assert counts(engine) == before


def test_a_refused_row_is_accepted_by_a_later_load_of_the_same_file(engine: Engine, tmp_path: Path) -> None:
    notes = many(
        "activities", "activity_id,child_id,iro_id,activity_kind,done_on",
        [f"A{n},{n % 30:03d},I1,case_note,2024-01-01" for n in range(60)],
        ["A99,001,I3,case_note,2024-01-01"],
    )  # fmt: skip
    load_texts(engine, tmp_path, **CHILDREN, iros=SMALL["iros"], **notes)
    assert len(refused(engine)) == 1
    load_texts(engine, tmp_path, iros=SMALL["iros"] + "I3,Cy,2020-01-01\n")
    report = load_texts(engine, tmp_path, **notes)
    assert report.changed
    assert refused(engine) == []
    assert len(rows(engine, "activities", "activity_id")) == 61
    assert not load_files(engine, tmp_path).changed


def test_refused_rows_alone_do_not_make_the_same_files_new(engine: Engine, tmp_path: Path) -> None:
    teams = many("teams", "team_id,team_name", [f"T{n},x" for n in range(30)], ["T3,again"])
    load_texts(engine, tmp_path, **teams)
    again = load_files(engine, tmp_path)
    assert not again.changed
    assert by_kind(again)["teams"] == (31, 0, 30, 1)
    assert len(again.files[0].problems) == 1


# More than a tenth


def test_exactly_a_tenth_may_be_refused_and_not_more(engine: Engine, tmp_path: Path) -> None:
    good = [f"T{n},x" for n in range(9)]
    assert load_texts(engine, tmp_path, **many("teams", "team_id,team_name", good, [",x"])).changed
    before = counts(engine)
    with pytest.raises(LoadRefused) as refusal:
        load_texts(engine, tmp_path, **many("teams", "team_id,team_name", good, [",x", ",y"]))
    summary, *named = refusal.value.problems
    assert summary.message.startswith("2 of its 11 rows would be refused, more than 10%")
    assert [(problem.line, problem.column) for problem in named] == [(11, "team_id"), (12, "team_id")]
    assert counts(engine) == before


def test_force_loads_what_is_good_of_a_file_that_is_mostly_bad(engine: Engine, tmp_path: Path) -> None:
    report = load_texts(engine, tmp_path, teams="team_id,team_name\n,a\n,b\nT1,c\n", force=True)
    assert by_kind(report)["teams"] == (3, 1, 0, 2)


def test_force_leaves_rows_out_and_does_not_load_nothing_in_place_of_something(
    engine: Engine, tmp_path: Path
) -> None:
    load_texts(engine, tmp_path, teams="team_id,team_name\nT1,North\n")
    before = counts(engine)
    for dry_run in (True, False):
        with pytest.raises(LoadRefused) as refusal:
            load_texts(engine, tmp_path, teams="team_id,team_name\n,a\n,b\n", force=True, dry_run=dry_run)
        whole, *named = refusal.value.problems
        assert whole.message == (
            "2 of its 2 rows would be refused, and no row of this load is left to store. Correct the rows "
            "named here and load again."
        )
        assert [str(problem).partition("/")[2] for problem in named] == [
            f"teams.csv, line {line}, team_id: is blank: fill it in" for line in (2, 3)
        ]
        assert counts(engine) == before


def test_force_leaves_out_all_of_a_file_beside_one_that_loads(engine: Engine, tmp_path: Path) -> None:
    bad = "team_id,team_name\n,a\n,b\n"
    report = load_texts(engine, tmp_path, iros=SMALL["iros"], teams=bad, force=True)
    assert (by_kind(report)["teams"], by_kind(report)["iros"]) == ((2, 0, 0, 2), (2, 2, 0, 0))
    assert not load_files(engine, tmp_path).changed, "the same again changes nothing, forced or not"
    later = load_files(engine, tmp_path, force=True, as_at=date(2026, 4, 7))
    assert later.changed, "the same files as on a new store, whatever of them is in this one already"


def test_a_forced_load_of_headings_alone_empties_what_its_source_said(engine: Engine, tmp_path: Path) -> None:
    load_texts(engine, tmp_path, teams="team_id,team_name\nT1,North\n")
    assert load_texts(engine, tmp_path, teams="team_id,team_name\n", force=True).changed
    assert rows(engine, "teams", "team_id") == []


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


# Workbooks and the template


def book(tables: dict[str, list[list[object]]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as workbook:
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for title, cells in tables.items():
            sheet = workbook.add_worksheet(title)
            for line, row in enumerate(cells):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(line, place, cell, day)
                    else:
                        sheet.write(line, place, cell)
    return stream.getvalue()


def test_each_sheet_of_a_workbook_is_a_file_and_the_others_are_named(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "extract.xlsx"
    path.write_bytes(
        book(
            {
                "Notes": [["written by", "QA"]],
                "Kids": [["Child ID", "Date of Birth"], ["007", date(2012, 5, 1)], [8, "01/06/2014"]],
                "Empty": [],
            }
        )
    )
    report = load_files(engine, path)
    assert [(file.name, file.kind) for file in report.files] == [
        ("extract.xlsx > Kids", "children"),
        ("extract.xlsx > Notes", "not used"),
        ("extract.xlsx > Empty", "not used"),
    ]
    assert rows(engine, "children", "child_id", "date_of_birth") == [
        ("007", date(2012, 5, 1)),
        ("8", date(2014, 6, 1)),
    ]


def test_a_child_whose_number_a_workbook_shows_with_zeros_is_the_child_of_the_other_files(
    engine: Engine, tmp_path: Path
) -> None:
    write(tmp_path, children=SMALL["children"])
    with xlsxwriter.Workbook(tmp_path / "care.xlsx") as workbook:
        sheet = workbook.add_worksheet("Care")
        sheet.write_row(0, 0, ["child_id", "started_on"])
        sheet.write_number(1, 0, 7, workbook.add_format({"num_format": "000"}))
        sheet.write_string(1, 1, "2024-01-10")
    assert by_kind(load_files(engine, tmp_path))["care_periods"] == (1, 1, 0, 0)
    assert rows(engine, "care_periods", "child_id") == [("007",)]


def test_the_empty_template_is_of_every_kind_and_loads_as_no_rows(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    report = load_files(engine, path)
    assert {file.kind for file in report.files} == {record.kind for record in RECORDS} | {"not used"}
    assert all(file.rows_read == 0 for file in report.files)


def test_the_template_says_what_each_column_and_each_code_means(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    sheets = CalamineWorkbook.from_path(tmp_path / "template.xlsx")
    columns = sheets.get_sheet_by_name("Columns").to_python()[1:]
    told = [(kind, column) for kind, column, *_ in columns]
    assert told == [(record.kind, column) for record in BY_KIND.values() for column in record.columns()]
    assert all(takes and what for *_, takes, what in columns)
    codes = {(column, code): words for column, code, words in sheets.get_sheet_by_name("Codes").to_python()}
    assert codes["late_reason", "LR09"] == "initial review convened late"
    takes = {(kind, column): takes for kind, column, _, takes, _ in columns}
    assert takes["reviews", "review_status"] == "booked, held or cancelled"
    assert takes["reviews", "participation_code"] == "a code"
    assert takes["reviews", "held_on"] == "a day"
    assert takes["reviews", "chaired_by"] == "an identifier of iros"
    assert takes["iro_hours", "fte"] == "a number"
    assert takes["care_periods", "start_known"] == "yes or no"


def test_a_filled_template_comes_back_as_it_was_filled(engine: Engine, tmp_path: Path) -> None:
    stream = io.BytesIO()
    write_template(stream)
    empty = CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue()))
    filled: dict[str, list[list[object]]] = {}
    for title in BY_KIND:
        (headings,) = empty.get_sheet_by_name(title).to_python()
        assert tuple(headings) == BY_KIND[title].columns()
        texts = SMALL.get(title, "").split()
        cells: list[list[object]] = [list(headings)]
        for line in texts[1:]:
            given = dict(zip(texts[0].split(","), line.split(","), strict=True))
            cells.append([given.get(str(heading), "") for heading in headings])
        filled[title] = cells
    path = tmp_path / "filled.xlsx"
    path.write_bytes(book(filled))
    load_files(engine, path, authority="BOOK")
    load_texts(engine, tmp_path / "texts", **SMALL, authority="TEXT")
    for kind in SMALL:
        columns = BY_KIND[kind].columns()
        assert rows(engine, kind, *columns, authority="BOOK") == rows(
            engine, kind, *columns, authority="TEXT"
        )


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
