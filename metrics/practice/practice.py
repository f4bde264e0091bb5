"""One IRO's practice in a month, as one value: what the supervision page shows and its document prints.

Every number is the catalogue's. An IRO and their manager see the same numbers: figures are counted as the
service counts them, so that cover work for a colleague's child is in the IRO's own figures too. Rows of
children are read as whoever looks may see them.

Colleagues stand behind an IRO's own line as the middle half of their figures, without names, and only where
there are enough of them. Being late has no such range: where it lies is said review by review, and nobody is
set beside others by it (`domain.md` sections 5 and 11).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from data_access.people.viewer import SERVICE_VIEWER, Viewer
from data_access.reading import iros
from data_access.recorded.entries import Entry
from metrics.chance.compare import Reading
from metrics.counting.calculate import measure_rows, measure_trend, monthly_rows
from metrics.counting.coverage import availability
from metrics.counting.members import members
from metrics.counting.numbers import UNALLOCATED
from metrics.counting.promptness import OF_THE_TEAM, owed_before
from metrics.counting.question import DAY, Selection, as_date, month_end, months_on
from metrics.measures import CATALOGUE
from metrics.practice.caseload import caseload
from metrics.practice.supervision import Records, records
from metrics.tracker import RED
from metrics.wording import words
from standards import setting

Row = Mapping[Any, Any]
"""A row of `measure_rows`."""
MONTHS = 12

FOOTPRINT = (
    "reviews_per_fte_month", "midway_reviews_per_fte_month", "case_notes_per_fte_month", "caseload_per_fte",
    "children_seen_in_six_weeks", "midway_coverage", "midway_before_review",
)  # fmt: skip
TIMELINESS = (
    "reviews_held_on_time", "reviews_due_on_time", "late_reviews_agreed", "late_reviews_explained",
)  # fmt: skip
PARTICIPATION = (
    "children_attended", "children_participated", "participation_recorded", "absences_explained",
)  # fmt: skip
STEPS = (
    "invitations_10_days_before", "social_worker_visited_10_days_before", "report_2_days_before",
    "care_plan_2_days_before", "iro_saw_child_before", "decisions_in_5_days", "record_in_15_days",
    "letter_in_20_days", "monitoring_form_sent",
)  # fmt: skip
AFTER_THE_REVIEW = ("decisions_in_5_days", "record_in_15_days", "letter_in_20_days")
"""Steps whose time runs out so long after a month's last review."""
ESCALATION = ("escalations_raised", "children_with_escalation", "escalations_resolved_in_time")
KEYS = (*FOOTPRINT, *TIMELINESS, *PARTICIPATION, *STEPS, *ESCALATION)
BESIDE_COLLEAGUES = (*FOOTPRINT, *PARTICIPATION)
"""What an IRO's own figure is shown beside the range of colleagues of."""
_SINCE = (
    "reviews_held", "reviews_held_on_time", "reviews_per_fte_month", "midway_reviews_per_fte_month",
    "case_notes_per_fte_month", "escalations_raised",
)  # fmt: skip


@dataclass(frozen=True)
class Iro:
    """An IRO by name, and from when to when they are in the service."""

    iro_id: str
    name: str
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True)
class Range:
    """The middle half of colleagues' figures, nobody named: lower quartile, median, upper quartile."""

    low: float
    middle: float
    high: float
    colleagues: int


@dataclass(frozen=True)
class Month:
    """A measure in one month (`YYYY-MM`); without numbers where nothing of it was on record yet."""

    month: str
    reading: Reading
    colleagues: Range | None


@dataclass(frozen=True)
class Line:
    """One measure of an IRO: twelve months, the last of them the month asked for.

    year: the twelve months together, from the first on record; None of what is counted at a month's end,
    which does not add up. low, high: the standard. all_owed: false where steps after the month's reviews are
    not all due yet, so that the figure may still fall.
    """

    key: str
    title: str
    months: tuple[Month, ...]
    year: Reading | None
    colleagues: Range | None
    low: float | None
    high: float | None
    all_owed: bool

    @property
    def month(self) -> Month:
        """The month asked for."""
        return self.months[-1]

    @property
    def unit(self) -> str:
        """The measure's (`measure.Unit`)."""
        return CATALOGUE[self.key].unit


def title_of(key: str, on: date) -> str:
    """What a measure is called on a day beside an IRO's name: a step that is not theirs to take says so."""
    return CATALOGUE[key].paper(on).title + (" (team)" if key in OF_THE_TEAM else "")


