"""The same files again, newer ones, other sources: what is replaced, and which source speaks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from data_access import reading
from data_access.loading import resolve
from data_access.loading.load import LoadRefused, load
from data_access.loading.resolve import read_reviews
from data_access.sources import rank_in
from data_access.store.schema import authorities
from data_access.store.schema import load_files as log
from standards import read_rank
from tests.files_given import (
    AS_AT,
    NOTHING_DERIVED,
    SMALL,
    by_kind,
    counts,
    load_files,
    load_texts,
    rows,
    write,
)

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
    reports = load(engine, [tmp_path / "all"], derivation=NOTHING_DERIVED, as_at=AS_AT)
    assert [report.authority for report in reports] == ["E10000001", "E10000002"]
    assert len(rows(engine, "children", "child_id", authority="E10000002")) == 3


def test_what_lies_beside_folders_of_authorities_is_named_and_mixes_nothing(
    engine: Engine, tmp_path: Path
) -> None:
    write(tmp_path / "all" / "E10000001", **SMALL)
    write(tmp_path / "all" / "E10000002", **SMALL)
    (tmp_path / "all" / "Thumbs.db").write_bytes(b"x")
    reports = load(engine, [tmp_path / "all"], derivation=NOTHING_DERIVED, as_at=AS_AT)
    assert [report.authority for report in reports] == ["E10000001", "E10000002"]
    passed = [file.name for report in reports for file in report.files if file.kind == "not used"]
    assert passed == ["all/Thumbs.db"]


def test_one_bad_authority_of_many_refuses_them_all(engine: Engine, tmp_path: Path) -> None:
    write(tmp_path / "all" / "A", **SMALL)
    write(tmp_path / "all" / "B", **SMALL | {"teams": "team,name\n1,2\n"})
    write(tmp_path / "all" / "C", **SMALL | {"iros": ""})
    before = counts(engine)
    with pytest.raises(LoadRefused) as refused:
        load(engine, [tmp_path / "all"], derivation=NOTHING_DERIVED, as_at=AS_AT)
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
    monkeypatch.setattr(resolve, "RANK", rank_in(("annex_a", "extract", "ssd", "ssda903")))
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
        rank_in(read_rank(f"[sources]\nrank = {rank}"))


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
