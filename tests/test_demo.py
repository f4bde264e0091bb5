"""The invented authority: the same for the same seed, whole, shaped like a real service, plainly invented."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from data_access.demo import write_demo
from data_access.demo.days import Days
from data_access.demo.shape import shapes_of
from data_access.demo.world import World
from data_access.loading.load import LoadReport, load
from data_access.rows.codes import SHORT_BREAK_STATUSES
from data_access.rows.records import RECORDS
from data_access.sources.extract.demo import write_template
from data_access.sources.ssda903.demo import write_ssda903
from data_access.store.opening import open_store
from metrics.derive import derivation

AS_AT = date(2026, 11, 20)
YEAR = ("2025-11-21", "2026-11-20")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("demo")
    write_demo(where, scale="authority", seed=1, as_at=AS_AT)
    return where


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Iterator[tuple[Engine, LoadReport]]:
    engine = open_store("sqlite://")
    (report,) = load(engine, [folder], derivation=derivation(), as_at=AS_AT)
    yield engine, report
    engine.dispose()


def rows(folder: Path, kind: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{kind}.csv", dtype=str, keep_default_na=False)


def number(loaded: tuple[Engine, LoadReport], sql: str) -> float:
    with loaded[0].connect() as connection:
        return float(connection.execute(text(sql), {"start": YEAR[0], "end": YEAR[1]}).scalar_one())


def fingerprint(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def small(tmp_path: Path, *, seed: int = 3, name: str = "a", **shape: object) -> Path:
    """A little authority, quickly."""
    chosen = replace(shapes_of("authority", seed)[0], children=60, **shape)  # type: ignore[arg-type]
    write_template(World(chosen, Days(AS_AT), seed), tmp_path / name)
    return tmp_path / name


def test_the_same_seed_writes_the_same_files_and_another_seed_does_not(folder: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, scale="authority", seed=1, as_at=AS_AT)
    assert fingerprint(tmp_path) == fingerprint(folder)
    one, other = small(tmp_path, seed=3, name="one"), small(tmp_path, seed=4, name="other")
    assert fingerprint(one)["reviews.csv"] != fingerprint(other)["reviews.csv"]


def test_every_kind_of_the_extract_has_rows_and_none_is_refused(
    loaded: tuple[Engine, LoadReport],
) -> None:
    stored = Counter({file.kind: file.rows_stored for file in loaded[1].files})
    assert set(stored) == {record.kind for record in RECORDS}
    assert min(stored.values()) > 0
    assert [file.problems for file in loaded[1].files if file.rows_refused] == []


def test_a_load_needs_no_more_than_the_eight_times_its_files_that_a_full_disk_is_told_of(
    loaded: tuple[Engine, LoadReport], folder: Path
) -> None:
    store = number(loaded, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    files = sum(path.stat().st_size for path in folder.iterdir())
    log_and_store = 2 * store  # rows stand in SQLite's log before they are in the file
    assert 4 * files < log_and_store < 8 * files


def test_no_word_of_it_could_be_taken_for_a_real_person_or_address(folder: Path) -> None:
    addresses = [*rows(folder, "iros")["iro_email"], *rows(folder, "teams")["manager_email"]]
    assert all(address.endswith("@example.org") for address in addresses)
    assert not {"child_name", "name"} & set(rows(folder, "children").columns)


def test_nothing_later_than_the_as_at_date_is_known_but_bookings(folder: Path) -> None:
    for record in RECORDS:
        frame = rows(folder, record.kind)
        for column in frame.columns:
            days = column.endswith("_on") or column in ("from_date", "to_date", "date_of_birth")
            if days and column != "recorded_due_on":
                assert frame[column].max() <= AS_AT.isoformat(), (record.kind, column)
    reviews = rows(folder, "reviews")
    ahead = reviews[reviews["booked_for"] > AS_AT.isoformat()]
    assert set(ahead["review_status"]) == {"booked", "cancelled"}
    assert len(ahead) > 400


def test_nobody_is_looked_after_past_their_eighteenth_birthday(folder: Path) -> None:
    periods = rows(folder, "care_periods").merge(rows(folder, "children"), on="child_id")
    eighteen = pd.to_datetime(periods["date_of_birth"]) + pd.DateOffset(years=18)
    ended = pd.to_datetime(periods["ended_on"].replace("", AS_AT.isoformat()))
    assert (ended <= eighteen).all()
    assert (pd.to_datetime(periods["date_of_birth"]) < pd.to_datetime(periods["started_on"])).all()


def test_children_are_as_many_as_in_croydon_and_a_third_came_alone(
    loaded: tuple[Engine, LoadReport], folder: Path
) -> None:
    looked_after = (
        "FROM spans WHERE in_care AND regime <> 'short_break' AND from_on <= :end AND until_on > :end"
    )
    children = number(loaded, f"SELECT count(*) {looked_after}")
    alone = number(
        loaded,
        f"SELECT count(*) {looked_after} AND child_id IN (SELECT child_id FROM children WHERE uasc)",
    )
    assert 720 <= children <= 800
    assert 0.28 <= alone / children <= 0.38
    assert 1 <= number(loaded, f"SELECT count(*) {looked_after} AND iro_id IS NULL") <= 12
    hours = rows(folder, "iro_hours")
    now = hours[hours["to_date"] == ""]
    assert len(now) == 14
    assert 11 <= now["fte"].astype(float).sum() <= 12
    assert len(rows(folder, "teams")) == 6


@pytest.mark.parametrize(
    ("what", "low", "high"),
    [
        ("duties WHERE regime <> 'short_break' AND held_on BETWEEN :start AND :end", 2050, 2400),
        ("activities WHERE activity_kind = 'midway_review' AND done_on BETWEEN :start AND :end", 580, 720),
        ("activities WHERE activity_kind = 'case_note' AND done_on BETWEEN :start AND :end", 6000, 7000),
        ("escalations WHERE raised_on BETWEEN :start AND :end", 35, 70),
        ("reviews WHERE is_series AND held_on BETWEEN :start AND :end", 80, 250),
        ("duties WHERE regime = 'adoption' AND kind = 'first'", 40, 130),
        ("duties WHERE regime = 'short_break'", 100, 500),
        ("reviews WHERE rearranged_from IS NOT NULL", 500, 3000),
        ("audits WHERE audited_on BETWEEN :start AND :end", 120, 400),
    ],
)
def test_a_year_is_as_busy_as_croydons(
    loaded: tuple[Engine, LoadReport], what: str, low: int, high: int
) -> None:
    assert low <= number(loaded, f"SELECT count(*) FROM {what}") <= high


def test_most_reviews_are_on_time_and_fewer_children_have_all_of_theirs_on_time(
    loaded: tuple[Engine, LoadReport],
) -> None:
    held = (
        "FROM duties WHERE regime <> 'short_break' AND due_on IS NOT NULL AND held_on BETWEEN :start AND :end"
    )
    on_time = number(loaded, f"SELECT avg(held_on <= due_on) {held}")
    children = number(loaded, f"SELECT count(DISTINCT child_id) {held}")
    with_a_late_one = number(loaded, f"SELECT count(DISTINCT child_id) {held} AND held_on > due_on")
    assert 0.93 <= on_time <= 0.965
    assert 0.83 <= 1 - with_a_late_one / children < on_time - 0.02


def test_three_quarters_of_children_of_four_and_over_attend(loaded: tuple[Engine, LoadReport]) -> None:
    coded = "FROM duties WHERE held_on BETWEEN :start AND :end AND participation_code BETWEEN 'PN1' AND 'PN7'"
    assert 0.72 <= number(loaded, f"SELECT avg(participation_code <= 'PN4') {coded}") <= 0.78
    under_four = "participation_code <> 'PN0' AND held_on < date(date_of_birth, '+4 years')"
    assert number(loaded, f"SELECT count(*) FROM duties WHERE {under_four}") == 0


def test_this_week_has_reviews_overdue_and_unbooked_but_not_hundreds(
    loaded: tuple[Engine, LoadReport],
) -> None:
    standing = "FROM duties d WHERE regime <> 'short_break' AND closes_on IS NULL"
    soon = "due_on BETWEEN :end AND date(:end, '+28 days')"
    booking = (
        "SELECT 1 FROM bookings b WHERE b.child_id = d.child_id AND b.review_status = 'booked'"
        " AND b.booked_for >= :end"
    )
    assert 5 <= number(loaded, f"SELECT count(*) {standing} AND due_on < :end") <= 12
    assert 5 <= number(loaded, f"SELECT count(*) {standing} AND {soon} AND NOT EXISTS ({booking})") <= 20
    booked_late = f"EXISTS ({booking} AND b.booked_for > d.due_on)"
    assert 2 <= number(loaded, f"SELECT count(*) {standing} AND due_on >= :end AND {booked_late}") <= 20


def test_one_team_struggles(loaded: tuple[Engine, LoadReport], folder: Path) -> None:
    with loaded[0].connect() as connection:
        found = connection.execute(
            text(
                "SELECT team_id, avg(held_on <= due_on), avg(coalesce(report_days_before >= 2, 0))"
                " FROM duties WHERE regime <> 'short_break' AND held_on BETWEEN :start AND :end"
                " AND team_id IS NOT NULL GROUP BY team_id"
            ),
            {"start": YEAR[0], "end": YEAR[1]},
        ).all()
    on_time, reports = sorted((row[1], row[0]) for row in found), sorted((row[2], row[0]) for row in found)
    assert on_time[0][1] == reports[0][1]
    assert on_time[0][0] < on_time[1][0] - 0.03
    assert reports[0][0] < reports[1][0] - 0.12
    names = rows(folder, "teams").set_index("team_id")["team_name"]
    assert names[on_time[0][1]] == "Children in Care 2"


def test_one_iro_drifts_and_one_improves(folder: Path) -> None:
    notes = rows(folder, "activities").query("activity_kind == 'case_note'")
    now = notes[notes["done_on"] > "2026-05-20"].groupby("iro_id").size()
    before = (
        notes[(notes["done_on"] > "2024-11-20") & (notes["done_on"] <= "2025-05-20")].groupby("iro_id").size()
    )
    change = (now / before).dropna().sort_values()
    assert change.iloc[0] < 0.65 < change.iloc[1]
    assert change.iloc[-1] > 1.5


def test_children_keep_or_change_iros_and_brothers_and_sisters_share_one(folder: Path) -> None:
    allocations = rows(folder, "iro_allocations")
    assert allocations.groupby("child_id")["iro_id"].nunique().gt(1).sum() > 200
    first = allocations.drop_duplicates("child_id").merge(rows(folder, "children"), on="child_id")
    families = first[first["sibling_group"] != ""].groupby("sibling_group")["iro_id"].nunique()
    assert families.eq(1).mean() > 0.8


def test_the_returns_of_the_same_children_have_the_same_care_and_reviews(tmp_path: Path) -> None:
    shape = replace(shapes_of("authority", 5)[0], children=80)
    write_template(World(shape, Days(AS_AT), 5), tmp_path / "extract")
    returned = write_ssda903(World(shape, Days(AS_AT), 5), tmp_path / "return")
    reviews = rows(tmp_path / "extract", "reviews").query("review_status == 'held'")
    written = {(row["CHILD"], _iso(row["REVIEW"]), row["REVIEW_CODE"]) for row in _all(returned, "reviews")}
    assert written == set(
        zip(reviews["child_id"], reviews["held_on"], reviews["participation_code"], strict=True)
    )
    care = rows(tmp_path / "extract", "care_periods")
    episodes = _all(returned, "episodes")
    starts = {(row["CHILD"], _iso(row["DECOM"])) for row in episodes if row["RNE"] == "S"}
    ends = {(row["CHILD"], _iso(row["DEC"])) for row in episodes if row["REC"] not in ("", "X1")}
    ended = care[care["ended_on"] != ""]
    assert starts == set(zip(care["child_id"], care["started_on"], strict=True))
    assert ends == set(zip(ended["child_id"], ended["ended_on"], strict=True))
    short_breaks = {row["CHILD"] for row in episodes if row["LS"] in SHORT_BREAK_STATUSES}
    statuses = rows(tmp_path / "extract", "legal_statuses")
    assert short_breaks == set(statuses[statuses["legal_status"].isin(SHORT_BREAK_STATUSES)]["child_id"])
    assert {path.name.split("_20")[0] for path in returned} == {
        "header", "episodes", "reviews", "uasc", "placed_for_adoption"
    }  # fmt: skip


def test_the_returns_give_the_same_duties_as_the_extract_without_iros(tmp_path: Path) -> None:
    shape = replace(shapes_of("authority", 5)[0], children=150)
    write_template(World(shape, Days(AS_AT), 5), tmp_path / "extract")
    write_ssda903(World(shape, Days(AS_AT), 5), tmp_path / "return")
    compared = (
        "child_id, period_started_on, number, regime, kind, opens_on, due_on, closes_on, closed_by,"
        " held_on, participation_code"
    )
    found = []
    for form in ("extract", "return"):
        engine = open_store("sqlite://")
        load(engine, [tmp_path / form], derivation=derivation(), as_at=AS_AT)
        with engine.connect() as connection:
            order = "ORDER BY child_id, opens_on"
            found.append(connection.execute(text(f"SELECT {compared} FROM duties {order}")).all())
            with_iro = connection.execute(text("SELECT count(iro_id) FROM duties")).scalar_one()
        engine.dispose()
        assert (with_iro > 0) is (form == "extract")
    assert len(found[0]) > 3000
    assert found[0] == found[1]


def _all(paths: list[Path], table: str) -> list[dict[str, str]]:
    """The rows of one table of the return, all years, as years come."""
    found: list[dict[str, str]] = []
    for path in sorted(path for path in paths if path.name.startswith(table)):
        with path.open(encoding="utf-8", newline="") as file:
            found += csv.DictReader(file)
    return found


def _iso(day: str) -> str:
    return "-".join(reversed(day.split("/")))


@pytest.mark.parametrize(
    ("scale", "authorities", "children"), [("region", 26, 20_000), ("england", 150, 85_000)]
)
def test_larger_scales_are_many_authorities_of_uneven_size(
    scale: str, authorities: int, children: int
) -> None:
    shapes = shapes_of(scale, 1)
    assert len({shape.name for shape in shapes}) == authorities
    assert sum(shape.children for shape in shapes) == children
    sizes = sorted(shape.children for shape in shapes)
    assert sizes[-1] > 3 * sizes[0]


def test_an_extract_without_the_whole_history_starts_with_the_history(tmp_path: Path) -> None:
    folder = small(tmp_path, whole_history=False)
    held = rows(folder, "reviews").query("held_on != ''")["held_on"]
    assert held.min() >= "2021-11-19"
    care = rows(folder, "care_periods")
    assert set(care["start_known"]) == {"yes", "no"}
    assert (care[care["start_known"] == "no"]["started_on"] < held.min()).all()


def test_each_authority_is_told_of_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [replace(shape, children=40) for shape in shapes_of("region", 1)[:2]]
    monkeypatch.setattr("data_access.demo.shapes_of", lambda scale, seed: few)
    told: list[tuple[str, int, int]] = []
    paths = write_demo(
        tmp_path, scale="region", seed=1, as_at=AS_AT, progress=lambda *told_now: told.append(told_now)
    )
    assert told == [("demo-001", 1, 2), ("demo-002", 2, 2)]
    assert {path.parent.name for path in paths} == {"demo-001", "demo-002"}
    assert len(paths) == 2 * len(RECORDS)


def test_a_scale_or_form_that_is_none_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="authority, region or england"):
        write_demo(tmp_path, scale="galaxy", as_at=AS_AT)
    with pytest.raises(ValueError, match="template or ssda903"):
        write_demo(tmp_path, form="stone tablets", as_at=AS_AT)


def test_who_writes_invented_children_of_a_past_day_is_told_to_load_them_as_at_that_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from manage import manage

    monkeypatch.setattr(
        "data_access.demo.shapes_of", lambda scale, seed: [replace(shapes_of(scale, seed)[0], children=40)]
    )
    run = CliRunner().invoke(manage, ["demo", str(tmp_path / "demo"), "--as-at", "2024-03-31"])
    assert f"python manage.py load {tmp_path / 'demo'} --as-at 2024-03-31" in run.stderr