@dataclass(frozen=True)
class Changed:
    """What has changed after a day: children by identifier, and what was done, by measure.

    since_supervision: the day is that of the last supervision. came_red: those of them who came and are
    overdue or booked late. They may have been so before, so they are not newly red: nobody is blamed for it.
    """

    since: date
    since_supervision: bool
    came: tuple[str, ...]
    left: tuple[str, ...]
    came_red: tuple[str, ...]
    newly_red: tuple[str, ...]
    no_longer_red: tuple[str, ...]
    done: Mapping[str, Reading]
    actions_closed: tuple[Entry, ...]


@dataclass(frozen=True, eq=False)
class Practice:
    """The practice of an IRO in a month, seen from a day.

    lines: by measure; those that the data cannot tell are in `untold`, with the reason in words.
    caseload: as at the day (`caseload.caseload`). late_reviews: those due in the twelve months, `late_rows`.
    escalations: raised in the twelve months. changed: since the last supervision before the day or, without
    one, in the weeks between two.
    """

    iro: Iro
    month_start: date
    month_end: date
    as_at: date
    lines: Mapping[str, Line]
    untold: Mapping[str, str]
    caseload: pd.DataFrame
    late_reviews: pd.DataFrame
    escalations: pd.DataFrame
    records: Records
    changed: Changed

    @property
    def in_short_breaks(self) -> int:
        """Children of the caseload whom the figures about children leave out."""
        return int(self.caseload["regime"].eq("short_break").sum())

    @property
    def in_progress(self) -> bool:
        """The month is not over: its figures are of the part that has gone by, set against that part."""
        return self.as_at < self.month_end


def practice(
    engine: Engine,
    viewer: Viewer,
    authority: str,
    iro_id: str,
    month: date,
    as_at: date,
    *,
    since: date | None = None,
) -> Practice | None:
    """The practice of an IRO in the month of a day, as it is known on `as_at`.

    since: what changed after this day; by default as `Practice` says. None where the data, or the
    viewer, does not have the IRO: an IRO has only themselves, a team manager nobody.
    """
    iro = _iro(engine, viewer, authority, iro_id)
    if iro is None:
        return None
    first, last = month.replace(day=1), month_end(month)
    year = Selection(authority, months_on(first, 1 - MONTHS), last, as_at, iro_id=iro_id)
    untold = {key: why for key, why in availability(engine, authority).items() if key in KEYS}
    children = caseload(engine, viewer, replace(year, period_start=as_at, period_end=as_at))
    recorded = records(engine, viewer, authority, iro_id, as_at, set(children["child_id"]))
    return Practice(
        iro=iro,
        month_start=first,
        month_end=last,
        as_at=as_at,
        lines=_lines(engine, year, [key for key in KEYS if key not in untold]),
        untold=untold,
        caseload=children,
        late_reviews=late_rows(engine, viewer, year),
        escalations=members(engine, viewer, "escalations_raised", year),
        records=recorded,
        changed=_changed(engine, viewer, year, children, recorded, since),
    )


def _iro(engine: Engine, viewer: Viewer, authority: str, iro_id: str) -> Iro | None:
    found = iros(engine, viewer, authority)
    for row in found[found["id"] == iro_id].to_dict("records"):
        return Iro(str(row["id"]), str(row["name"]), _day(row["started_on"]), _day(row["ended_on"]))
    return None


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else as_date(value)


# -- the figures


def _lines(engine: Engine, year: Selection, keys: Sequence[str]) -> dict[str, Line]:
    own = measure_trend(engine, SERVICE_VIEWER, keys, year, MONTHS)
    everyone = replace(year, by="iro", iro_id=None)
    beside = [key for key in keys if key in BESIDE_COLLEAGUES]
    monthly = monthly_rows(engine, SERVICE_VIEWER, everyone, beside)
    begun = _begun(monthly)
    years = _years(engine, year, keys, begun)
    ranges = _ranges(measure_rows(engine, SERVICE_VIEWER, everyone, beside), year.iro_id)
    by_month = {str(month): _ranges(rows, year.iro_id) for month, rows in monthly.groupby("month")}
    found: dict[str, Line] = {}
    for key in keys:
        rows = own[own["measure"] == key].to_dict("records")
        if rows:
            found[key] = Line(
                key,
                title_of(key, year.period_end),
                tuple(_month(row, by_month, begun.get(key, "")) for row in rows),
                years.get(key),
                ranges.get(key) if key in years else None,
                _number(rows[-1]["standard_low"]),
                _number(rows[-1]["standard_high"]),
                key not in AFTER_THE_REVIEW or year.period_end < owed_before(key, year.as_at),
            )
    return found


