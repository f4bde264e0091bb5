"""Control charts: the published figures, each signal by its table, and a slow second implementation."""

from __future__ import annotations

from statistics import mean

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts.spc import control_chart
from metrics.chance.spc import NEAR, SIGNALS, Rules, control_points, rules_on, verdict
from metrics.chance.spc_words import (
    marked_before_said,
    screening_said,
    signals_said,
    variation_said,
    verdict_said,
)
from tests.small_service import AS_AT

RULES = Rules()
AS_EXCEL = Rules(screened=False)
VIGNETTE = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
"""NHSRplotthedots, vignettes/deviations.Rmd."""
SNAPSHOT = [
    -0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123,
    -0.68685285, -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314,
    0.49785048, -1.96661716, 0.70135590, -0.47279141,
]  # fmt: skip
"""NHSRplotthedots, tests/testthat/_snaps/ptd_spc_standard.md: 20 normal numbers of R's seed 123."""
CALM = [1.0, -1.0] * 8


def points(values, direction=1, rules=RULES, rebased=()):
    return control_points(pd.Series(list(values), dtype=float), direction, rules, rebased)


def flagged(values, signal, rules=AS_EXCEL) -> list[int]:
    """The places at which a series gives a signal."""
    found = points(values, rules=rules)
    return [int(place) for place in found.index[found[signal] != 0]]


@pytest.mark.parametrize(("rules", "limits"), [(RULES, (-0.72, 1.94, 4.60)), (AS_EXCEL, (-3.06, 1.94, 6.95))])
@pytest.mark.parametrize("place", [4, 8], ids=["the outlier fifth", "the outlier ninth"])
def test_the_limits_of_the_published_vignette_are_reproduced(rules, limits, place):
    values = [1, 2] * 9
    values = VIGNETTE if place == 4 else [1, 2, 1, 2, 1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    found = points(values, rules=rules).iloc[0]
    assert tuple(found[["lower", "mean", "upper"]].round(2)) == limits


def test_the_limits_of_the_published_snapshot_are_reproduced():
    found = points(SNAPSHOT).iloc[0]
    assert found["mean"] == pytest.approx(0.142, abs=5e-4)
    assert (round(found["lower"], 2), round(found["upper"], 2)) == (-3.01, 3.29)


def test_near_limits_lie_two_thirds_of_the_way():
    found = points(SNAPSHOT).iloc[0]
    assert found["near_upper"] - found["mean"] == pytest.approx((found["upper"] - found["mean"]) * 2 / 3)
    assert found["mean"] - found["near_lower"] == pytest.approx((found["mean"] - found["lower"]) * 2 / 3)


def test_the_service_screens_and_says_where_that_made_a_difference():
    assert rules_on(AS_AT) == RULES
    assert "2 changes from one month to the next were so far out" in screening_said(verdict(points(VIGNETTE)))
    assert screening_said(verdict(points(VIGNETTE, rules=AS_EXCEL))) == ""
    assert screening_said(verdict(points(SNAPSHOT))) == ""


# -- the four signals


def test_a_point_beyond_a_limit_is_a_signal_and_one_on_it_is_none():
    assert flagged(VIGNETTE, "beyond_limit") == [4]
    on_it = points([0, 1, 0, 1, 0, 1, 0, 1])  # limits 0.5 +- 2.66
    assert on_it["upper"].iloc[0] == pytest.approx(3.16)
    assert not on_it["special_cause"].any()


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([], []),
        ([1] * 6, []),
        ([1] * 6 + [-1] * 6, []),
        ([1] * 7 + [-1] * 7, list(range(14))),
        ([1] * 8 + [-1] * 6 + [-2], list(range(15))),
        ([1] * 6 + [0] + [1] * 1 + [-1] * 6 + [0] + [-1], []),
    ],
)
def test_seven_in_a_row_on_one_side_of_the_mean_are_a_signal(values, places):
    assert flagged(values, "one_side") == places


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([1, 2, 3, 4, 5, 6], []),
        ([1, 2, 3, 3, 4, 5, 6], []),
        ([1, 2, 3, 4, 5, 6, 7], list(range(7))),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], list(range(1, 8))),
        ([7, 6, 5, 4, 3, 2, 1], list(range(7))),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], list(range(1, 8))),
    ],
)
def test_seven_in_a_row_each_higher_or_lower_are_a_signal(values, places):
    assert flagged(values, "trend") == places


