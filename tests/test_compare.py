"""A quarter beside others, and what may be said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine

from data_access.people.viewer import SERVICE_VIEWER
from metrics.chance import verdicts
from metrics.chance.compare import (
    HEADLINES,
    WITHOUT_LIMITS,
    Compared,
    Quarter,
    Reading,
    compared,
    latest_quarter,
    quarter_named,
)
from metrics.chance.spc import Verdict, rules_on
from metrics.counting.calculate import Selection, measure_rows
from metrics.counting.promptness import TOO_EARLY, owed_before
from metrics.measures import CATALOGUE
from pages.footprint.service.over_time import CHARTED
from standards.wording import worded
from tests import small_service


@pytest.mark.parametrize("text", ["2025-Q4", "2025-26 Q4", "2025-26-Q4", "2025-q4"])
def test_the_fourth_quarter_of_2025_26_is_january_to_march_2026(text: str) -> None:
    quarter = quarter_named(text)
    assert (quarter.start, quarter.end) == (date(2026, 1, 1), date(2026, 3, 31))
    assert quarter.name == "2025-26 Q4"


@pytest.mark.parametrize("text", ["2025", "2025-Q5", "2025-27 Q1", "Q3", ""])
def test_what_is_no_quarter_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 2025-Q4 for January to March 2026"):
        quarter_named(text)


def test_quarters_before_cross_the_year() -> None:
    first = Quarter(2026, 1)
    assert (first.before(1), first.before(4)) == (Quarter(2025, 4), Quarter(2025, 1))


@pytest.mark.parametrize(
    ("as_at", "latest"),
    [
        (date(2026, 6, 29), Quarter(2025, 4)),
        (date(2026, 6, 30), Quarter(2026, 1)),
        (date(2026, 7, 1), Quarter(2026, 1)),
        (date(2026, 1, 15), Quarter(2025, 3)),
    ],
)  # fmt: skip
def test_the_latest_quarter_is_the_last_that_is_over(as_at: date, latest: Quarter) -> None:
    assert latest_quarter(as_at) == latest


ASKED = Selection("LOCAL", small_service.AS_AT, small_service.AS_AT, small_service.AS_AT)
SUMMER = Quarter(2026, 1)


def test_a_quarters_figures_are_those_of_its_days(store: Engine) -> None:
    found = {one.key: one for one in compared(store, SERVICE_VIEWER, ASKED, SUMMER)}
    days = Selection("LOCAL", SUMMER.start, SUMMER.end, small_service.AS_AT)
    for key, one in found.items():
        at = days if CATALOGUE[key].rows.day is not None else days.at(SUMMER.end)
        (row,) = measure_rows(store, SERVICE_VIEWER, at, [key]).itertuples()
        assert one.now.value == (None if pd.isna(row.value) else row.value), key
    assert found["reviews_held"].now.value == 24
    assert found["reviews_held"].before.value == 24
    assert found["reviews_held"].year_before.value == 24


def test_what_the_data_cannot_tell_is_left_out_and_not_zero(store: Engine) -> None:
    told = {one.key for one in compared(store, SERVICE_VIEWER, ASKED, SUMMER)}
    assert "reviews_due_on_time" in told
    of_a_team = {one.key for one in compared(store, SERVICE_VIEWER, replace(ASKED, team_id="T1"), SUMMER)}
    assert "caseload_per_fte" in told
    assert "caseload_per_fte" not in of_a_team, "full-time hours have no team"


def test_a_month_whose_letters_are_not_all_owed_yet_is_no_point(store: Engine) -> None:
    """Reviews of 30 May 2026: seen from 15 June their letters may still go out in time."""
    early = replace(ASKED, as_at=date(2026, 6, 15))
    (letters,) = compared(store, SERVICE_VIEWER, early, SUMMER, ["letter_in_20_days"])
    assert "2026-05" not in letters.points.index
    (later,) = compared(store, SERVICE_VIEWER, ASKED, SUMMER, ["letter_in_20_days"])
    assert "2026-05" in later.points.index
    assert owed_before("letter_in_20_days", date(2026, 6, 29)) == date(2026, 6, 1)
    (invitations,) = compared(store, SERVICE_VIEWER, early, SUMMER, ["invitations_10_days_before"])
    assert "2026-05" in invitations.points.index, "before a review no step has time left after it"


def test_a_month_that_is_not_over_is_no_point(store: Engine) -> None:
    """Half of a month's reviews would look like a fall."""
    during = replace(ASKED, as_at=date(2026, 5, 15))
    (held,) = compared(store, SERVICE_VIEWER, during, SUMMER, ["reviews_held"])
    assert "2026-04" in held.points.index
    assert "2026-05" not in held.points.index


