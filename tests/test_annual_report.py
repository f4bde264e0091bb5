"""The annual and quarterly reports: the measures' own numbers, small ones hidden, places for the author."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import docx
import pytest
from python_calamine import CalamineWorkbook
from scipy.optimize import linprog
from sqlalchemy import Engine

from data_access.loading.load import load
from data_access.people.viewer import SERVICE_VIEWER
from data_access.reading import AuthorityInfo
from data_access.store.opening import open_store
from docs.published.write import CENTRAL_BEDFORDSHIRE, CENTRAL_BEDFORDSHIRE_ON
from metrics.chance.compare import Quarter
from metrics.derive import derivation
from reports.annual import annual_report, year_named
from reports.content import Content, Figure, Figures, Heading, Paragraph, Pictures, ToWrite
from reports.document import Document, NotInData
from reports.quarterly import quarterly_report
from standards import TARGETS
from tests import small_service
from tests.doors import World, load_world
from tests.stored import info_of
from tests.written import table, words_of


@pytest.fixture(scope="module")
def store() -> Engine:
    """208 children, 590 reviews in the year, 5 children with a late one."""
    engine = open_store("sqlite://")
    load(engine, [CENTRAL_BEDFORDSHIRE], derivation=derivation(), as_at=CENTRAL_BEDFORDSHIRE_ON)
    return engine


@pytest.fixture(scope="module")
def info(store: Engine) -> AuthorityInfo:
    return info_of(store)


@pytest.fixture(scope="module")
def whole(store: Engine, info: AuthorityInfo) -> Document:
    return annual_report(store, SERVICE_VIEWER, info, 2011, shareable=False)


@pytest.fixture(scope="module")
def published(store: Engine, info: AuthorityInfo) -> Document:
    return annual_report(store, SERVICE_VIEWER, info, 2011)


def figures(content: Content) -> list[Figure]:
    return [one for part in content.parts if isinstance(part, Figures) for one in part.shown]


def cells(content: Content) -> list[str]:
    return [str(cell) for one in content.tables for row in one.rows for cell in row[1:]]


# The annual report


def report_of(world: World, *, shareable: bool = False) -> Content:
    """The report on the small service's year, as far as it is over."""
    engine = open_store("sqlite://")
    load_world(world, as_at=small_service.AS_AT, engine=engine)
    info = info_of(engine)
    return annual_report(engine, SERVICE_VIEWER, info, 2026, shareable=shareable).content


def to_write(content: Content) -> str:
    return "\n".join(part.prompt for part in content.parts if isinstance(part, ToWrite))


def test_a_figure_per_full_time_iro_says_what_of_and_a_count_of_children_on_which_day() -> None:
    shown = {one.label: one for one in figures(report_of(small_service.full()))}
    assert shown["Children per full-time IRO"].lines[:2] == ("23 for 0.6 FTE", "on Fri 20 Nov 2026")
    assert shown["Midway reviews"].lines[0] == "24 in 4.6 FTE months"
    assert "on Fri 20 Nov 2026" in shown["Without an IRO"].lines
    assert not [line for line in shown["Of reviews due"].lines if line.startswith("on ")]


@pytest.mark.parametrize(("shareable", "number"), [(False, "2"), (True, "c")])
def test_findings_are_told_in_words_and_few_of_them_are_hidden(shareable: bool, number: str) -> None:
    world = small_service.full()
    started = {child["child_id"]: child["started_on"] for child in world["care_periods"]}
    past = [
        {"review_id": f"P{child}", "child_id": child, "review_status": "booked", "booked_for": started[child]}
        for child in small_service.NAMES[:2]
    ]
    content = report_of({**world, "reviews": [*world["reviews"], *past]}, shareable=shareable)
    said = "Booked for a day that has passed, and neither held nor cancelled."
    assert "of all years held" in table(content, "Findings in the data").said
    assert (said, "warning", number) in table(content, "Findings in the data").rows


