"""Periods of care from the return, against a slow second reading of `formats.md` section 2.

The second reading asks of every child and every single day which episode is in force, and never
sorts, cuts or joins a range. Returns are random and full of contradictions.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access.loading.load import load
from data_access.store.opening import open_store
from data_access.store.schema import KIND_TABLES
from tests.files_given import NOTHING_DERIVED
from tests.stored import stored

AS_AT = date(2026, 3, 31)
FIRST_DAY, DAYS = date(2024, 4, 1), 730
YEARS = (2025, 2026)
EVERY_DAY = [FIRST_DAY + timedelta(number) for number in range(DAYS + 60)]
ONE_DAY = timedelta(1)


@dataclass(frozen=True)
class Episode:
    child: str
    decom: date
    rne: str
    ls: str
    place: str
    dec: date | None
    rec: str


def random_returns(seed: int, children: int) -> dict[int, list[Episode]]:
    """Two years' returns: the second repeats the first's episodes, some of them corrected."""
    dice = random.Random(seed)
    returns: dict[int, list[Episode]] = {year: [] for year in YEARS}
    for number in range(children):
        for episode in _random_episodes(dice, f"{number:03}"):
            told_first = dice.random() < 0.5
            if told_first:
                still_open = replace(episode, dec=None, rec="")
                returns[2025].append(still_open if dice.random() < 0.4 else episode)
            if not told_first or dice.random() < 0.8:
                other_status = replace(episode, ls=dice.choice(("C2", "V2", "V4")))
                returns[2026].append(other_status if dice.random() < 0.2 else episode)
    for rows in returns.values():
        dice.shuffle(rows)
    return returns


def _random_episodes(dice: random.Random, child: str) -> Iterator[Episode]:
    begins = sorted(dice.sample(range(DAYS), dice.randint(1, 6)))  # no two on one day
    for place, day in enumerate(begins):
        follows = begins[place + 1] if place + 1 < len(begins) else None
        ends = dice.choice((follows, follows, None, day + dice.randint(0, 200)))
        rec = (
            dice.choice(("X1", "X1", "X1", "E4A", "E11", "")) if ends is not None else dice.choice(("", "X1"))
        )
        yield Episode(
            child,
            FIRST_DAY + timedelta(day),
            dice.choice(("S", "L", "P", "P", "T")) if place else dice.choice(("S", "S", "S", "L")),
            dice.choice(("C2", "C2", "V2", "V4")),
            dice.choice(("U4", "U4", "K2", "A3")),
            None if ends is None else FIRST_DAY + timedelta(ends),
            rec,
        )


def written(returns: dict[int, list[Episode]], folder: Path) -> list[Path]:
    paths = []
    for year, rows in returns.items():
        (folder / str(year)).mkdir()
        path = folder / str(year) / "episodes.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC"))
            for row in rows:
                ended = f"{row.dec:%d/%m/%Y}" if row.dec else ""
                writer.writerow(
                    (row.child, f"{row.decom:%d/%m/%Y}", row.rne, row.ls, row.place, ended, row.rec)
                )
        paths.append(path)
    return paths


def believed(returns: dict[int, list[Episode]]) -> dict[str, dict[date, Episode]]:
    """child -> the day an episode begins -> the episode, as the latest return that has it says."""
    found: dict[str, dict[date, Episode]] = defaultdict(dict)
    for year in YEARS:
        for row in returns[year]:
            found[row.child][row.decom] = row
    return found


def ceased_on(episodes: dict[date, Episode], episode: Episode) -> date | None:
    """The day care ends with this episode; None where it goes on."""
    if episode.dec is None or episode.rec == "X1":
        return None
    return min([episode.dec, *(day for day in episodes if day > episode.decom)])


def last_begun(episodes: dict[date, Episode], day: date) -> Episode | None:
    begun = [begins for begins in episodes if begins <= day]
    return episodes[max(begun)] if begun else None


def second_reading(episodes: dict[date, Episode]) -> Iterator[tuple[date, Episode, bool]]:
    """Every (day, episode in force, whether a period of care begins that day) on which care holds."""
    looked_after = False
    for day in EVERY_DAY:
        episode = last_begun(episodes, day)
        if episode is None:
            continue
        before = last_begun(episodes, day - ONE_DAY)
        ceased_before = before is not None and ceased_on(episodes, before) is not None
        starts_here = episode.decom == day
        begins = starts_here and (before is None or episode.rne == "S" or ceased_before)
        looked_after = starts_here or looked_after
        ends = ceased_on(episodes, episode)
        if ends is not None and day >= ends:
            looked_after = False
        if looked_after:
            yield day, episode, begins


def code_on(episodes: dict[date, Episode], day: date, episode: Episode, code: str) -> str | None:
    """The legal status or placement of a day: none between an X1 and the next episode of that period."""
    later = [begins for begins in episodes if begins > day]
    if episode.dec is None or day < episode.dec or not later:
        return code
    return code if episodes[min(later)].rne == "S" else None


def loaded(returns: dict[int, list[Episode]], folder: Path) -> Engine:
    engine = open_store("sqlite://")
    for path in written(returns, folder):
        load(
            engine, [path], derivation=NOTHING_DERIVED, as_at=AS_AT, year=int(path.parent.name),
        )  # fmt: skip
    return engine


def days_held(rows: list[dict], column: str) -> dict[date, str]:
    """Day -> code, of one child; fails where two ranges hold on one day."""
    found: dict[date, str] = {}
    for row in rows:
        for day in EVERY_DAY:
            if row["from_date"] <= day and (row["to_date"] is None or day <= row["to_date"]):
                assert day not in found
                found[day] = row[column]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_care_and_its_statuses_and_placements_agree_with_asking_day_by_day(seed: int, tmp_path: Path) -> None:
    returns = random_returns(seed, children=60)
    engine = loaded(returns, tmp_path)
    care = stored(engine, KIND_TABLES["care_periods"])
    ranges: dict[str, dict[str, list[dict]]] = {"legal_status": {}, "placement_type": {}}
    for kind, column in (("legal_statuses", "legal_status"), ("placements", "placement_type")):
        ranges[column] = defaultdict(list)
        for row in stored(engine, KIND_TABLES[kind]):
            ranges[column][row["child_id"]].append(row)
    for child, episodes in believed(returns).items():
        expected = list(second_reading(episodes))
        own = [row for row in care if row["child_id"] == child]
        # A period that ended on the day it began holds no day, and is nowhere in a reading by days.
        own = [row for row in own if row["ended_on"] != row["started_on"]]
        looked_after = {
            day
            for day in EVERY_DAY
            for row in own
            if row["started_on"] <= day and (row["ended_on"] is None or day < row["ended_on"])
        }
        assert looked_after == {day for day, _, _ in expected}, child
        assert {row["started_on"]: row["start_known"] for row in own} == {
            day: episode.rne == "S" for day, episode, begins in expected if begins
        }, child
        begun = {day for day, _, begins in expected if begins}
        for column, name in (("legal_status", "ls"), ("placement_type", "place")):
            coded = {
                day: code
                for day, episode, _ in expected
                if (code := code_on(episodes, day, episode, getattr(episode, name)))
            }
            assert days_held(ranges[column][child], column) == coded, (child, column)
            changes = [day for day in coded if day in begun or coded.get(day - ONE_DAY) != coded[day]]
            assert sorted(row["from_date"] for row in ranges[column][child]) == changes, (child, column)


def test_the_random_returns_hold_every_kind_of_contradiction() -> None:
    every = [believed(random_returns(seed, children=60)) for seed in range(4)]
    seen = defaultdict(int)
    for world in every:
        for episodes in world.values():
            in_order = [episodes[day] for day in sorted(episodes)]
            seen["first not S"] += in_order[0].rne != "S"
            seen["trailing X1"] += in_order[-1].rec == "X1" and in_order[-1].dec is not None
            for before, after in pairwise(in_order):
                ceased = before.dec is not None and before.rec != "X1"
                seen["overlap"] += before.dec is not None and before.dec > after.decom
                seen["open, then another"] += before.dec is None
                seen["S while looked after"] += after.rne == "S" and not ceased
                seen["not S after an end"] += after.rne != "S" and ceased
                seen["gap after X1"] += (
                    before.rec == "X1" and before.dec is not None and before.dec < after.decom
                )
    assert all(count > 20 for count in seen.values()), dict(seen)
    assert len(seen) == 7