def test_every_headline_is_a_measure() -> None:
    assert set(HEADLINES) <= set(CATALOGUE)


# What is said


def test_a_quarter_just_over_is_said_to_be_early_where_steps_still_have_time(store: Engine) -> None:
    def said(as_at: date, key: str) -> list[str]:
        found = compared(store, SERVICE_VIEWER, replace(ASKED, as_at=as_at), SUMMER, [key])
        return verdicts.too_early(found, SUMMER, as_at)

    assert said(date(2026, 7, 3), "letter_in_20_days") == [TOO_EARLY.format(of="the quarter")]
    assert said(date(2026, 7, 29), "letter_in_20_days") == []
    assert said(date(2026, 7, 3), "report_2_days_before") == []


def reading(numerator: float, denominator: float | None = None) -> Reading:
    value = numerator if denominator is None else 100 * numerator / denominator
    return Reading(numerator, denominator, value, "")


RULES = rules_on(date(2026, 9, 30))
CHANCE = Verdict("common_cause", 0, (), "hit_and_miss", 24, False, 0)


def one(key: str, now: Reading, before: Reading, verdict: Verdict | None = CHANCE) -> Compared:
    return Compared(key, now, before, before, None, None, verdict, RULES, pd.DataFrame(), SUMMER.end)


def test_fewer_reviews_with_the_same_share_late_is_said_as_that() -> None:
    said = verdicts.what_we_saw(
        [
            one("reviews_held", reading(480), reading(560)),
            one("reviews_due_on_time", reading(456, 480), reading(530, 560)),
        ],
        "Jul to Sep 2026",
    )
    assert said[0].startswith("480 reviews were held in Jul to Sep 2026, 80 fewer than in the quarter before")
    assert "480 fell due, 80 fewer" in said[0]
    assert "95.0% (456 of 480) after 94.6% (530 of 560), differs by no more than chance makes" in said[0]
    assert said[1] == "No figure has changed by more than chance makes."


def test_a_change_is_claimed_only_with_the_signal_that_shows_it() -> None:
    better = Verdict("improvement", 1, ("one_side",), "not_met", 24, False, 0)
    said = verdicts.what_we_saw(
        [one("report_2_days_before", reading(90, 100), reading(60, 100), better),
         one("record_in_15_days", reading(90, 100), reading(60, 100))], "Jul to Sep 2026",
    )  # fmt: skip
    assert said == [
        "Report in 2 working days before - improvement: the latest month is one of 7 or more in a row above "
        "the average.",
        "As things are, these will not meet their standard, in a good month or a bad one: report in 2 "
        "working days before.",
    ]


def test_limits_on_few_months_are_said_to_be_on_trial() -> None:
    few = Verdict("common_cause", 0, (), "none", 5, True, 0)
    figure = one("reviews_held", reading(9), reading(8), few)
    assert verdicts.variation(figure).endswith("(limits on trial: 5 of 12 months)")
    assert verdicts.assurance(figure) == ""
    for key, why in WITHOUT_LIMITS.items():
        assert verdicts.variation(one(key, reading(9), reading(8), None)) == worded(why, SUMMER.end)
    assert not set(CHARTED) & set(WITHOUT_LIMITS), "no page draws limits for them either"


@pytest.mark.parametrize(
    ("now", "before", "unit", "said"),
    [
        (reading(95, 100), reading(90, 100), "percent", "5.0 points more"),
        (reading(7), reading(9), "count", "2 fewer"),
        (reading(9, 100), reading(9, 100), "percent", "the same"),
        (Reading(0, 0, None, ""), reading(9, 100), "percent", ""),
    ],
)  # fmt: skip
def test_a_change_is_said_in_its_unit(now: Reading, before: Reading, unit: str, said: str) -> None:
    assert verdicts.change(now, before, unit) == said
