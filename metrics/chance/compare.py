"""A quarter against the last, the same a year before and the standard; and what its months say.

Two points do not make a trend: each figure stands with the verdict of its control chart (`spc.py`), which
says whether the months show a change or chance.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
from sqlalchemy import Engine

from data_access.people.viewer import Viewer
from metrics.chance.spc import Rules, Verdict, control_points, direction_of, rules_on, verdict
from metrics.counting.calculate import measure_trend, period_rows
from metrics.counting.coverage import availability
from metrics.counting.promptness import owed_before
from metrics.counting.question import DAY, Selection, month_end, months_on
from metrics.measures import CATALOGUE
from standards import setting

HEADLINES = (
    "reviews_held", "reviews_held_on_time", "reviews_due_on_time", "first_reviews_on_time",
    "children_all_reviews_on_time", "children_attended", "children_participated", "absences_explained",
    "report_2_days_before", "decisions_in_5_days", "record_in_15_days", "letter_in_20_days",
    "midway_reviews_per_fte_month", "case_notes_per_fte_month", "caseload_per_fte",
    "children_seen_in_six_weeks", "midway_coverage", "escalations_raised", "escalations_resolved_in_time",
)  # fmt: skip
"""The measures that a quarter is judged by, in the order of the catalogue's themes."""

WITHOUT_LIMITS: Mapping[str, str] = {
    "children_all_reviews_on_time": "counted from 1 April: its months cannot be compared",
    "caseload_per_fte": "no limits: one month's children are mostly those of the month before",
    "midway_coverage": (
        "no limits: each month looks back over {midway_coverage_months:months as years}, most of it the "
        "month before's"
    ),
    "same_iro_all_year": (
        "no limits: each month looks back over {continuity_months:months as years}, most of it the month "
        "before's"
    ),
}
"""Measures whose neighbouring months have most in common -> why no limits are drawn. Such months differ too
little, so limits would be too narrow, and nearly every month would tell of a change that is none."""


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a reporting year, which begins on 1 April. year: the one it begins in; number: 1 to 4."""

    year: int
    number: int

    @property
    def start(self) -> date:
        """Its first day."""
        return months_on(date(self.year, 4, 1), 3 * (self.number - 1))

    @property
    def end(self) -> date:
        """Its last day."""
        return months_on(self.start, 3) - DAY

    @property
    def name(self) -> str:
        """`2025-26 Q3`."""
        return f"{self.year}-{(self.year + 1) % 100:02} Q{self.number}"

    def before(self, quarters: int) -> Quarter:
        """The one so many quarters earlier."""
        place = self.year * 4 + self.number - 1 - quarters
        return Quarter(place // 4, place % 4 + 1)


def latest_quarter(as_at: date) -> Quarter:
    """The last quarter that was over on a day."""
    month = as_at.replace(day=1) if as_at + DAY < months_on(as_at.replace(day=1), 1) else as_at + DAY
    place = month.year * 4 + (month.month - 4) // 3
    return Quarter(place // 4, place % 4 + 1).before(1)


def quarter_named(text: str) -> Quarter:
    """`2025-Q4` or `2025-26 Q4`: the last quarter of the year from 1 April 2025. Raises ValueError."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?[- ]?Q([1-4])", text.strip(), re.IGNORECASE)
    if not found or (found[2] and int(found[2]) != (int(found[1]) + 1) % 100):
        raise ValueError(
            f"{text!r} is no quarter: write 2025-Q4 for January to March 2026, the last of the year from "
            "1 April 2025"
        )
    return Quarter(int(found[1]), int(found[3]))


@dataclass(frozen=True)
class Reading:
    """A measure in one quarter: unrounded, empty where there is no value."""

    numerator: float | None
    denominator: float | None
    value: float | None
    status: str


@dataclass(frozen=True)
class Compared:
    """A measure in a quarter, the one before, the same a year before, and what its months say.

    verdict: None where the months cannot say (`WITHOUT_LIMITS`). rules: by which they say it. points: of its
    chart, by month (`YYYY-MM`). on: the quarter's last day, whose settings words are made from.
    """

    key: str
    now: Reading
    before: Reading
    year_before: Reading
    low: float | None
    high: float | None
    verdict: Verdict | None
    rules: Rules
    points: pd.DataFrame
    on: date

    @property
    def unit(self) -> str:
        """The measure's (`measure.Unit`)."""
        return CATALOGUE[self.key].unit


def compared(
    engine: Engine,
    viewer: Viewer,
    selection: Selection,
    quarter: Quarter,
    keys: Collection[str] = HEADLINES,
    rebased: Collection[tuple[str, str]] = (),
) -> list[Compared]:
    """The measures that the data can tell, each with its quarter beside others, in the order of `keys`.

    selection: whose (authority, IRO, team), and the day to see it from; its period does not matter. What is
    counted of children or hours is as at each quarter's last day. rebased: (measure, month) where limits
    start anew. A month that is not over, or of which a step still has time left, is no point.
    """
    untold = availability(engine, selection.authority)
    told = [key for key in keys if key not in untold]
    quarters = (quarter, quarter.before(1), quarter.before(4))
    found = [
        period_rows(engine, viewer, _in_quarter(selection, each), told)
        .drop_duplicates("measure")
        .set_index("measure", drop=False)
        for each in quarters
    ]
    monthly = measure_trend(
        engine, viewer, told, _in_quarter(selection, quarter), int(setting("spc_months", quarter.end))
    )
    monthly = monthly[~_is_early(monthly, selection.as_at)]
    return [
        _compared(key, [rows.loc[[key]].iloc[0] for rows in found], monthly, quarter, rebased)
        for key in told
        if all(key in rows.index for rows in found) and _is_told(found[0].loc[[key]].iloc[0])
    ]


def _is_early(monthly: pd.DataFrame, as_at: date) -> pd.Series:
    """Months that are not over, or whose steps are not all owed yet and look better than they will."""
    ends = [month_end(date.fromisoformat(f"{month}-01")) for month in monthly["group"]]
    owed = {key: owed_before(key, as_at) for key in monthly["measure"].unique()}
    early = [end >= owed[key] for end, key in zip(ends, monthly["measure"], strict=True)]
    return pd.Series(early, index=monthly.index, dtype=bool)


def _in_quarter(selection: Selection, quarter: Quarter) -> Selection:
    """The question of one quarter."""
    return replace(selection, by="service", period_start=quarter.start, period_end=quarter.end)


def _compared(
    key: str,
    rows: list[pd.Series],
    monthly: pd.DataFrame,
    quarter: Quarter,
    rebased: Collection[tuple[str, str]],
) -> Compared:
    low, high = _number(rows[0]["standard_low"]), _number(rows[0]["standard_high"])
    series = monthly[monthly["measure"] == key].sort_values("group").set_index("group")["value"]
    rules = rules_on(quarter.end)
    points = control_points(
        series,
        direction_of(CATALOGUE[key].direction),
        rules,
        [month for measure, month in rebased if measure == key],
    )
    now, before, year_before = (_reading(row) for row in rows)
    said = None if key in WITHOUT_LIMITS else verdict(points, low, high)
    return Compared(key, now, before, year_before, low, high, said, rules, points, quarter.end)


def _is_told(row: pd.Series) -> bool:
    """There is something to say of it: FTE, for one, has no team."""
    return bool(pd.notna(row["numerator"]) or pd.notna(row["denominator"]))


def _reading(row: pd.Series) -> Reading:
    return Reading(
        _number(row["numerator"]), _number(row["denominator"]), _number(row["value"]), str(row["status"])
    )


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