def test_what_is_recorded_of_advocates_pathway_reviews_and_letters_is_counted() -> None:
    world = small_service.full()
    held = [review["review_id"] for review in world["reviews"] if "2026-05-30" in str(review.get("held_on"))]
    people = [
        {"review_id": held[0], "person": "advocate", "involvement": "attended"},
        {"review_id": held[1], "person": "advocate", "involvement": "attended"},
        {"review_id": held[2], "person": "advocate", "involvement": "consulted"},
    ]
    pathway = [
        {"activity_id": f"P{number}", "child_id": "C03", "iro_id": "I1", "activity_kind": "pathway_review",
         "done_on": done_on}
        for number, done_on in enumerate((date(2026, 3, 31), date(2026, 4, 1), small_service.AS_AT))
    ]  # fmt: skip
    content = report_of({**world, "review_people": people, "activities": [*world["activities"], *pathway]})
    assert table(content, "Advocates at reviews").rows == (
        ("Attended", "2", "66.7%"), ("Consulted", "1", "33.3%"), ("All", "3", ""),
    )  # fmt: skip
    assert "Pathway reviews recorded: 2, of 1 young people." in words_of(content), "not that of last year"
    letters = {
        str(row[0]): int(str(row[1]))
        for row in table(content, "Letters to children after their reviews").rows
    }
    sent = [review for review in world["reviews"] if review.get("letter_sent_on")]
    of_the_year = [review for review in sent if review["held_on"] >= date(2026, 4, 1)]
    assert letters["Within 20 working days"] + letters["Later"] == len(of_the_year)
    assert letters["All"] == sum(letters.values()) - letters["All"]


def test_few_pathway_reviews_and_letters_are_hidden_from_the_public() -> None:
    world = small_service.full()
    pathway = {
        "activity_id": "P", "child_id": "C03", "iro_id": "I1", "activity_kind": "pathway_review",
        "done_on": small_service.AS_AT,
    }  # fmt: skip
    content = report_of({**world, "activities": [*world["activities"], pathway]}, shareable=True)
    assert "Pathway reviews recorded: c, of c young people." in words_of(content)
    numbers = [str(row[1]) for row in table(content, "Letters to children after their reviews").rows]
    assert not [number for number in numbers if number.isdigit() and 1 <= int(number) <= 5]


def test_what_is_not_recorded_is_left_to_the_author() -> None:
    world = small_service.full()
    reviews = [{**review, "letter_sent_on": None} for review in world["reviews"]]
    content = report_of({**world, "reviews": reviews})
    assert "Pathway reviews: none is in the data." in to_write(content)
    assert "Letters to children: how many were sent" in to_write(content)
    titles = {one.title for one in content.tables}
    assert not titles & {"Advocates at reviews", "Letters to children after their reviews"}


def test_a_theme_that_no_audit_of_the_year_graded_is_named() -> None:
    audits = [
        {"audit_id": f"A{number}", "programme": "Spring", "audited_on": audited_on, "audit_theme": theme,
         "grade": "good"}
        for number, (theme, audited_on) in enumerate(
            [("plans", date(2026, 5, 1)), ("visiting", date(2026, 3, 1))]
        )
    ]  # fmt: skip
    graded = table(report_of({**small_service.full(), "audits": audits}), "Sections graded good or better")
    assert graded.rows == (("Plans", "100.0% (1 of 1)"),)
    assert graded.said == (
        "Not graded by any audit of the year: chronology, assessments, visiting, supervision and "
        "intervention."
    )


