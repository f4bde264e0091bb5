"""Rows that contradict or point to nobody are refused; a file that is mostly such rows is not loaded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access import reading
from data_access.loading.load import LoadRefused
from tests.files_given import (
    SMALL,
    by_kind,
    counts,
    load_files,
    load_texts,
    many,
    refused,
    rows,
)

# Rows that contradict


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
