"""Funnels: exact binomial limits, and words that neither blame nor rank."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts.funnel import funnel_chart
from metrics.chance import funnel
from metrics.chance.funnel import compared, curve, exact_tail, limits, service_rate, tail_at_most
from tests.small_service import AS_AT

HALF = Fraction(1, 2)
RATES = st.builds(Fraction, st.integers(0, 97), st.just(97))


def _by_hand(of: int, rate: Fraction) -> list[Fraction]:
    """The probability of each count, one child after the other: no formula, no binomial coefficient."""
    chances = [Fraction(1)]
    for _ in range(of):
        after = [Fraction(0)] * (len(chances) + 1)
        for counted, chance in enumerate(chances):
            after[counted] += chance * (1 - rate)
            after[counted + 1] += chance * rate
        chances = after
    return chances


@pytest.mark.parametrize(
    ("of", "fewest"), [(10, 2), (15, 4), (20, 6), (25, 8), (30, 10), (40, 14), (50, 18)]
)  # fmt: skip
def test_the_published_critical_values_of_the_sign_test_are_reproduced(of, fewest):
    """Two-sided 5% points of the sign test, in every book of tables: 1, 3, 5, 7, 9, 13 and 17 are outside."""
    found = limits(of, HALF)
    assert (found.low_alert, found.high_alert) == (fewest, of - fewest)


def test_published_binomial_tails_are_reproduced():
    assert tail_at_most(5, 20, HALF) == pytest.approx(0.020694732666015625, abs=1e-15)
    assert tail_at_most(1, 10, Fraction(1, 10)) == pytest.approx(0.7360989291, abs=1e-10)
    assert tail_at_most(-1, 20, HALF) == 0
    assert tail_at_most(20, 20, HALF) == pytest.approx(1, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(of=st.integers(0, 60), rate=RATES)
def test_tails_are_exact_to_nine_places(of, rate):
    chances = _by_hand(of, rate)
    for counted in range(of + 1):
        below, above = sum(chances[: counted + 1]), sum(chances[counted:])
        assert exact_tail(counted, of, rate) == below
        assert abs(tail_at_most(counted, of, rate) - below) < 1e-9
        assert abs(tail_at_most(of - counted, of, 1 - rate) - above) < 1e-9


@pytest.mark.parametrize("of", [400, 1500])
def test_tails_are_exact_to_nine_places_for_large_groups_too(of):
    rate = Fraction(1234, 1400)
    for counted in (0, of // 2, round(of * float(rate)) - 20, round(of * float(rate)), of):
        assert abs(tail_at_most(counted, of, rate) - exact_tail(counted, of, rate)) < 1e-9


@settings(max_examples=100, deadline=None)
@given(of=st.integers(1, 60), rate=RATES)
def test_a_count_is_outside_the_limits_exactly_where_its_tail_is_below_the_probability(of, rate):
    chances, found = _by_hand(of, rate), limits(of, rate)
    for counted in range(of + 1):
        below, above = sum(chances[: counted + 1]), sum(chances[counted:])
        assert (counted < found.low_alert) == (below < Fraction(25, 1000))
        assert (counted < found.low_alarm) == (below < Fraction(1, 1000))
        assert (counted > found.high_alert) == (above < Fraction(25, 1000))
        assert (counted > found.high_alarm) == (above < Fraction(1, 1000))


def test_a_tail_that_is_exactly_the_probability_is_still_within():
    assert exact_tail(0, 3, Fraction(9, 10)) == Fraction(1, 1000)
    assert limits(3, Fraction(9, 10)).low_alarm == 0, "a float could not tell"


def groups(**counts: tuple[int, int]) -> pd.DataFrame:
    rows = [(name, counted, of) for name, (counted, of) in counts.items()]
    return pd.DataFrame(rows, columns=["group", "numerator", "denominator"])


def test_a_group_outside_what_chance_explains_is_said_to_be_so_and_a_small_one_is_not_compared():
    found = compared(groups(a=(37, 50), b=(14, 50), c=(33, 50), d=(0, 9), e=(0, 0)), fewest=10)
    assert dict(zip(found["group"], found["standing"], strict=True)) == {
        "a": "higher", "b": "lower", "c": "within", "d": "too_few", "e": "too_few",
    }  # fmt: skip
    assert list(found["alarm"]) == [False, True, False, False, False]
    assert found["expected"].iloc[0] == pytest.approx(84 / 159), "the small ones belong to the service too"
    assert pd.isna(found["proportion"].iloc[4]), "nothing is not none"
    assert pd.isna(found["low_alert"].iloc[3])


def test_the_words_and_the_order_rank_nobody():
    given_first = groups(b=(20, 50), a=(45, 50))
    assert list(compared(given_first, fewest=10)["group"]) == ["b", "a"]
    words = " ".join(funnel.WORDS.values())
    assert not [word for word in ("best", "worst", "better", "worse", "rank") if word in words]


def test_ten_is_enough_and_nine_are_too_few():
    fewest = funnel.fewest_on(AS_AT)
    found = compared(groups(a=(5, 10), b=(5, 9)), fewest=fewest)
    assert list(found["standing"]) == ["within", "too_few"]


def test_a_service_without_rows_compares_nobody():
    found = compared(groups(a=(0, 0)), fewest=10)
    assert list(found["standing"]) == ["too_few"]
    assert service_rate([]) is None
    assert compared(groups(), fewest=10).empty


@pytest.mark.parametrize("counts", [(11, 10), (-1, 10), (1.5, 10)])
def test_what_is_no_count_is_refused(counts):
    with pytest.raises(ValueError, match="whole numbers"):
        compared(groups(a=counts), fewest=10)


def test_a_point_is_outside_on_the_chart_exactly_where_the_words_say_so():
    rate, fewest = Fraction(108, 150), 10
    found = compared(groups(a=(45, 50), b=(20, 50), c=(43, 50)), fewest=fewest, rate=rate)
    steps = curve(rate, fewest, 60).set_index("of")
    for row in found.itertuples():
        at = steps.loc[row.denominator]
        outside = row.proportion < at["low_alert"] or row.proportion > at["high_alert"]
        assert outside == (row.standing != "within")
        assert at["low_alarm"] <= at["low_alert"] <= float(rate) <= at["high_alert"] <= at["high_alarm"]


def test_the_words_of_a_funnel_name_who_is_outside_and_count_the_rest():
    found = compared(groups(a=(45, 50), b=(20, 50), c=(38, 50), d=(0, 9)), fewest=10)
    rate = service_rate([(45, 50), (20, 50), (38, 50), (0, 9)])
    chart = funnel_chart(
        found, rate, of="children looked at", rows="children", fewest=10, names={"a": "Amara Obi", "b": "Ben"}
    )
    assert chart.alt == (
        "Funnel plot of children looked at: 64.8% of all together. Higher than expected: Amara Obi 90.0% "
        "(45 of 50). Lower than expected: Ben 40.0% (20 of 50). Within expected variation: 1 IRO. Too few to "
        "compare (under 10): 1 IRO."
    )
    drawn = [note.text for note in chart.figure.layout.annotations]
    assert {"Amara Obi", "Ben"} <= set(drawn)
    assert sum(len(trace.x) for trace in chart.figure.data[4:]) == 3, "a small group is not drawn"


def test_somebody_without_a_name_stays_unnamed():
    found = compared(groups(a=(45, 50), b=(20, 50)), fewest=10)
    chart = funnel_chart(
        found, service_rate([(45, 50), (20, 50)]), of="x", rows="y", fewest=10, names={"b": "You"}
    )
    assert "another IRO 90.0%" in chart.alt
    assert [note.text for note in chart.figure.layout.annotations].count("You") == 1
    assert "a" not in [note.text for note in chart.figure.layout.annotations]
