"""One content written as Word and as a page: both say all of it, and the Word file is one that Word takes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as Written
from lxml import etree
from python_calamine import CalamineWorkbook

from charts import paper
from charts.bars import bars as bars_on_screen
from charts.bars import stacked as stacked_on_screen
from charts.palette import MARKS, STATES, STEP_FILLS, STEP_PARTS
from charts.said import Line, Part
from charts.trend import trend as trend_on_screen
from reports.content import (
    Bullets,
    Content,
    Figure,
    Figures,
    Heading,
    Meanings,
    NewPage,
    Paragraph,
    Picture,
    Pictures,
    States,
    Table,
    ToWrite,
    text,
)
from reports.document import Document
from tests.written import Page

MONTHS = ["Sep 2026", "Oct 2026", "Nov 2026"]
CHART = paper.trend(
    MONTHS, [Line("Midway reviews", [4, None, 6.5])], of="midway reviews", band=(5, 10), width=paper.HALF
)
ROWS = tuple(
    (STATES["overdue"], f"C{number:02}", date(2026, 11, 20), number, "A worker <b>&") for number in range(40)
)
EVERYTHING = Content(
    title="Supervision: Amara Obi",
    choice="LOCAL · as at Fri 20 Nov 2026",
    answer="An answer in a sentence.",
    as_at=date(2026, 11, 20),
    parts=(
        Heading("A section"),
        Heading("A part of it", 2),
        Paragraph("A sentence."),
        Paragraph("A note.", quiet=True),
        Bullets(("First point", "Second point")),
        Figures((Figure("Reviews on time", "80.0%", ("8 of 10", "standard 95%"), MARKS["not_met"]),)),
        Pictures((Picture("One chart", "what it shows", CHART),)),
        Pictures((Picture("Left", "on the left", CHART), Picture("Right", "on the right", CHART))),
        States({"overdue": 3, "on_track": 37}),
        Table("Children", "Children", "40 children.", ("State", "Child", "Due", "Days", "Worker"), ROWS, 1),
        Table("Nothing", "Nothing", "No child is without an IRO.", ("Child",), ()),
        Table("To agree", "To agree", "", ("What", "Who"), ((None, None), (None, None))),
        NewPage(),
        ToWrite("What went well", 4),
        Meanings(),
    ),
    portrait=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def package() -> bytes:
    return Document("everything", EVERYTHING).docx


@pytest.fixture(scope="module")
def written(package):
    return docx.Document(io.BytesIO(package))


def everything_said(content: Content) -> set[str]:
    """Every text that a reader must find, whatever the content is written as."""
    said = {content.title, content.choice, content.handling, content.answer}
    for part in content.parts:
        match part:
            case Heading() | Paragraph():
                said.add(part.text)
            case Bullets():
                said |= set(part.items)
            case Figures():
                for one in part.shown:
                    said |= {one.label, one.value, *one.lines, text(one.mark)}
            case Pictures():
                said |= {said for one in part.shown for said in (one.title, one.said)}
            case Table():
                cells = {text(cell) for row in part.rows for cell in row}
                said |= {part.title, part.said, *cells} | (set(part.headings) if part.rows else set())
            case ToWrite():
                said.add(part.prompt)
            case States():
                said |= {text(mark) for mark in STATES.values()}
    return said - {""}


def in_word(written) -> str:
    return "\n".join("".join(p.itertext()) for p in written.element.body.iter(qn("w:p")))


def test_word_and_page_say_everything_that_the_content_says(written):
    page = " ".join(Page(Document("everything", EVERYTHING).html).text.replace("\xa0", " ").split())
    word = in_word(written)
    for said in everything_said(EVERYTHING):
        assert said in word
        assert said in page


def test_headings_are_headings_and_nothing_is_set_by_hand_that_a_style_can_set(written):
    styles = {p.text: p.style.name for p in written.paragraphs if p.text}
    assert styles["Supervision: Amara Obi"] == "Title"
    assert styles["A section"] == styles["Children"] == "Heading 1"
    assert styles["A part of it"] == "Heading 2"
    assert styles["First point"] == "List Bullet"
    fonts = {font.get(qn("w:ascii")) for font in written.element.body.iter(qn("w:rFonts"))}
    assert not fonts


def test_a_document_is_in_british_english_and_has_its_title_and_day(written):
    assert written.core_properties.title == EVERYTHING.title
    assert written.core_properties.language == "en-GB"
    assert written.core_properties.created.date() == EVERYTHING.as_at
    languages = {lang.get(qn("w:val")) for lang in written.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_every_page_says_that_it_holds_childrens_records_and_which_page_it_is(written):
    (section,) = written.sections
    for foot in (section.footer, section.first_page_footer):
        assert EVERYTHING.handling in foot.paragraphs[0].text
        fields = [one.get(qn("w:instr")).strip() for one in foot._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]
    assert EVERYTHING.title in section.header.paragraphs[0].text
    assert section.first_page_header.paragraphs[0].text == ""


def test_every_picture_has_its_words_in_word_and_on_the_page(written):
    shown = list(written.element.body.iter(qn("wp:docPr")))
    assert [one.get("descr") for one in shown] == [CHART.alt] * 3
    assert len({one.get("id") for one in shown}) == 3
    page = Page(Document("everything", EVERYTHING).html)
    assert [value for tag, name, value in page.attributes if (tag, name) == ("img", "alt")] == [CHART.alt] * 3
    sources = [value for tag, name, value in page.attributes if (tag, name) == ("img", "src")]
    assert all(source.startswith("data:image/png;base64,") for source in sources)


def test_a_picture_has_no_room_of_its_own_beside_it_that_would_push_it_into_the_margin(written):
    for picture in written.element.body.iter(qn("wp:inline")):
        assert {side: picture.get(side) for side in ("distT", "distB", "distL", "distR")} == {
            "distT": "0", "distB": "0", "distL": "0", "distR": "0",
        }  # fmt: skip


def test_neither_the_first_row_of_a_long_table_nor_its_last_stands_alone_on_a_page(written):
    (long,) = [table for table in written.tables if len(table.rows) == 41]
    kept = [row._tr.find(f".//{qn('w:keepNext')}") is not None for row in long.rows]
    assert [place for place, is_kept in enumerate(kept) if is_kept] == [0, 1, 39]


def test_what_a_number_was_counted_from_is_not_parted_by_the_end_of_a_line():
    rows = (("On time", "95.1% (2,215 of 2,326)"), ("Not (yet) due", "c"))
    shown = Table("Two rates", "Rates", "", ("What (of all)", "Rate"), rows, right=frozenset({1}))
    document = Document("rates", Content("T", "c", "a", date(2026, 1, 1), (shown,)))
    for said in (in_word(docx.Document(io.BytesIO(document.docx))), document.html):
        assert "95.1% (2,215\xa0of\xa02,326)" in said
        assert "Not (yet) due" in said


def test_a_table_on_the_page_is_a_region_with_its_title_as_its_name():
    page = Page(Document("everything", EVERYTHING).html)
    named = [value for tag, name, value in page.attributes if (tag, name) == ("div", "aria-label")]
    assert named == ["Children", "To agree"]
    assert "<p></p>" not in Document("everything", EVERYTHING).html


def test_a_long_table_repeats_its_headings_and_parts_no_row(written):
    (long,) = [table for table in written.tables if len(table.rows) == 41]
    assert long.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in long.rows)
    assert long.style.name == "Ruled"


def test_no_table_is_wider_than_the_page(written):
    (section,) = written.sections
    room = section.page_width - section.left_margin - section.right_margin
    assert written.tables
    for table in written.tables:
        assert sum(column.width for column in table.columns) <= room + 1000


def test_a_place_to_write_is_one_that_word_offers_to_fill(written):
    (control,) = written.element.body.iter(qn("w:sdt"))
    assert control.find(f"{qn('w:sdtPr')}/{qn('w:alias')}").get(qn("w:val")) == "What went well"
    assert control.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}") is not None


def test_no_end_of_a_page_parts_a_place_to_write(written):
    body = list(written.element.body)
    (place,) = [number for number, one in enumerate(body) if one.tag == qn("w:sdt")]
    box = [next(body[place].iter(qn("w:p"))), *body[place + 1 : place + 4]]
    lines = [Written(one, written._body) for one in box]
    assert [one.style.name for one in lines] == ["To write here", "To write", "To write", "To write"]
    kept = [bool(one.paragraph_format.keep_with_next or one.style.paragraph_format.keep_with_next)
            for one in lines]  # fmt: skip
    assert kept == [True, True, True, False]


def test_the_same_content_gives_the_same_bytes(package):
    assert Document("again", EVERYTHING).docx == package


def test_a_workbook_of_it_has_its_tables_alone_and_no_empty_lines_to_write_on():
    book = CalamineWorkbook.from_filelike(io.BytesIO(Document("everything", EVERYTHING).xlsx))
    assert book.sheet_names == ["Summary", "Children", "Nothing"]
    assert "To agree" not in str(book.get_sheet_by_name("Summary").to_python())


def test_what_xml_cannot_hold_is_left_out_and_markup_stays_text():
    odd = Content("T\x0b1 <w:p/>", "c", "a\x00b", date(2026, 1, 1), (Heading("x\ud800y"),))
    said = in_word(docx.Document(io.BytesIO(Document("odd", odd).docx)))
    assert "T1 <w:p/>" in said
    assert "ab" in said
    assert "xy" in said


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind "
           "contextualSpacing jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps color spacing kern sz szCs u lang",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "tcW tcBorders shd vAlign",
    "sdtPr": "alias tag id showingPlcHdr",
    "tc": "tcPr p",
    "tbl": "tblPr tblGrid tr",
    "pBdr": "top left bottom right",
}  # fmt: skip
"""The children of elements in the order of ECMA-376, part 1: Word repairs what is out of it."""


@pytest.mark.parametrize("name", ["word/document.xml", "word/footer1.xml", "word/styles.xml"])
def test_elements_stand_in_the_order_that_word_insists_on(package, name):
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(package)).read(name))
    for parent, names in ORDER.items():
        order = names.split()
        for one in root.iter(qn(f"w:{parent}")):
            held = [etree.QName(child).localname for child in one]
            known = [order.index(child) for child in held if child in order]
            assert known == sorted(known), (parent, held)
            if name != "word/styles.xml":
                assert set(held) <= set(order), (parent, held)
    for cell in root.iter(qn("w:tc")):
        assert cell[-1].tag == qn("w:p")
    for table in root.iter(qn("w:tbl")):
        assert table.getnext().tag == qn("w:p")


# -- charts on paper


def test_charts_on_paper_say_what_their_namesakes_on_the_screen_say():
    lines = [Line("held", [90, None, 97.5]), Line("due", [80, 85, 90])]
    asked = {"of": "reviews on time", "suffix": "%", "target": 95}
    assert paper.trend(MONTHS, lines, **asked).alt == trend_on_screen(MONTHS, lines, **asked).alt
    bars = (["Team A", "Team B"], [80, None], ["80% (8 of 10)", "no reviews"])
    asked = {"of": "reviews on time", "target": 95, "target_words": "the standard, 95%", "whole": 100}
    assert paper.bars(*bars, **asked).alt == bars_on_screen(*bars, **asked).alt
    parts = [Part(STEP_PARTS[key], STEP_FILLS[key], [8, 0]) for key in STEP_PARTS]
    parted = (["Report", "Plan"], parts, ["33%", "no value"])
    asked = {"of": "steps", "standards": [100, None]}
    assert paper.stacked(*parted, **asked).alt == stacked_on_screen(*parted, **asked).alt


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ([80, 90, 95], [80, 90, 95]),
        ([93.5, 94, 95.5], [92.5, 94.5, 96]),
        ([94, 94, 95], [92.5, 94.5, 96]),
        ([80, 99, 100], [80, 98.5, 100]),
        ([60, 60.5, 95], [60, 62, 95]),
        ([], []),
    ],
)
def test_the_names_of_lines_and_of_the_standard_stand_apart_and_as_near_as_can_be_to_their_lines(
    wanted, places
):
    """The lower two are two percent high, the third is one."""
    assert paper.apart(wanted, [2, 2, 1][: len(wanted)], 60, 100) == places


def test_a_standard_below_all_rates_is_on_the_scale():
    def first_of_scale(target):
        chart = trend_on_screen(MONTHS, [Line("held", [96, 97, 98])], of="x", suffix="%", target=target)
        return chart.figure.layout.yaxis.range[0]

    assert first_of_scale(95) == 90
    assert first_of_scale(80) < 80


@pytest.mark.parametrize("values", [[None, None, None], [0, 0, 0], [1.0], []])
def test_a_chart_of_next_to_nothing_is_drawn_all_the_same(values):
    months = MONTHS[: len(values)]
    chart = paper.trend(months, [Line("x", values)], of="x", band=(5, 10))
    assert chart.png.startswith(b"\x89PNG")


def test_the_same_chart_has_the_same_bytes_and_its_size_on_paper():
    again = paper.trend(
        MONTHS, [Line("Midway reviews", [4, None, 6.5])], of="midway reviews", band=(5, 10), width=paper.HALF
    )
    assert again.png == CHART.png
    width, height = (int.from_bytes(CHART.png[at : at + 4]) for at in (16, 20))
    assert width / height == pytest.approx(CHART.width / CHART.height, rel=0.01)
    assert re.search(rb"tEXtSoftware", CHART.png) is None