def test_a_rate_per_10000_that_lacks_the_number_of_children_says_so_and_whom_to_ask(
    whole: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacks = "There is no rate for each 10,000 children: ask whoever runs the dashboard to add how many"
    assert lacks in words_of(whole.content)
    under_18 = '[[population]]\nauthority = "LOCAL"\nyear = 2025\nunder_18 = 4800\nsource = "Invented"\n'
    (tmp_path / "ours.toml").write_text(under_18)
    monkeypatch.setenv("IRO_COMPARATORS", str(tmp_path / "ours.toml"))
    known = words_of(report_of(small_service.full()))
    assert "50.0 for each 10,000 under 18 in the area (24 of 4,800)" in known
    assert lacks not in known


def charts(content: Content) -> dict[str, str]:
    """The words of each chart, by the title of its picture."""
    return {one.title: one.chart.alt for part in content.parts if isinstance(part, Pictures)
            for one in part.shown}  # fmt: skip


def test_charts_of_reviews_on_time_have_the_standard_where_one_is_in_force(
    whole: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = load_world(small_service.full(), as_at=small_service.AS_AT)

    def quarter() -> dict[str, str]:
        asked = engine, SERVICE_VIEWER, info_of(engine), Quarter(2026, 2)
        return charts(quarterly_report(*asked, shareable=False).content)

    assert "The standard is 95%." in charts(whole.content)["On time, month by month"]
    assert "The standard is 95%." in quarter()["On time, of reviews due"]
    assert "The standard is" not in quarter()["Children taking part"], "its two lines have two standards"
    monkeypatch.setitem(TARGETS, "reviews_due_on_time", ())
    assert "The standard is" not in quarter()["On time, of reviews due"]


def test_every_source_that_a_definition_cites_is_named(whole: Document) -> None:
    cites = " ".join(str(row[2]) for row in table(whole.content, "Definitions").rows)
    *_, named = [part.text for part in whole.content.parts if isinstance(part, Paragraph) and part.quiet]
    for code in re.findall(r"\bS\d\b|\b903\b|\bHandbook\b", cites):
        assert f"{code}: " in named
    assert "domain.md" not in cites


def test_it_has_the_sections_that_the_handbook_asks_for_in_order(whole: Document) -> None:
    sections = [part.text for part in whole.content.parts if isinstance(part, Heading) and part.level == 1]
    assert sections == [
        "Summary", "The service", "The children", "Reviews on time", "Participation of children",
        "Parents and family", "The IRO footprint", "The steps around a review", "Dispute resolution",
        "Audits", "Complaints, compliments and advocacy", "Pathway reviews and letters to children",
        "Resources", "The year to come",
        "Appendix: what the numbers mean",
    ]  # fmt: skip
    assert len([part for part in whole.content.parts if isinstance(part, ToWrite)]) >= 8


def test_its_numbers_are_those_of_the_measures(whole: Document) -> None:
    assert whole.content.answer.startswith(
        "590 reviews were held in the year. 99.2% of reviews held and 99.2% of reviews due were on time, and "
        "97.5% of children had every review on time."
    )
    (every,) = [one for one in figures(whole.content) if one.label == "Of children, every review"]
    assert (every.value, every.lines[0]) == ("97.5%", "194 of 199")
    said = [part for part in whole.content.parts if getattr(part, "text", "").endswith("266 children.")]
    assert len(said) == 1


def test_the_message_about_what_is_published_does_not_offer_every_child(published: Document) -> None:
    assert b"a workbook to sort and filter (Excel)" in published.eml.replace(b"=\r\n", b"")


def test_what_is_hidden_is_left_out_of_the_sentence_that_is_read_aloud() -> None:
    assert report_of(small_service.full(), shareable=True).answer == (
        "24 reviews were held in the year. 100.0% of reviews held were on time. Children were at 100.0% (24 "
        "of 24) of their reviews, and children's views were conveyed at 100.0% (24 of 24) of their reviews."
    )


def test_the_tables_of_children_are_those_that_were_published(whole: Document) -> None:
    placed = {
        row[0]: row[1:] for row in table(whole.content, "Placements inside the authority and outside").rows
    }
    assert placed["Foster: other carer"][:2] == ("50", "72")
    assert "38% 10 to 15, " in table(whole.content, "Age and sex").said
    legal = {row[0]: row[1:3] for row in table(whole.content, "Legal status").rows}
    assert legal["Section 20"] == ("84", "40.4%")
    assert legal["All"] == ("208", "")


def test_five_children_with_a_late_review_are_not_told_when_it_is_published(published: Document) -> None:
    (every,) = [one for one in figures(published.content) if one.label == "Of children, every review"]
    assert every.value == "c"
    assert "97.5" not in str(published.content)
    assert "194 of 199" not in str(published.content)


def test_no_table_that_is_published_holds_a_count_of_one_to_five(
    published: Document, whole: Document
) -> None:
    def few(content: Content) -> list[str]:
        return [cell for cell in cells(content) if re.fullmatch(r"[1-5]", cell)]

    assert few(whole.content), "there is something to hide"
    assert few(published.content) == []
    rates = [re.search(r"\(([\d,]+) of ([\d,]+)\)", cell) for cell in cells(published.content)]
    left = [int(one[2].replace(",", "")) - int(one[1].replace(",", "")) for one in rates if one]
    assert not [rest for rest in left if 1 <= rest <= 5]
    assert "For publication" in published.content.handling
    assert "inside children's services" in whole.content.handling


def test_no_small_number_of_children_can_be_worked_out_from_two_tables_together(
    published: Document, whole: Document
) -> None:
    """Each hidden number of the children's tables can be another in some world where all the sums hold."""
    hidden, sums = hidden_and_sums(published.content)
    assert hidden
    order = sorted(hidden)
    matrix = [[float(parts.get(cell, 0)) for cell in order] for parts, _ in sums]
    left = [float(rest) for _, rest in sums]
    for place, cell in enumerate(order):
        aim = [float(other == place) for other in range(len(order))]
        ends = [
            linprog([sign * one for one in aim], A_eq=matrix, b_eq=left, bounds=(1, None)).fun * sign
            for sign in (1, -1)
        ]
        assert ends[1] - ends[0] >= 1, f"{cell} can be worked out"


COARSER = {"Foster: relative or friend": "Foster", "Foster: other carer": "Foster",
           "Secure children's home": "Secure or children's home",
           "Children's home": "Secure or children's home"}  # fmt: skip


def hidden_and_sums(content: Content) -> tuple[set[str], list[tuple[dict[str, int], int]]]:
    """The hidden cells of the tables that count the children, and what adds up: hidden parts, and to what."""
    shown: dict[str, str] = {}
    equal: list[tuple[list[str], str]] = []
    for title in ("Age and sex", "Placements inside the authority and outside"):
        found = table(content, title)
        down, over = [str(row[0]) for row in found.rows], found.headings[1:]
        for row in found.rows:
            shown |= {f"{title}/{row[0]}/{head}": str(row[at]) for at, head in enumerate(over, 1)}
        for name in down:
            equal.append(
                ([f"{title}/{name}/{head}" for head in over if head != "All"], f"{title}/{name}/All")
            )
        for head in over:
            equal.append(
                ([f"{title}/{name}/{head}" for name in down if name != "All"], f"{title}/All/{head}")
            )
    for title in ("Placement", "Ethnicity", "Legal status", "Unaccompanied asylum-seeking children"):
        rows = {str(row[0]): str(row[1]) for row in table(content, title).rows}
        shown |= {f"{title}/{name}": number for name, number in rows.items()}
        equal.append(([f"{title}/{name}" for name in rows if name != "All"], f"{title}/All"))
    for name in [name.removeprefix("Placement/") for name in shown if name.startswith("Placement/")]:
        fine = [f"Placements inside the authority and outside/{one}/All" for one in COARSER.keys() | {name}]
        parts = [one for one in fine if one in shown and COARSER.get(one.split("/")[1], name) == name]
        if name != "All" and parts:
            equal.append((parts, f"Placement/{name}"))
    hidden = {cell for cell, number in shown.items() if number == "c"}
    sums = []
    for each, total in equal:
        signs = {cell: 1 for cell in each if cell in hidden} | ({total: -1} if total in hidden else {})
        told = sum(int(shown[cell].replace(",", "")) for cell in each if cell not in hidden)
        whole = 0 if total in hidden else int(shown[total].replace(",", ""))
        if signs:
            sums.append((signs, whole - told))
    return hidden, sums


def test_it_opens_in_word_with_every_section_and_in_excel_with_every_table(published: Document) -> None:
    document = docx.Document(io.BytesIO(published.docx))
    headings = [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 1"]
    assert "The children" in headings
    assert "Appendix: what the numbers mean" in headings
    book = CalamineWorkbook.from_filelike(io.BytesIO(published.xlsx))
    assert {one.sheet for one in published.content.tables} <= set(book.sheet_names)


def test_in_excel_counts_and_shares_are_numbers_and_the_figures_stand_on_the_first_sheet(
    whole: Document,
) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(whole.xlsx))
    legal = {row[0]: row[1:3] for row in book.get_sheet_by_name("Legal status").to_python()}
    assert legal["Section 20"] == [84, 0.404]
    assert legal["All"] == [208, ""]
    summary = {row[0]: row[1:] for row in book.get_sheet_by_name("Summary").to_python()}
    assert summary["Reviews on time: Of children, every review"] == [
        0.975, "194 of 199 · on Sat 31 Mar 2012 · standard: at least 95% · ● meets the standard",
    ]  # fmt: skip
    assert {one.label for one in figures(whole.content)} <= {name.split(": ")[-1] for name in summary}


def test_what_the_data_cannot_say_is_said_and_not_zero(whole: Document) -> None:
    text = str(whole.content)
    assert "No file of the kind escalations has been loaded" in text
    assert "What this data cannot say" in text


@pytest.mark.parametrize("text", ["2011", "2011-13", "11-12", "2011/12"])
def test_what_is_no_year_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 2025-26"):
        year_named(text)


def test_a_year_that_is_not_in_the_data_is_refused(store: Engine, info: AuthorityInfo) -> None:
    with pytest.raises(NotInData, match=r"ends on Sat 31 Mar 2012. Ask for an earlier year"):
        annual_report(store, SERVICE_VIEWER, info, 2012)


def test_a_year_or_quarter_before_the_data_begin_is_refused(store: Engine, info: AuthorityInfo) -> None:
    with pytest.raises(NotInData, match=r"The year from Mon 1 Apr 1901 is not in the data, which begins on"):
        annual_report(store, SERVICE_VIEWER, info, 1901)
    with pytest.raises(NotInData, match=r"The quarter from Mon 1 Apr 1901 .* which begins on"):
        quarterly_report(store, SERVICE_VIEWER, info, Quarter(1901, 1))


def test_a_return_without_its_reviews_has_no_report_on_them_and_says_what_to_load(tmp_path: Path) -> None:
    (tmp_path / "header.csv").write_text("CHILD,DOB,ETHNIC\n1,01/05/2012,WBRI\n")
    (tmp_path / "episodes.csv").write_text("CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n1,10/05/2025,S,C2,U4,,\n")
    engine = open_store("sqlite://")
    load(engine, [tmp_path], derivation=derivation(), as_at=date(2026, 3, 31))
    info = info_of(engine)
    says = "The statutory return was loaded without its Reviews. Load them"
    with pytest.raises(NotInData, match=says):
        annual_report(engine, SERVICE_VIEWER, info, 2025)
    with pytest.raises(NotInData, match=says):
        quarterly_report(engine, SERVICE_VIEWER, info, Quarter(2025, 4))


def test_a_year_that_goes_on_is_said_to_be_so_far(tmp_path: Path) -> None:
    engine = open_store(f"sqlite:///{tmp_path}/early.sqlite")
    load(engine, [CENTRAL_BEDFORDSHIRE], derivation=derivation(), as_at=date(2011, 12, 31), force=True)
    early = info_of(engine)
    document = annual_report(engine, SERVICE_VIEWER, early, 2011)
    assert document.content.title.endswith("2011-12, so far, to Sat 31 Dec 2011")


# The quarterly report


def test_a_quarter_stands_beside_the_one_before_and_the_same_a_year_before(
    store: Engine, info: AuthorityInfo
) -> None:
    document = quarterly_report(store, SERVICE_VIEWER, info, Quarter(2011, 4), shareable=False)
    shown = table(document.content, "Every headline figure")
    assert [shown.headings[place] for place in (2, 5, 6)] == [
        "Jan to Mar 2012", "Oct to Dec 2011", "Jan to Mar 2011",
    ]  # fmt: skip
    assert shown.headings[4] == "Since the quarter before"
    (due,) = [row for row in shown.rows if row[0] == "Reviews held on time, of those due"]
    assert re.fullmatch(r"100.0% \((\d+) of \1\)", str(due[2]))
    assert document.name == "2011-12 Q4 quarterly report whole"


def test_a_figure_of_the_quarter_per_full_time_month_has_its_counts_beside_it() -> None:
    engine = load_world(small_service.full(), as_at=small_service.AS_AT)
    info = info_of(engine)
    content = quarterly_report(engine, SERVICE_VIEWER, info, Quarter(2026, 2), shareable=False).content
    (midway,) = [row for row in table(content, "Every headline figure").rows if "Midway" in str(row[0])]
    assert midway[2] == "13.3 (24 in 1.8 FTE)"


def test_a_published_quarter_hides_small_numbers_in_table_and_sentences(
    store: Engine, info: AuthorityInfo
) -> None:
    """Five first reviews were late in the quarter from April 2011."""
    first = Quarter(2011, 1)
    whole = quarterly_report(store, SERVICE_VIEWER, info, first, shareable=False)
    published = quarterly_report(store, SERVICE_VIEWER, info, first)
    (told,) = [row[2] for row in table(whole.content, "Every headline figure").rows if "First" in str(row[0])]
    (hidden,) = [
        row[2] for row in table(published.content, "Every headline figure").rows if "First" in str(row[0])
    ]
    assert re.search(r"\d+ of \d+", str(told))
    assert hidden == "c"
    assert str(told) not in str(published.content)
