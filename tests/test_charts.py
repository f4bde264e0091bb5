"""What charts say besides what they show, and what leaves as a file."""

from __future__ import annotations

import csv
import io
from datetime import date

import pandas as pd

from charts.bars import Part, bars, stacked
from charts.heat import heat
from charts.multiples import Panel, multiples
from charts.palette import BLUE, INK, MARKS, ORANGE, PURPLE, STATES, STEP_FILLS, STEP_PARTS
from charts.trend import Line, trend
from metrics.measures import CATALOGUE
from metrics.wording import words
from pages.export.download import as_csv
from pages.pieces import results
from standards.wording import LATEST


def contrast(colour: str) -> float:
    """Against white, by WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_every_colour_that_words_are_written_in_can_be_read_on_white():
    assert all(contrast(colour) >= 4.5 for colour in (INK, ORANGE, BLUE, PURPLE))
    assert all(contrast(mark.colour) >= 4.5 for mark in STATES.values())


def test_every_status_is_a_shape_and_a_word_before_it_is_a_colour():
    assert all(mark.shape and mark.word for status, mark in MARKS.items() if status)
    assert len({mark.shape for mark in STATES.values()}) == len({mark.word for mark in STATES.values()}) == 7


def test_the_words_of_a_bar_chart_are_its_numbers():
    chart = bars(
        ["Team A", "Team B"], [50, 100], ["50.0% (1 of 2)", "100.0% (2 of 2)"], of="reviews", whole=100
    )
    assert chart.alt == "Bar chart of reviews. Team A: 50.0% (1 of 2); Team B: 100.0% (2 of 2)."


def test_the_words_of_a_bar_in_parts_are_its_parts_and_its_standard():
    parts = [
        Part(STEP_PARTS[part], STEP_FILLS[part], numbers)
        for part, numbers in {"on_time": [1632, 9], "late": [383, 0], "missing": [175, 0]}.items()
    ]
    chart = stacked(["Letter", "Report"], parts, ["", ""], of="steps", standards=[100, None])
    assert chart.alt == (
        "Bar chart of steps. Letter (standard 100%): 1,632 on time, 383 late, 175 missing of 2,190; "
        "Report: 9 on time, 0 late, 0 missing of 9."
    )
    assert [list(bar.text) for bar in chart.figure.data[:3]] == [
        ["● 1,632", "● 9"],
        ["◆ 383", ""],
        ["▲ 175", ""],
    ]


def test_a_narrow_part_of_a_bar_shows_its_number_without_its_shape():
    numbers = {"on_time": [281], "late": [16], "missing": [3]}
    parts = [Part(STEP_PARTS[part], STEP_FILLS[part], number) for part, number in numbers.items()]
    chart = stacked(["Letter"], parts, [""], of="steps")
    assert [bar.text[0] for bar in chart.figure.data] == ["● 281", "16", "3"]


def test_the_scale_of_bars_in_parts_has_room_for_parts_that_add_up_to_a_hair_more_than_a_hundred():
    """Plotly hides what is written in a part that ends beyond the scale, if by a rounding alone."""
    parts = [Part(STEP_PARTS["on_time"], BLUE, [443]), Part(STEP_PARTS["late"], ORANGE, [48])]
    chart = stacked(["IRO allocated"], parts, ["443 of 491"], of="steps")
    assert 0 < chart.figure.layout.xaxis.range[1] - 100 < 0.01


def test_what_stands_beside_a_bar_is_clear_of_the_marks_on_it_however_narrow_the_screen():
    chart = bars(
        ["White"], [28.8], ["28.8% (226)"], of="ethnicity", whole=30, beside=[30], beside_words="England"
    )
    (text,) = chart.figure.layout.annotations
    mark = chart.figure.data[1].marker
    assert text.xshift > mark.size / 2 + mark.line.width, "in pixels, not in a share of the picture"
    assert chart.figure.layout.yaxis.ticklabelstandoff > mark.size / 2 + mark.line.width


def test_the_parts_of_a_bar_differ_in_shape_and_their_outlines_can_be_seen():
    assert len({mark.shape for mark in STEP_PARTS.values()}) == len(STEP_PARTS)
    assert all(contrast(mark.colour) >= 4.5 for mark in STEP_PARTS.values())


def test_the_words_of_a_line_chart_follow_its_values():
    months = ["Jan 2026", "Feb 2026", "Mar 2026"]
    chart = trend(months, [Line("Due", [90, None, 97.25])], of="reviews on time", suffix="%", target=95)
    assert "Due: from 90.0% to 97.3%" in chart.alt
    assert "The standard is 95%" in chart.alt
    assert list(chart.figure.data[0].y) == [90, None, 97.25], "a month without a value is a gap, not a zero"


def test_a_scale_that_does_not_start_at_zero_says_so():
    high = trend(["Jan 2026"], [Line("Due", [93])], of="reviews", suffix="%")
    low = trend(["Jan 2026"], [Line("Due", [20])], of="reviews", suffix="%")
    assert [note.text for note in high.figure.layout.annotations] == ["the scale starts at 80%"]
    assert not low.figure.layout.annotations


def test_a_heat_table_counts_each_side_of_the_range_in_words():
    cells = {("A", "Jan"): (3.0, "below"), ("A", "Feb"): (6.0, "within"), ("B", "Jan"): (12.0, "above")}
    chart = heat(["A", "B"], ["Jan", "Feb"], cells, of="midway reviews", band="5 to 10")
    assert "A: 1 below, 1 within." in chart.alt
    assert "B: 1 above." in chart.alt
    assert chart.figure.data[0].text[0] == ["3.0 ▼", "6.0 ●"]


def test_counts_behind_a_rate_stay_together_on_a_narrow_screen_and_are_plain_words_in_a_file():
    shown = results.share(14, 15)
    assert shown == "93.3% (14\u00a0of\u00a015)"
    assert "93.3% (14 of 15)" in as_csv(pd.DataFrame({"On time": [shown]}), "Steps", "").decode("utf-8-sig")


def test_a_file_says_what_it_answers_and_holds_no_formula():
    rows = pd.DataFrame(
        {"Child": ["=1+1", "C1", ""], "Due": [date(2026, 1, 31), None, None], "Days late": [2.0, None, None]}
    )
    text = as_csv(rows, "Reviews overdue", "LOCAL, as at Fri 20 Nov 2026", "note").decode("utf-8-sig")
    assert text.splitlines() == [
        "Reviews overdue", '"LOCAL, as at Fri 20 Nov 2026"', "note", "", "Child,Due,Days late",
        "'=1+1,2026-01-31,2", "C1,,", ",,",
    ]  # fmt: skip


def test_a_file_of_measures_says_above_what_they_mean():
    keys = ["reviews_held", "reviews_overdue"]
    rows = pd.DataFrame({"measure": keys, "value": [3.0, 1.0]})
    papers = [CATALOGUE[key].paper(LATEST) for key in keys]
    meanings = [f"{paper.title}: {paper.definition}" for paper in papers]
    written = list(csv.reader(io.StringIO(as_csv(rows, "Reviews", "LOCAL").decode("utf-8-sig"))))
    assert [row[0] for row in written[2:4]] == meanings
    assert written[4:6] == [[], ["measure", "value"]]
    assert len(written) == 8, "and nothing follows the rows"
    one = as_csv(rows.drop(columns="measure"), "Reviews", "LOCAL", about=["reviews_held"]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(one)))[2] == [meanings[0]]


def test_rates_are_rounded_half_up_and_never_up_to_a_standard_they_miss():
    assert words.value(12.25, "percent") == "12.3%"
    missed = pd.Series({"unit": "percent", "status": "not_met", "value": 94.96, "standard_low": 95.0})
    assert words.rate(missed) == "94.96%"


def test_standards_are_said_in_words():
    assert words.standard(95, None, "percent") == "at least 95%"
    assert words.standard(None, 0, "count") == "none expected"
    assert words.standard(5, 10, "per_fte_month") == "5 to 10"


def test_small_multiples_share_one_scale_and_say_each_groups_lowest_and_highest_month():
    months = ["Jan 2026", "Feb 2026", "Mar 2026"]
    panels = [Panel("A", [Line("notes", [40, 50, None])]), Panel("B", [Line("notes", [None, None, None])])]
    chart = multiples(months, panels, of="notes by IRO", band=(40, 50))
    layout = chart.figure.layout
    assert layout.yaxis.range == layout.yaxis2.range
    assert "A: notes lowest 40.0 in Jan 2026, highest 50.0 in Feb 2026." in chart.alt
    assert "B: notes no values." in chart.alt
    assert [note.text for note in layout.annotations] == ["A", "B"]


def test_a_heat_table_without_a_range_says_its_rows_and_marks_no_cell():
    chart = heat(
        ["A"], ["Jan", "Feb"], {("A", "Jan"): (3.0, "")}, of="reviews", written={("A", "Jan"): "3 / 4"},
        said={"A": "3 chaired, 4 due"},
    )  # fmt: skip
    assert chart.alt == "Table of reviews by IRO and month. A: 3 chaired, 4 due."
    assert chart.figure.data[0].text[0] == ["3 / 4", ""]
    assert chart.figure.data[0].z[0] == [3, None], "a level of its own, neither below nor above"