def test_two_of_three_near_one_limit_are_a_signal_and_the_third_is_not_marked():
    one_side = points([*CALM, *CALM, 4.8, 1.0, 4.8], rules=AS_EXCEL)
    assert one_side["near_upper"].iloc[0] < 4.8 < one_side["upper"].iloc[0]
    assert list(one_side.index[one_side["near_limit"] != 0]) == [32, 34]


def test_two_near_limits_on_opposite_sides_are_none():
    opposite = points([*CALM[:14], 5.5, -5.5])  # NHSRplotthedots issue 143
    assert list(opposite["point_type"].iloc[-2:]) == ["common_cause"] * 2
    crossing = points([*CALM, *CALM, 4.8, -1.0, 4.8], rules=AS_EXCEL)
    assert crossing["near_upper"].iloc[0] < 4.8
    assert not crossing["near_limit"].any(), "all three have to lie on one side"


def test_a_point_beyond_the_limit_counts_as_one_of_the_two_near_it():
    found = points([*CALM, *CALM, 9.0, 4.9, 1.0], rules=AS_EXCEL)  # issue 194
    assert found["upper"].iloc[0] < 9
    assert found["near_upper"].iloc[0] < 4.9 < found["upper"].iloc[0]
    assert list(found["near_limit"].iloc[-3:]) == [1, 1, 0]


# -- what a point is said to be


@pytest.mark.parametrize(
    ("direction", "above", "below"), [(1, "improvement", "concern"), (-1, "concern", "improvement"),
                                      (0, "high", "low")],
)  # fmt: skip
def test_a_signal_is_coloured_by_direction_and_not_by_height(direction, above, below):
    assert points([*CALM, 20], direction)["point_type"].iloc[-1] == above
    assert points([*CALM, -20], direction)["point_type"].iloc[-1] == below


def test_a_rising_trend_is_not_called_better_while_it_lies_below_the_limit():
    risen = points([*[30] * 3, *[31] * 3, *[30] * 4, 1, 2, 3, 4, 5, 6, 7, *[30] * 10], 1)
    first, last = risen.iloc[10], risen.iloc[16]
    assert (first["trend"], first["beyond_limit"]) == (1, -1)
    assert first["point_type"] == "concern"
    assert last["point_type"] == "concern"


def test_values_all_alike_are_chance_however_a_float_adds_them_up():
    assert set(points([0.1] * 20)["point_type"]) == {"common_cause"}
    assert set(points([1 / 3] * 30)["point_type"]) == {"common_cause"}


# -- new limits, gaps, few points


def test_limits_start_anew_only_where_it_is_recorded():
    values = [10, 12] * 8 + [30, 32] * 8
    together, anew = points(values), points(values, rebased={16})
    assert together["special_cause"].all()
    assert not anew["special_cause"].any()
    assert list(anew["mean"].iloc[[0, -1]]) == [11, 31]
    assert list(anew["base"].iloc[[15, 16]]) == [0, 1]
    assert not points(values, rebased={99})["base"].any(), "a month that is not shown moves nothing"


def test_a_month_without_a_value_is_no_point_and_no_range_is_taken_across_it():
    with_gap = points([1, 2, 1, 2, None, 51, 52, 51, 52])
    assert len(with_gap) == 8
    assert with_gap["upper"].iloc[0] - with_gap["mean"].iloc[0] == pytest.approx(2.66)


