"""Every page as one file to print, and its tables as files: all of it, marked for where it may go."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from inspect import isclass

import pandas as pd
import pytest

from charts.bars import bars
from charts.palette import STATES
from data_access.people.viewer import SERVICE_VIEWER
from data_access.reading import AuthorityInfo
from metrics.counting.calculate import Selection
from pages.export.printing import LONGEST, html_of, printable
from pages.export.tables import has_tables, tables_zip
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import pieces, results
from pages.pieces.pieces import (
    Beside,
    Cards,
    Download,
    Figure,
    Figures,
    Folded,
    Heading,
    Link,
    LongTable,
    Picture,
    Table,
    Text,
    as_table,
    sentence,
)

DAY = date(2026, 11, 20)


@pytest.fixture
def view() -> View:
    info = AuthorityInfo("Avon", DAY, 1, datetime(2026, 11, 20, 8), 0, None)
    selection = Selection("Avon", date(2025, 11, 1), date(2026, 10, 31), DAY)
    asking = reads.Asking("sqlite://", info, SERVICE_VIEWER)
    return View(info, asking, selection, "Last 12 months", ("period", "as_at"), {}, {})


CHART = Picture(bars(["North", "South"], [3.0, 5.0], ["3", "5"], of="reviews by team"), "reviews")
CHILDREN = LongTable(pd.DataFrame({"Child": ["C<1>"], "Due": [DAY]}), "One child")


def page(view: View, *shown: pieces.Piece) -> str:
    return printable(view, "Are reviews on time?", shown).decode()


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_printed_as_shape_and_word_without_what_colours_it(view: View, state: str) -> None:
    assert f"<p>{results.state(state)}</p>" in page(view, Text(results.state_mark(state)))


def test_the_page_of_one_child_is_a_childs_record(view: View) -> None:
    theirs = LongTable(pd.DataFrame({"Day": [DAY]}), "Everything on record", of_a_child=True)
    assert "Contains children&#x27;s records" in page(view, as_table(theirs))
    assert "Contains children&#x27;s records" not in page(view, as_table(replace(theirs, of_a_child=False)))


def test_every_kind_of_piece_has_a_way_onto_paper() -> None:
    here = [one for one in vars(pieces).values() if isclass(one) and one.__module__ == pieces.__name__]
    kinds = [one for one in here if hasattr(one, "draw") and one is not pieces.Piece]
    assert len(kinds) > 10
    assert [kind.__name__ for kind in kinds if html_of.dispatch(kind) is html_of.dispatch(object)] == []


def test_the_page_says_whose_data_it_is_and_which_part(view: View) -> None:
    html = page(view, sentence("all is well."))
    assert "<h1>Are reviews on time?</h1>" in html
    assert "Avon, period 1 Nov 2025 to 31 Oct 2026, as at Fri 20 Nov 2026, last load" in html
    assert "<h5>All is well.</h5>" in html


def test_a_chart_stands_with_its_words_and_a_table_with_its_headings(view: View) -> None:
    table = Table(pd.DataFrame({"Team": ["North"], "Reviews": ["3 of 5"]}), "Reviews by team", "teams")
    html = page(view, Heading("By team"), CHART, Folded("The same as a table", None, (table,)))
    assert 'aria-label="Bar chart of reviews by team. North: 3; South: 5."' in html
    assert '<tr><th scope="row">North</th><td class="number">3 of 5</td></tr>' in html
    assert "<h3>The same as a table</h3>" in html


def test_what_is_shown_in_colour_keeps_its_shape_and_word(view: View) -> None:
    figure = Figure(":orange[▲] Overdue", "7", "2 more than last week", Link("Open these", "pages/x.py"))
    html = page(view, Figures((figure,)), Text(":blue[●] meets the standard"))
    assert "▲ Overdue" in html
    assert "● meets the standard" in html
    assert ":orange" not in html
    assert "Open these" not in html


def test_children_on_it_are_said_on_it_and_nothing_in_a_cell_is_taken_for_html(view: View) -> None:
    assert "Contains children's records" not in page(view, CHART)
    html = page(view, Cards(((CHILDREN,),)))
    assert html.count("Contains children&#x27;s records") == 2
    assert "C&lt;1&gt;" in html
    assert "Fri 20 Nov 2026" in html


def test_a_table_too_long_for_paper_says_how_much_is_left_out(view: View) -> None:
    long = LongTable(pd.DataFrame({"Child": [f"C{n}" for n in range(LONGEST + 3)]}), "Many")
    html = page(view, long)
    assert html.count("<tr>") == LONGEST + 1
    assert "and 3 rows more: download them from the page" in html


def test_counts_of_what_was_loaded_have_their_thousands_set_apart_on_page_and_paper(view: View) -> None:
    loads = LongTable(pd.DataFrame({"File": ["reviews.csv"], "Line": [2345], "Read": [18683]}), "Every load")
    assert loads.config["Read"]["type_config"]["format"] == "localized"
    assert ">18,683<" in page(view, loads)
    assert ">2345<" in page(view, loads), "the number of a line is not a count"


def test_the_file_needs_nothing_from_elsewhere(view: View) -> None:
    html = page(view, CHART, Download("A file", "a.csv", bytes, "text/csv"))
    ours = re.sub(r"(?s)<script>.*?</script>", "", html)
    assert not re.search(r"(src|href)=", ours)
    assert "A file" not in html


def files(view: View, *shown: pieces.Piece) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(tables_zip(view, "Are reviews on time?", shown))) as folder:
        return {name: folder.read(name).decode("utf-8-sig") for name in folder.namelist()}


def test_every_table_of_a_page_is_a_file_that_says_what_it_is_of(view: View) -> None:
    teams = Table(pd.DataFrame({"Team": ["North"], "Reviews": ["3 of 5"]}), "Reviews by team", "teams")
    figures = Figures((Figure(":orange[▲] Overdue", "7", "2 more  \n:blue[●] meets the standard"),))
    found = files(view, figures, Folded("The same as a table", None, (teams,)), Cards(((CHILDREN,),)))
    assert list(found) == ["01_numbers.csv", "02_teams.csv", "03_rows.csv", "about.txt"]
    choice = "Are reviews on time?: Avon, period 1 Nov 2025 to 31 Oct 2026, as at Fri 20 Nov 2026, last load"
    for name, text in found.items():
        assert choice in text, name
    rows = list(csv.reader(io.StringIO(found["02_teams.csv"])))
    assert rows[0] == ["Reviews by team"]
    assert rows[-2:] == [["Team", "Reviews"], ["North", "3 of 5"]]
    assert ["▲ Overdue", "7", "2 more; ● meets the standard"] in csv.reader(
        io.StringIO(found["01_numbers.csv"])
    )


def test_a_file_with_a_row_for_each_child_says_that_it_names_them(view: View) -> None:
    teams = Table(pd.DataFrame({"Team": ["North"], "Reviews": ["3"]}), "Reviews by team", "teams")
    found = files(view, CHILDREN, teams)
    assert "Contains children's records" in found["01_rows.csv"]
    assert "Contains children's records" not in found["02_teams.csv"]


def test_what_measures_mean_goes_with_the_tables(view: View) -> None:
    about = Folded("About these measures", None, (Text("**Reviews held.** How many there were\\."),))
    found = files(view, sentence("all is well."), about)
    assert "All is well." in found["about.txt"]
    assert "Reviews held. How many there were." in found["about.txt"]


def test_a_page_without_numbers_has_no_tables_to_take_along() -> None:
    assert not has_tables((Text("Nothing yet"), Folded("More", None, (Heading("Later"),))))
    assert has_tables((Beside(((CHILDREN,),)),))


def test_a_chart_of_the_page_to_print_can_be_saved_and_says_on_it_what_it_is_of(view: View) -> None:
    html = page(view, CHART)
    assert html.count('<button type="button" class="save" data-name="reviews" data-note=') == 1
    assert "Plotly.toImage" in html
    assert 'class="save"' not in page(view, Text("No chart"))
