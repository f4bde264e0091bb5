"""Writes the small extracts behind `docs/published_figures.md`: `python -m docs.published.write`.

The children are invented; how many there are of each sort is what two services published. Loading an extract
has to give the published figures back: `tests/test_published_figures.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np

from metrics.counting.question import as_date, months_on
from metrics.rules.calendar import working_days_after

HERE = Path(__file__).parent
DAY = timedelta(days=1)

Rows = dict[str, list[dict[str, object]]]
T = TypeVar("T")


@dataclass
class Stay:
    """A period of care with its reviews. late: days by which a review is late, by its place in the order."""

    started_on: date
    ended_on: date | None = None
    late: Mapping[int, int] = field(default_factory=dict)
    skipped_from: date | None = None
    """From this day on no review was held."""

    def reviews(self, until: date) -> Iterator[tuple[date, bool]]:
        """The day of each review up to a day, and whether it was late: each held as it falls due, or late."""
        due = as_date(working_days_after(np.datetime64(self.started_on), 20))
        number = 0
        while True:
            held = due + self.late.get(number, 0) * DAY
            if held > until or (self.ended_on and held > self.ended_on):
                return
            if self.skipped_from and held >= self.skipped_from:
                return
            yield held, number in self.late
            number += 1
            due = months_on(held, 3 if number == 1 else 6)


def every(first: date, last: date, number: int) -> list[date]:
    """So many days, spread evenly from the first to the last."""
    whole = (last - first).days
    return [first + timedelta(days=whole * place // max(number - 1, 1)) for place in range(number)]


def many(*counted: tuple[T, int]) -> list[T]:
    """So many of each."""
    return [value for value, number in counted for _ in range(number)]


def _rows_of(stays: Sequence[Stay], until: date, late_reasons: Sequence[str]) -> Rows:
    """The rows of stays whose children are numbered in this order."""
    rows: Rows = {"care_periods": [], "reviews": []}
    reasons = iter(late_reasons)
    for number, stay in enumerate(stays, start=1):
        child = f"C{number:03}"
        rows["care_periods"].append(
            {
                "child_id": child, "started_on": stay.started_on, "ended_on": stay.ended_on,
                "notified_on": stay.started_on + (15 if 0 in stay.late else 1) * DAY,
            }
        )  # fmt: skip
        for held, late in stay.reviews(until):
            rows["reviews"].append(
                {
                    "review_id": f"R{len(rows['reviews']) + 1:04}", "child_id": child,
                    "review_status": "held", "held_on": held, "late_reason": next(reasons) if late else None,
                }
            )  # fmt: skip
    return rows


# -- Central Bedfordshire, year to 31 March 2012 (S4)

CENTRAL_BEDFORDSHIRE, CENTRAL_BEDFORDSHIRE_ON = HERE / "central_bedfordshire_2012", date(2012, 3, 31)
_BABIES, _ADOPTED, _ADOPTED_ON = 14, 3, date(2012, 3, 12)
_AGES = {
    "M": {(0, 1): 8, (1, 5): 22, (5, 10): 15, (10, 16): 45, (16, 18): 30},
    "F": {(0, 1): 6, (1, 5): 23, (5, 10): 17, (10, 16): 27, (16, 18): 15},
}
_ETHNICITY = many(("WBRI", 177), ("MWBC", 10), ("AIND", 6), ("BAFR", 7), ("OOTH", 8))
_PLACED = many(
    (("U3", True), 22), (("U3", False), 7), (("U6", True), 50), (("U6", False), 72), (("K1", False), 1),
    (("K2", True), 25), (("S1", False), 3), (("R2", False), 2), (("P1", True), 3), (("P2", True), 20),
)  # fmt: skip
_LEGAL = many(("C1", 67), ("C2", 51), ("V2", 84), ("E1", 6 - _ADOPTED))
_PEOPLE = {
    "mother": (71, 52, 22, 20, 16),
    "father": (33, 34, 41, 24, 49),
    "step_parent": (2, 4, 5, 1, 0),
    "connected_person": (25, 6, 0, 0, 0),
}
_INVOLVED = ("attended", "consulted", "not_applicable", "not_consulted", "not_recorded")


def central_bedfordshire() -> Rows:
    """208 children looked after on 31 March 2012, and 590 reviews in the year for 266 children."""
    until, chance = CENTRAL_BEDFORDSHIRE_ON, Random(2012)
    babies = [Stay(day) for day in every(date(2011, 7, 4), date(2011, 10, 20), _BABIES)]
    since_spring = [
        Stay(day, late={0: 14} if number < 5 else {})
        for number, day in enumerate(every(date(2011, 4, 4), date(2011, 5, 20), 78))
    ]
    a_year_and_more = [Stay(day) for day in every(date(2010, 8, 2), date(2010, 12, 10), 110)]
    just_arrived = [Stay(date(2012, 3, 10))] * 6
    with_one_review = [Stay(date(2010, 10, 1), ended_on=date(2011, 12, 15))] * 20
    with_two = [Stay(date(2010, 10, 1), ended_on=date(2012, 2, 15))] * 44
    stays = [*babies, *a_year_and_more, *since_spring, *just_arrived, *with_one_review, *with_two]
    rows = _rows_of(stays, until, ["LR01"] * 5)
    rows["children"] = list(_children_of_208(stays, until, chance))
    rows |= _placed_and_legal(stays)
    in_the_year = [row for row in rows["reviews"] if str(row["held_on"]) > "2011-03-31"]
    rows["review_people"] = list(_people(in_the_year[::3][:181]))
    return rows


def _children_of_208(stays: Sequence[Stay], until: date, chance: Random) -> Iterator[dict[str, object]]:
    """The children: those under 1 first, as their stays are; those who left as the others."""
    ages = [
        (band, sex) for sex, bands in _AGES.items() for band, number in bands.items() for _ in range(number)
    ]
    youngest = [one for one in ages if one[0] == (0, 1)]
    others = [one for one in ages if one[0] != (0, 1)]
    chance.shuffle(others)
    # The three placed for adoption come next and are of the age at which children are.
    others.sort(key=lambda one: one[0] != (1, 5))
    adopted, others = others[:_ADOPTED], others[_ADOPTED:]
    chance.shuffle(others)
    ethnicity = list(_ETHNICITY)
    chance.shuffle(ethnicity)
    present = [*youngest, *adopted, *others]
    for number, stay in enumerate(stays, start=1):
        (low, high), sex = present[(number - 1) % len(present)]
        if number > len(present) and high == 1:
            low, high = 5, 10
        born = _born(until, low, high, chance, stay.started_on)
        yield {
            "child_id": f"C{number:03}", "date_of_birth": born, "sex": sex,
            "ethnicity": ethnicity[(number - 1) % len(ethnicity)],
        }  # fmt: skip


def _born(until: date, low: int, high: int, chance: Random, started_on: date) -> date:
    """A day of birth for an age from `low` to under `high` on a day, before care began."""
    first, last = months_on(until, -12 * high) + DAY, min(months_on(until, -12 * low), started_on)
    return first + timedelta(days=chance.randrange((last - first).days + 1))


def _placed_and_legal(stays: Sequence[Stay]) -> Rows:
    """Where each child lives and under which order; those who left as the others."""
    placed, legal, chance = list(_PLACED), list(_LEGAL), Random(208)
    chance.shuffle(placed)
    chance.shuffle(legal)
    adopted = range(_BABIES, _BABIES + _ADOPTED)
    placed[_BABIES:_BABIES] = [("U6", True)] * _ADOPTED
    legal[_BABIES:_BABIES] = ["E1"] * _ADOPTED
    rows: Rows = {"placements": [], "legal_statuses": []}
    for place, stay in enumerate(stays):
        stayed = {"child_id": f"C{place + 1:03}", "from_date": stay.started_on, "to_date": _last_day(stay)}
        rows["legal_statuses"].append({**stayed, "legal_status": legal[place % len(legal)]})
        kind, inside = placed[place % len(placed)]
        lived: dict[str, object] = {"placement_type": kind, "inside_authority": "yes" if inside else "no"}
        if place in adopted:
            moved = {"child_id": stayed["child_id"], "from_date": _ADOPTED_ON, "placement_type": "A4"}
            rows["placements"] += [{**stayed, "to_date": _ADOPTED_ON - DAY, **lived}, moved]
        else:
            rows["placements"].append({**stayed, **lived})
    return rows


def _last_day(stay: Stay) -> date | None:
    return stay.ended_on - DAY if stay.ended_on else None


def _people(reviews: Sequence[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """Who took part in 181 reviews: of each person as many of each sort as were published."""
    for person, numbers in _PEOPLE.items():
        involved = many(*zip(_INVOLVED, numbers, strict=True))
        # Connected persons at other reviews than step-parents, so that each review counts once.
        chosen = reviews[-len(involved) :] if person == "connected_person" else reviews[: len(involved)]
        for review, how in zip(chosen, involved, strict=True):
            yield {"review_id": review["review_id"], "person": person, "involvement": how}


# -- Croydon, 2019-20 (S3), one child for ten

CROYDON_ON = date(2020, 3, 31)
_REASONS = ["LR04", "LR07", "LR04", "LR10", "LR06", "LR01", "LR08", "LR11", "LR03", "LR07", "LR04"]


def croydon() -> Rows:
    """A tenth of Croydon: 226 reviews for 124 children, 77 of them looked after on 31 March 2020."""
    until = CROYDON_ON
    often = [Stay(day) for day in every(date(2019, 4, 3), date(2019, 5, 20), 15)]
    in_time = [Stay(day) for day in every(date(2018, 8, 6), date(2018, 11, 30), 42)]
    one_late = [Stay(day, late={2: 12}) for day in every(date(2018, 8, 20), date(2018, 10, 20), 8)]
    not_held = [
        Stay(day, skipped_from=date(2019, 9, 1)) for day in every(date(2018, 8, 6), date(2018, 9, 30), 12)
    ]
    left_after_two = [Stay(date(2018, 10, 1), ended_on=date(2020, 2, 14))] * 22
    left_after_one = [Stay(date(2018, 10, 1), ended_on=date(2019, 12, 13), late={2: 9})] * 3
    left_after_one += [Stay(date(2018, 10, 1), ended_on=date(2019, 12, 13))] * 22
    stays = [*often, *in_time, *one_late, *not_held, *left_after_two, *left_after_one]
    rows = _rows_of(stays, until, _REASONS)
    chance = Random(2020)
    rows["children"] = [
        {
            "child_id": f"C{number:03}",
            "date_of_birth": date(2004, 6, 1) + timedelta(days=chance.randrange(4000)),
        }
        for number in range(1, len(stays) + 1)
    ]
    rows["legal_statuses"] = [
        {
            "child_id": f"C{number:03}", "from_date": stay.started_on,
            "to_date": _last_day(stay), "legal_status": chance.choice(["C2", "C1", "V2"]),
        }
        for number, stay in enumerate(stays, start=1)
    ]  # fmt: skip
    return rows


EXTRACTS = {"central_bedfordshire_2012": central_bedfordshire, "croydon_2020": croydon}


def write(folder: Path, rows: Rows) -> None:
    """One CSV for each kind."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, of_kind in rows.items():
        with (folder / f"{kind}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(of_kind[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(of_kind)


def main() -> None:
    """Write every extract."""
    for name, make in EXTRACTS.items():
        write(HERE / name, make())


if __name__ == "__main__":
    main()