def test_new_limits_from_a_month_without_a_value_begin_at_the_next():
    found = points([1, 2, 1, 2, None, 51, 52, 51, 52], rebased={4})
    assert list(found["base"]) == [0] * 4 + [1] * 4


def test_fewer_points_than_are_needed_are_on_trial_and_claim_nothing():
    few, enough = points([*CALM[:10], 20]), points([*CALM[:11], 20])
    assert few["on_trial"].all()
    assert not enough["on_trial"].any()
    assert variation_said(verdict(few)) == "a first sign of improvement, on trial limits"
    said = verdict_said(verdict(few), RULES, ranged=False)
    assert "rest on 11 of the 12 months" in said
    assert "claim nothing yet" in said
    assert variation_said(verdict(enough)) == "improvement"


def test_one_point_has_no_limits_and_no_verdict():
    assert verdict(points([5])).variation == "none"
    assert verdict(points([])).variation == "none"
    assert verdict(points([5]), low=1).assurance == "none"


# -- the verdict


@pytest.mark.parametrize(
    ("low", "high", "assurance"),
    [
        (None, None, "none"),
        (2, 20, "within"), (14, 20, "below"), (1, 7, "above"), (9, 20, "hit_and_miss"),
        (5, None, "met"), (15, None, "not_met"), (10, None, "hit_and_miss"),
        (None, 15, "met"), (None, 5, "not_met"), (None, 10, "hit_and_miss"),
    ],
)  # fmt: skip
def test_whether_the_standard_will_be_met_is_read_off_the_limits(low, high, assurance):
    found = points([10, 11] * 8)  # limits 7.84 to 13.16
    assert verdict(found, low, high).assurance == assurance


def test_the_verdict_goes_by_the_latest_point_and_says_which_signals_it_rests_on():
    found = verdict(points([*CALM, 20]))
    assert (found.variation, found.tells, found.signals) == ("improvement", 1, ("beyond_limit",))
    assert signals_said(found, RULES) == "lies above the upper limit"
    past = verdict(points([*CALM[:8], 20, *CALM]))
    assert past.variation == "common_cause"
    low = verdict_said(verdict(points([*CALM, -20], 0)), RULES, ranged=True)
    assert low.startswith("Lower than chance explains: the latest month lies below the lower limit.")


def test_marked_months_before_the_latest_are_named_while_they_are_few():
    found = points([*CALM[:8], 20, *CALM])
    assert marked_before_said(found) == "Marked before: 8 (improvement)."
    assert marked_before_said(points(CALM)) == ""
    assert marked_before_said(points([*CALM, *CALM, 12])) == "", "the latest is in the verdict"
    assert marked_before_said(points([*[10] * 7, *[12] * 8], 0)) == "14 months before are marked."
    assert marked_before_said(points([])) == ""


# -- the slow second implementation


def _slow(values: list[float], run: int, screened: bool) -> dict[str, list[int]]:
    """The four signals of a series without gaps, told point by point."""
    centre = mean(values)
    ranges = [abs(a - b) for a, b in zip(values[1:], values, strict=False)]
    ordinary = mean(ranges) if ranges else 0
    if screened and ordinary:
        ranges = [r for r in ranges if r < 3.267 * ordinary]
    reach = mean(ranges) if ranges else float("inf")
    side = [0 if abs(v - centre) <= 1e-9 * max(abs(v), abs(centre)) else 1 if v > centre else -1
            for v in values]  # fmt: skip
    far = [abs(v - centre) for v in values]
    out: dict[str, list[int]] = {signal: [] for signal in SIGNALS}
    for place in range(len(values)):
        out["beyond_limit"].append(side[place] if far[place] > 2.66 * reach + 1e-6 else 0)
        sevens = [range(a, a + run) for a in range(place - run + 1, place + 1)
                  if a >= 0 and a + run <= len(values)]  # fmt: skip
        sided = {side[w[0]] for w in sevens if side[w[0]] and len({side[i] for i in w}) == 1}
        out["one_side"].append(sided.pop() if sided else 0)
        moved = []
        for w in sevens:
            up = all(values[i] > values[i - 1] for i in w[1:])
            down = all(values[i] < values[i - 1] for i in w[1:])
            moved += [1] if up else [-1] if down else []
        out["trend"].append(moved[-1] if moved else 0)
        near = 0
        threes = [range(a, a + 3) for a in range(place - 2, place + 1) if a >= 0 and a + 3 <= len(values)]
        for w in threes:
            alike = {side[i] for i in w}
            close = [i for i in w if far[i] > NEAR * reach + 1e-6]
            if alike in ({1}, {-1}) and len(close) >= 2 and place in close:
                near = side[place]
        out["near_limit"].append(near)
    return out


