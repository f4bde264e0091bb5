"""The six months ahead: each IRO's reviews, midway reviews, children and hours, as things stand or by a plan.

What it takes for granted is said to whoever reads it: every review is held on the day it is booked for, else
on the day it is due, and one that is overdue at once; each child stays looked after, on the schedule of
today, and no child comes; children keep their IRO and IROs their hours unless the data or the plan say
otherwise. Pure: frames in, frames out, no clock, no store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

import standards
from metrics.ahead.capacity_rows import OpenWork
from metrics.ahead.spread import Handover, handovers, holders
from metrics.ahead.whatif import Plan
from metrics.counting.question import DAY, months_on
from metrics.counting.staff import Hours, fte_on
from metrics.rules import midways
from metrics.rules.calendar import Flags, add_months, as_days
from metrics.rules.duties import months_to_next
from metrics.rules.schedules import REGIMES
from metrics.wording.words import NOBODY

MONTHS = 6
ADULT_MONTHS = 18 * 12


class Month(NamedTuple):
    """A month ahead: both days included."""

    number: int
    first: date
    last: date


@dataclass(frozen=True, eq=False)
class Ahead:
    """The months ahead.

    rows: one per IRO (`words.NOBODY` for children without one) and month, by IRO and month: `iro_id, month
    (1 to 6), starts_on, ends_on, reviews, midways, children, fte, caseload_per_fte, caseload, fte_weeks,
    reviews_per_week, load`. `children` and `fte` are of the month's last day, short-break children left
    out; `caseload` is below, within or above the range, or `no_hours` for children whose IRO has none;
    `fte_weeks` are full-time weeks; `load` is within or above what can be held, or `no_hours`. `midways` are
    empty where the sources cannot tell which are done.
    moved: one row per child who has another IRO by a plan: `child_id, family, siblings, on, from_iro,
    to_iro, elsewhere` (other IROs who have brothers or sisters then), in the order of the moves.
    overdue: reviews overdue and not booked, which are in the first month. undated: children whose next
    review has no date. adults: children who come of age in these months and are counted throughout.
    midways_now: midway reviews that were due by the day itself, which are in the first month.
    """

    rows: pd.DataFrame
    moved: pd.DataFrame
    overdue: int
    undated: int
    adults: int
    midways_now: int


@dataclass(frozen=True)
class Limits:
    """What is too much on a day: children for each full-time IRO, reviews a week; and what is too few."""

    fewest: float | None
    most: float
    reviews_per_week: float

    def caseload(self, children: int, fte: Fraction) -> str:
        """below, within or above the range; `no_hours`; empty where there are no children to judge by."""
        if not fte:
            return "no_hours" if children else ""
        each = children / fte
        if each > _exact(self.most):
            return "above"
        return "below" if self.fewest is not None and each < _exact(self.fewest) else "within"

    def load(self, reviews: int, fte_weeks: Fraction) -> str:
        """within or above what can be held in a month; `no_hours`; empty where there is nothing to hold."""
        if not fte_weeks:
            return "no_hours" if reviews else ""
        return "above" if reviews > _exact(self.reviews_per_week) * fte_weeks else "within"


def limits_on(day: date) -> Limits:
    """The range of children per full-time IRO and the reviews that one can hold in a week (`domain.md` 9)."""
    target = standards.target("caseload_per_fte", day)
    return Limits(
        None if target is None else target.low,
        standards.setting("capacity_caseload_per_fte", day),
        standards.setting("capacity_reviews_per_week", day),
    )


def months_ahead(as_at: date) -> list[Month]:
    """Six months from a day on, each up to the same day of the next calendar month (rule 4).

    The first has the day itself too, so that what is due today is in it.
    """
    ends = [months_on(as_at, number) for number in range(MONTHS + 1)]
    firsts = [as_at, *(end + DAY for end in ends[1:-1])]
    return [Month(number + 1, first, ends[number + 1]) for number, first in enumerate(firsts)]


def ahead(work: OpenWork, plan: Plan = Plan()) -> Ahead:  # noqa: B008 - a value that nobody can change
    """The months ahead of what is open, if the plan came about; without one as things stand."""
    months, limits = months_ahead(work.as_at), limits_on(work.as_at)
    hours = plan.hours(work.hours)
    moves = handovers(work, plan.moves(), hours, months[-1].last)
    expected = expected_work(work, months[-1].last)
    duties = work.duties
    as_at = np.datetime64(work.as_at, "D")
    of_age = add_months(as_days(duties["date_of_birth"]), ADULT_MONTHS)
    last = np.datetime64(months[-1].last, "D")
    due, booked = as_days(duties["due_on"]), as_days(duties["booked_for"])
    return Ahead(
        rows=_rows(work, expected, moves, hours, months, limits),
        moved=_moved(work, moves),
        overdue=int(((due < as_at) & np.isnat(booked)).sum()),
        undated=int((np.isnat(due) & np.isnat(booked)).sum()),
        midways_now=int(((expected["what"] == "midway") & (as_days(expected["on"]) == as_at)).sum()),
        adults=int((in_caseload(duties) & (of_age > as_at) & (of_age <= last)).sum()),
    )


def service(rows: pd.DataFrame) -> pd.DataFrame:
    """The service's months: the sums of `Ahead.rows`, by month, with how many children have no IRO.

    `month, starts_on, ends_on, reviews, midways, children, without_iro, fte, fte_weeks, caseload_per_fte,
    caseload`; the caseload is of children who have an IRO, as in the measure.
    """
    by = ["month", "starts_on", "ends_on"]
    sums = rows.groupby(by)[["reviews", "midways", "children", "fte", "fte_weeks"]].sum(min_count=1)
    nobodys = rows[rows["iro_id"] == NOBODY].groupby(by)["children"].sum()
    found = sums.assign(without_iro=nobodys.reindex(sums.index, fill_value=0)).reset_index()
    limits = limits_on(rows["starts_on"].min())
    allocated = found["children"] - found["without_iro"]
    fte = rows["fte"].map(_exact).groupby(rows["month"]).sum()  # exact, for a figure on the very limit
    return found.assign(
        caseload_per_fte=(allocated / found["fte"]).where(found["fte"] > 0),
        caseload=[
            limits.caseload(int(children), Fraction(fte[month]))
            for children, month in zip(allocated, found["month"], strict=True)
        ],
    )


def in_caseload(duties: pd.DataFrame) -> Flags:
    """The children who count in a caseload: those in a series of short breaks do not (`measures.md`)."""
    found: Flags = (duties["regime"] != "short_break").to_numpy(dtype=np.bool_)
    return found


# -- what is expected, and when


def expected_work(work: OpenWork, last: date) -> pd.DataFrame:
    """Every review and midway review expected until a day: `child` (its row in the duties), `what`, `on`.

    A first review is followed by a second three months on, that and every later one six months on, by the
    settings in force on the day held. A midway review is expected halfway through a six-month interval, or
    at once where that day is gone by and it is not done, unless the review itself comes first.
    """
    duties, as_at, end = work.duties, np.datetime64(work.as_at, "D"), np.datetime64(last, "D")
    child = np.arange(len(duties))
    kind, regime = duties["kind"], duties["regime"]
    opens, due = as_days(duties["opens_on"]), as_days(duties["due_on"])
    held = as_days(duties["booked_for"])
    held = np.where(np.isnat(held), np.maximum(due, as_at), held)
    done = ~np.isnat(as_days(duties["midway_done_on"]))
    nothing = {"child": child[:0], "what": [], "on": np.array([], "datetime64[D]")}
    found = [pd.DataFrame(nothing)]
    while len(child):
        midway = np.maximum(midways.due_on(kind, regime, opens, due), as_at)
        wanted = ~done & (midway < held) & (midway <= end) & work.midways_told
        found.append(pd.DataFrame({"child": child[wanted], "what": "midway", "on": midway[wanted]}))
        within = held <= end
        found.append(pd.DataFrame({"child": child[within], "what": "review", "on": held[within]}))
        child, opens, done = child[within], held[within], np.zeros(within.sum(), dtype=np.bool_)
        second = (kind == "first").to_numpy(dtype=np.bool_)[within]
        kind, regime = pd.Series(np.where(second, "second", "subsequent")), regime[within]
        regime = regime.reset_index(drop=True)
        numbers = np.array([REGIMES.index(one) for one in regime], dtype=np.int64)
        due = add_months(opens, months_to_next(numbers, second, opens, standards))
        held = due
    return pd.concat(found, ignore_index=True)


# -- the rows


def _rows(
    work: OpenWork,
    expected: pd.DataFrame,
    moves: Sequence[Handover],
    hours: Sequence[Hours],
    months: Sequence[Month],
    limits: Limits,
) -> pd.DataFrame:
    whose = holders(work.duties, moves, expected["child"].to_numpy(), as_days(expected["on"]))
    month = np.searchsorted(
        np.array([month.last for month in months], dtype="datetime64[D]"), as_days(expected["on"])
    )
    counted = pd.DataFrame({"iro": whose, "month": month + 1, "what": expected["what"]}).value_counts()
    everyone = np.flatnonzero(in_caseload(work.duties))
    at_end = [
        pd.Series(
            holders(work.duties, moves, everyone, np.full(len(everyone), month.last, "datetime64[D]"))
        ).value_counts()
        for month in months
    ]
    fte = [fte_on(hours, month.last) for month in months]
    weeks = _fte_weeks(hours, months)
    start = np.full(len(everyone), work.as_at, "datetime64[D]")
    iros = {NOBODY, *whose, *holders(work.duties, moves, everyone, start), *weeks, *work.duties["iro_id"]}
    iros.update(*(each.index for each in at_end), *fte)
    return pd.DataFrame(
        [
            _row(
                iro,
                month,
                {what: int(counted.get((iro, month.number, what), 0)) for what in ("review", "midway")},
                int(at_end[month.number - 1].get(iro, 0)),
                fte[month.number - 1].get(iro, Fraction(0)),
                weeks.get(iro, {}).get(month.number, Fraction(0)),
                limits,
                work.midways_told,
            )
            for iro in sorted(iros)
            for month in months
        ]
    )


def _row(
    iro: str,
    month: Month,
    expected: Mapping[str, int],
    children: int,
    fte: Fraction,
    weeks: Fraction,
    limits: Limits,
    midways_told: bool,
) -> dict[str, object]:
    reviews = expected["review"]
    return {
        "iro_id": iro,
        "month": month.number,
        "starts_on": month.first,
        "ends_on": month.last,
        "reviews": reviews,
        "midways": expected["midway"] if midways_told else np.nan,
        "children": children,
        "fte": float(fte),
        "caseload_per_fte": float(children / fte) if fte else np.nan,
        "caseload": limits.caseload(children, fte),
        "fte_weeks": float(weeks),
        "reviews_per_week": float(reviews / weeks) if weeks else np.nan,
        "load": limits.load(reviews, weeks),
    }


def _fte_weeks(hours: Sequence[Hours], months: Sequence[Month]) -> dict[str, dict[int, Fraction]]:
    """The full-time weeks of each IRO in each month: FTE x days in force / 7."""
    found: dict[str, dict[int, Fraction]] = {}
    for each in hours:
        for month in months:
            if days := each.within(month.first, month.last):
                theirs = found.setdefault(each.iro_id, {})
                theirs[month.number] = theirs.get(month.number, Fraction(0)) + each.fte * days / 7
    return found


def _moved(work: OpenWork, moves: Sequence[Handover]) -> pd.DataFrame:
    """One row per child and move; see `Ahead.moved`."""
    found = []
    before = work.duties["iro_id"].to_numpy(dtype=object).copy()
    for move in moves:
        after = np.where(move.moves, move.to, before)
        families = work.duties["family"].to_numpy(dtype=object)
        for child in np.flatnonzero(move.moves & (after != before)):
            same = families == families[child]
            elsewhere = sorted(set(after[same]) - {after[child], NOBODY})
            found.append(
                {
                    "child_id": work.duties["child_id"].iloc[child],
                    "family": families[child],
                    "siblings": work.duties["siblings"].iloc[child],
                    "on": move.on,
                    "from_iro": before[child],
                    "to_iro": after[child],
                    "elsewhere": tuple(elsewhere),
                }
            )
        before = after
    columns = ["child_id", "family", "siblings", "on", "from_iro", "to_iro", "elsewhere"]
    return pd.DataFrame(found, columns=columns)


def _exact(number: float) -> Fraction:
    return Fraction(str(number))