def _month(row: Row, ranges: Mapping[str, Mapping[str, Range]], begun: str) -> Month:
    month = str(row["group"])
    if month < begun:
        return Month(month, Reading(None, None, None, ""), None)
    return Month(month, _reading(row), ranges.get(month, {}).get(str(row["measure"])))


def _begun(monthly: pd.DataFrame) -> dict[str, str]:
    """Measure of work -> the first of the months in which the service has any on record.

    The months before it are empty, not zero: what was done then was not recorded. Nothing where none has any.
    """
    work = monthly[(monthly["unit"] == "per_fte_month") & (monthly["numerator"] > 0)]
    return {str(key): str(first) for key, first in work.groupby("measure")["month"].min().items()}


def _years(
    engine: Engine, year: Selection, keys: Collection[str], begun: Mapping[str, str]
) -> dict[str, Reading]:
    """The twelve months together of what lies on days, work from the first month on record."""
    flows = [key for key in keys if CATALOGUE[key].rows.day is not None]
    starts: dict[date, list[str]] = {}
    for key in flows:
        first = date.fromisoformat(f"{begun[key]}-01") if key in begun else year.period_start
        starts.setdefault(first, []).append(key)
    found: dict[str, Reading] = {}
    for start, theirs in starts.items():
        found |= _readings(measure_rows(engine, SERVICE_VIEWER, replace(year, period_start=start), theirs))
    return found


def _ranges(rows: pd.DataFrame, but: str | None) -> dict[str, Range]:
    """The unnamed range of each measure over IROs, `but` one; nothing where colleagues are too few.

    A share of fewer than `funnel_fewest` is left out: one child more or less would move it by a tenth.
    """
    found: dict[str, Range] = {}
    rows = rows[rows["value"].notna() & ~rows["group"].isin([UNALLOCATED, but])]
    for key, theirs in rows.groupby("measure"):
        on = theirs["period_end"].iloc[0]
        if CATALOGUE[str(key)].unit == "percent":
            theirs = theirs[theirs["denominator"] >= setting("funnel_fewest", on)]
        if len(theirs) >= setting("fewest_colleagues", on):
            low, middle, high = np.percentile(theirs["value"].to_numpy(dtype=np.float64), [25, 50, 75])
            found[str(key)] = Range(float(low), float(middle), float(high), len(theirs))
    return found


def _readings(rows: pd.DataFrame) -> dict[str, Reading]:
    """Each measure's, of one place."""
    return {str(row["measure"]): _reading(row) for row in rows.to_dict("records")}


def _reading(row: Row) -> Reading:
    return Reading(
        _number(row["numerator"]), _number(row["denominator"]), _number(row["value"]), str(row["status"])
    )


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


# -- the rows


def late_rows(engine: Engine, viewer: Viewer, year: Selection) -> pd.DataFrame:
    """The reviews due in the period that were held late, never held or are overdue, the latest due first.

    The columns of `members`, and `lies` (where the reason lies, in words) and `agreed`: `beforehand`,
    `afterwards` or `not on record`.
    """
    rows = members(engine, viewer, "late_reviews_explained", year, part="denominator")
    agreed = [
        "not on record" if pd.isna(on) else "beforehand" if on <= due else "afterwards"
        for on, due in zip(rows["late_agreed_on"], rows["due_on"], strict=True)
    ]
    rows = rows.assign(
        lies=pd.Series([words.lies(code) for code in rows["late_reason"]], dtype=object),
        agreed=pd.Series(agreed, dtype=object),
    )
    return rows.sort_values("due_on", ascending=False, kind="stable").reset_index(drop=True)


def _changed(
    engine: Engine,
    viewer: Viewer,
    year: Selection,
    children: pd.DataFrame,
    recorded: Records,
    since: date | None,
) -> Changed:
    weeks = timedelta(weeks=int(setting("supervision_weeks", year.as_at)))
    since = since or recorded.last_before or year.as_at - weeks
    before = caseload(engine, viewer, year.at(since))
    was, now = set(before["child_id"]), set(children["child_id"])
    was_red, is_red = (set(rows.loc[rows["state"].isin(RED), "child_id"]) for rows in (before, children))
    after = replace(year, period_start=since + DAY, period_end=year.as_at)
    done = measure_rows(engine, SERVICE_VIEWER, after, _SINCE)
    return Changed(
        since,
        since_supervision=since == recorded.last_before,
        came=tuple(sorted(now - was)),
        left=tuple(sorted(was - now)),
        came_red=tuple(sorted(is_red - was)),
        newly_red=tuple(sorted((is_red - was_red) & was)),
        no_longer_red=tuple(sorted((was_red - is_red) & now)),
        done=_readings(done),
        actions_closed=tuple(one for one in recorded.closed_actions if one.recorded_on > since),
    )