@settings(max_examples=300, deadline=None)
@given(
    values=st.lists(st.integers(0, 12), min_size=2, max_size=30), run=st.sampled_from([3, 7]),
    screened=st.booleans(),
)  # fmt: skip
def test_every_signal_is_what_the_slow_implementation_finds(values, run, screened):
    found = points(values, rules=Rules(run=run, screened=screened))
    expected = _slow([float(value) for value in values], run, screened)
    assert {signal: [int(x) for x in found[signal]] for signal in SIGNALS} == expected


# -- the picture


def test_a_control_chart_shows_its_limits_no_further_than_a_rate_can_go_and_says_what_it_shows():
    labels = [f"M{place}" for place in range(17)]
    series = pd.Series([92.0, 99.0] * 8 + [60.0], index=labels)
    chart = control_chart(
        labels, control_points(series, 1, RULES), of="reviews on time", said="Concern.", suffix="%",
        target=95, rebased={"M3": "New form"},
    )  # fmt: skip
    drawn = [value for trace in chart.figure.data[:3] for value in trace.y]
    assert max(drawn) == 100
    assert "Concern." in chart.alt
    assert "Marked months: M16: concern." in chart.alt
    assert "New limits from M3: New form." in chart.alt
    assert any(note.text == "New form" for note in chart.figure.layout.annotations)
    assert list(chart.figure.data[-1].marker.symbol)[-1] == "square"


def test_a_rate_that_lies_well_above_a_half_is_not_drawn_in_the_top_of_an_empty_picture():
    """Months of 84% to 91%, limits down to 77%: from 70%, which is said. Where a limit is low, from zero."""

    def drawn(values, **standard):
        labels = [f"M{place}" for place in range(len(values))]
        points = control_points(pd.Series(values, index=labels, dtype=float), 1, RULES)
        figure = control_chart(labels, points, of="decisions", said="", suffix="%", **standard).figure
        said = [note.text for note in figure.layout.annotations if "scale" in note.text]
        return figure.layout.yaxis.range[0], said

    near = [87, 85, 88, 86, 84, 89, 87, 91, 86, 88, 85, 87]
    assert drawn(near) == (70, ["the scale starts at 70%"])
    assert drawn(near, target=60) == (50, ["the scale starts at 50%"]), "the standard is drawn too"
    assert drawn([95, 60, 90, 55, 99, 62, 94, 58, 97, 61, 92, 57]) == (0, [])


def test_lines_are_broken_where_limits_start_anew_and_over_a_gap():
    labels = list("abcdefgh")
    series = pd.Series([1, 2, 1, None, 2, 9, 8, 9], index=labels, dtype=float)
    chart = control_chart(
        labels, control_points(series, 0, RULES, {"f"}), of="notes", said="", rebased={"f": "why"}
    )
    joined = chart.figure.data[-2]
    assert list(zip(joined.x, joined.y, strict=True)) == [
        ("a", 1), ("b", 2), ("c", 1), ("d", None), ("e", 2), ("f", None), ("f", 9), ("g", 8), ("h", 9),
    ]  # fmt: skip
    assert len(chart.figure.data) == 3 + 3 + 2, "mean and limits once for each base"
