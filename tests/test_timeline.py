"""The picture of one child's time: each mark has a shape and a word, and words say the same."""

from __future__ import annotations

from datetime import date

from charts.palette import DUTIES
from charts.timeline import Band, Due, Lane, Point, Window, timeline

AS_AT = date(2026, 11, 20)
WINDOW = Window(date(2025, 11, 20), date(2027, 1, 10), AS_AT)


def said(*lanes: Lane) -> str:
    return timeline(lanes, WINDOW, of="child A").alt


def test_the_words_say_each_lane_and_the_day_it_is_seen_from():
    words = said(
        Lane("Placement", bands=(Band(date(2026, 1, 5), date(2026, 3, 1), "Foster"),
                                 Band(date(2026, 3, 2), None, "Home"))),
        Lane("Reviews", dues=(Due(date(2026, 2, 1), date(2026, 1, 20), DUTIES["on_time"]),
                              Due(date(2026, 8, 1), None, DUTIES["overdue"]))),
        Lane("Seen or spoken with", points=(Point(date(2026, 1, 20), "at the review"),)),
        Lane("Case notes by week", weekly=((date(2026, 1, 19), 2), (date(2026, 2, 2), 1))),
    )  # fmt: skip
    assert "Timeline of child A, Thu 20 Nov 2025 to Sun 10 Jan 2027, as at Fri 20 Nov 2026." in words
    assert (
        "Placement: Foster from Mon 5 Jan 2026 to Sun 1 Mar 2026; Home from Mon 2 Mar 2026 and goes on."
        in words
    )
    assert "Reviews: 1 done on time; 1 overdue." in words
    assert "Seen or spoken with: 1 time, the last on Tue 20 Jan 2026." in words
    assert "Case notes by week: 3 in 2 weeks, at most 2 in one." in words


def test_a_lane_with_nothing_in_the_time_shown_says_so_in_the_picture_and_in_words():
    before = Lane("Escalations", bands=(Band(date(2024, 1, 5), date(2024, 3, 1), "Savings"),))
    chart = timeline([before], WINDOW, of="child A")
    assert "Escalations: none on record." in chart.alt
    assert "none on record in this time" in [note.text for note in chart.figure.layout.annotations]


def test_a_band_that_goes_on_is_drawn_to_the_day_it_is_seen_from_and_no_further():
    chart = timeline([Lane("IRO", bands=(Band(date(2020, 1, 1), None, "Amara Obi"),))], WINDOW, of="child A")
    (bar,) = chart.figure.data
    assert bar.base == ("2025-11-20",)
    assert bar.x[0] / 86_400_000 == (AS_AT - WINDOW.first).days + 1


def test_no_two_outcomes_share_a_shape_or_a_word():
    assert len({mark.shape for mark in DUTIES.values()}) == len(DUTIES)
    assert len({mark.word for mark in DUTIES.values()}) == len(DUTIES)


def test_every_outcome_has_a_mark_in_the_picture_and_in_the_key():
    dues = tuple(Due(date(2026, 5, 1), None, mark) for mark in DUTIES.values())
    chart = timeline([Lane("Reviews", dues=dues)], WINDOW, of="child A")
    named = {trace.name for trace in chart.figure.data if trace.showlegend is not False}
    assert {mark.word for mark in DUTIES.values()} <= named
