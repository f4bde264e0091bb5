"""Every page through the router, on a full store, an empty one and one with the statutory return alone."""

from __future__ import annotations

import json
import re
from datetime import date
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from data_access.store.opening import open_store
from pages import SECTIONS
from pages.frame.frame import FAULT
from pages.weekly.overview import answer as this_week
from standards.wording import LATEST
from tests import screens, small_service
from tests.doors import load_world
from tests.screens import said

PAGES = {page.question: page.file for pages in SECTIONS.values() for page in pages}


@pytest.fixture(scope="module")
def stores(tmp_path_factory) -> dict[str, str]:
    """The URL of each kind of store."""
    folder = tmp_path_factory.mktemp("stores")
    kinds = ("full", "empty", "return", "no reviews", "two", "bare")
    urls = {name: f"sqlite:///{folder / name}.sqlite" for name in kinds}
    engines = {name: open_store(url) for name, url in urls.items()}
    load_world(small_service.full(), as_at=small_service.AS_AT, engine=engines["full"])
    small_service.load_return(urls["return"], folder)
    small_service.load_return(urls["no reviews"], folder, "header.csv", "episodes.csv")
    for authority in ("Avon", "Borsetshire"):
        load_world(
            small_service.full(), as_at=small_service.AS_AT, engine=engines["two"], authority=authority
        )
    load_world(small_service.bare(), as_at=small_service.AS_AT, engine=engines["bare"])
    for engine in engines.values():
        engine.dispose()
    return urls


@pytest.fixture
def opened(stores, monkeypatch):
    """A function that opens one page of the dashboard on one kind of store."""

    def open_page(question: str, store: str = "full", **query: str) -> AppTest:
        monkeypatch.setenv("IRO_STORE_URL", stores[store])
        app = screens.opened(PAGES[question], **query)
        assert app.title[0].value == question
        return app

    return open_page


def test_this_week_says_what_is_overdue_and_in_which_team(opened):
    words = said(opened("What needs me this week?"))
    assert "3 reviews are overdue" in words
    assert "2 of them are in Children in care 1" in words
    assert "2 reviews due in the next 20 working days have no booking" in words
    assert "1 child has no IRO" in words


def test_this_week_counts_a_review_booked_after_it_is_due(opened):
    assert "Booked too late 1" in said(opened("What needs me this week?"))


def test_the_rows_behind_a_number_are_as_many_as_the_number(opened):
    app = opened("What is behind this number?", measure="reviews_overdue", part="numerator")
    assert "3 children" in said(app)
    assert set(app.dataframe[0].value["Child"]) == small_service.OVERDUE


@pytest.mark.parametrize("measure", ["reviews_overdue", "caseload_per_fte", "escalations_open_over_20_days"])
def test_no_period_stands_over_the_rows_of_a_number_that_is_counted_as_at_a_day(opened, measure):
    app = opened("What is behind this number?", measure=measure)
    assert "Period" not in [box.label for box in app.selectbox]
    assert "**LOCAL** · as at Fri 20 Nov 2026 · last load" in said(app)


@pytest.mark.parametrize("measure", ["reviews_held", "children_all_reviews_on_time"])
def test_the_period_stands_over_the_rows_of_a_number_that_it_or_its_end_changes(opened, measure):
    app = opened("What is behind this number?", measure=measure)
    assert "Period" in [box.label for box in app.selectbox]
    assert "**LOCAL** · 1 Nov 2025 to 31 Oct 2026 · as at Fri 20 Nov 2026" in said(app)


def test_the_rows_of_one_team_are_those_of_that_team(opened):
    app = opened(
        "What is behind this number?", measure="reviews_overdue", part="numerator", by="team", group="T2"
    )
    assert set(app.dataframe[0].value["Child"]) == {"C01"}


def test_the_page_of_rows_says_what_to_choose_when_nothing_is_chosen(opened):
    words = said(opened("What is behind this number?"))
    assert "Choose a number" in words


@pytest.mark.parametrize("wrong", [{"measure": "no_such"}, {"measure": "reviews_overdue", "part": "x"}])
def test_a_link_that_names_no_measure_gets_the_same_help(opened, wrong):
    words = said(opened("What is behind this number?", **wrong))
    assert "Choose a number" in words


def test_footprint_names_who_is_within_the_range(opened):
    words = said(opened("What footprint does each IRO leave?"))
    assert "3 IROs" in words
    assert "for each full-time month" in words


def test_a_month_before_anything_was_on_record_is_empty_and_not_zero(opened):
    app = opened("What footprint does each IRO leave?", period="2026-27 Q2")
    assert "Midway reviews: on record from Aug 2026 on. The period begins before that" in said(app)
    midway = app.dataframe[0].value
    assert set(midway["Jul 2026"]) == {""}
    assert "" not in set(midway["Sep 2026"]), "an IRO who did none in a month on record has a zero"


def test_a_period_before_anything_was_on_record_tells_no_footprint(opened):
    app = opened("What footprint does each IRO leave?", period="2025-26 Q3")
    assert "Nobody's footprint can be told for 2025-26 Q3" in said(app)
    assert "on record from Aug 2026 on. What was done before cannot be told" in said(app)
    assert not app.metric


def test_every_rate_of_an_iro_stands_with_its_counts(opened):
    app = opened("What footprint does each IRO leave?")
    children = next(table.value for table in app.table if "Looked at in six weeks" in table.value)
    assert all(" of " in cell.replace("\u00a0", " ") for cell in children["Looked at in six weeks"])


def test_timeliness_shows_three_bases_with_their_counts(opened):
    app = opened("Are reviews on time?")
    labels = [metric.label for metric in app.metric]
    assert labels[:3] == ["Of reviews held", "Of reviews due", "Of children, every review"]
    assert "3 overdue now" in said(app)
    assert "Since Wed 1 Apr 2026, " in said(app)


def test_timeliness_says_where_the_reasons_lie_and_how_many_have_none(opened):
    app = opened("Are reviews on time?")
    assert "Why they were late" in said(app)
    assert "late, overdue or never held" in said(app)
    (why,) = [chart for chart in app.get("plotly_chart") if "where the reason lies" in chart.proto.alt]
    assert "No reason recorded" in why.proto.alt


def test_steps_say_which_is_furthest_behind_with_its_counts(opened):
    words = said(opened("Were the steps on time?"))
    assert "The record was furthest behind: 45 of 48 reviews on time and 3 late." in words
    assert "Then came the report: 46 of 48 reviews on time, 1 late and 1 missing." in words
    assert "5 of the 7 steps with a standard met it." in words


def links_to_rows(app: AppTest) -> dict[str, dict[str, list[str]]]:
    """What is written on each link to the rows behind a number, and what it asks."""
    links = [link.proto for link in app.get("page_link")]
    return {link.label: parse_qs(link.query_string) for link in links if "measure=" in link.query_string}


def test_the_numbers_of_a_step_lead_to_exactly_their_rows(opened):
    app = opened("Were the steps on time?", step="Report")
    found = links_to_rows(app)
    for label, children in (
        ("The 1 late", small_service.REPORT_LATE),
        ("The 1 missing", small_service.REPORT_MISSING),
        ("Report (2)", small_service.REPORT_LATE | small_service.REPORT_MISSING),
        ("Children in care 1 (1)", small_service.REPORT_MISSING),
    ):
        asked = {name: values[0] for name, values in found[label].items()}
        rows = opened("What is behind this number?", **asked).dataframe[0].value
        assert set(rows["Child"]) == children
        assert len(rows) == len(children)


def test_a_step_can_be_looked_at_by_iro_in_the_order_of_names(opened):
    app = opened("Were the steps on time?", step="Report", breakdown="IRO")
    words = said(app)
    assert "Report by IRO" in words
    assert "It is the social work team's step" in words
    (chart,) = [one.proto.alt for one in app.get("plotly_chart") if "report by IRO" in one.proto.alt]
    assert chart.index("Amara Obi") < chart.index("Ben Carter") < chart.index("Chris Dunn")
    assert "Amara Obi (standard 100%): 13 on time, 1 late, 0 missing of 14" in chart


def test_a_month_whose_letters_are_not_all_owed_yet_is_told_and_not_drawn(opened):
    """Seen from 25 June a letter after a review of 30 May may still go out in time; those that did count."""
    words = said(opened("Were the steps on time?", as_at="2026-06-25", step="Letter to the child"))
    assert "Not all steps of May 2026 are owed yet" in words
    assert "The line stops before." in words
    app = opened("Were the steps on time?", as_at="2026-06-30", step="Letter to the child")
    assert "are owed yet" not in said(app)
    assert "are owed yet" not in said(
        opened("Were the steps on time?", as_at="2026-06-25", step="Invitations")
    )


def test_midway_reviews_that_are_late_are_listed(opened):
    app = opened("Were the steps on time?", as_at="2026-08-01")
    assert "Late now 3" in said(app)
    assert set(app.dataframe[0].value["Child"]) == small_service.OVERDUE
    assert "Done late 3" in said(opened("Were the steps on time?")), "they were done in August"


def test_steps_that_the_extract_leaves_out_are_not_blamed_on_anyone(opened):
    app = opened("Were the steps on time?", "bare")
    words = said(app)
    assert "Nothing at all is recorded in this period of the social worker's visit, the report," in words
    assert [metric.label for metric in app.metric] == ["Invitations"], "no 0% of what is not recorded"
    assert "The invitations were furthest behind: 3 of 48 reviews on time and 45 missing" in words
    assert app.button_group(key="breakdown").options == ["Kind of review"], "neither teams nor IROs are known"


def test_a_period_without_reviews_says_so(opened):
    words = said(opened("Were the steps on time?", period="September 2026"))
    assert "No review was held and no child came into care from 1 Sep 2026 to 30 Sep 2026" in words


def test_the_return_alone_cannot_tell_of_steps_and_says_why(opened):
    app = opened("Were the steps on time?", "return")
    assert "This data cannot say whether the steps around a review were on time" in said(app)
    assert "**Report**: The statutory return (SSDA903) does not hold this." in said(app)
    assert not app.metric


def test_links_carry_a_period_chosen_before_though_its_widget_was_forgotten_on_a_page_without_it(opened):
    app = opened("Are reviews on time?", period="2025-26")
    app.switch_page(PAGES["What needs me this week?"]).run()
    del app.session_state["period"]
    screens.shown(app.run())
    links = [parse_qs(link.proto.query_string) for link in app.get("page_link") if link.proto.query_string]
    assert links
    assert all(link["period"] == ["2025-26"] for link in links)


def test_filtering_by_team_changes_the_numbers(opened):
    every = opened("Are reviews on time?")
    one = opened("Are reviews on time?", team="Children in care 2")
    assert said(every) != said(one)
    assert one.selectbox(key="team").value == "T2"


def test_a_past_day_is_said_to_be_past(opened):
    words = said(opened("What needs me this week?", as_at="2026-10-01"))
    assert "how things stood on Thu 1 Oct 2026" in words
    assert "No review is overdue" in words


def test_the_rows_of_a_check_can_be_linked_to(opened):
    whole = opened("What data is this?")
    (rule, *_) = next(box for box in whole.selectbox if box.label == "Show the rows of a check").options
    app = opened("What data is this?", check=rule)
    assert f"The rows of check {rule}" in [table.proto.alt for table in app.dataframe]
    assert len(app.dataframe) > len(whole.dataframe)


def test_the_data_page_says_what_was_loaded(opened):
    words = said(opened("What data is this?"))
    assert "as at Fri 20 Nov 2026" in words


def test_the_definitions_page_prints_every_measure(opened):
    from metrics.measures import CATALOGUE

    app = opened("What do the numbers mean?")
    words = said(app)
    for theme in app.selectbox(key="theme").options[1:]:
        words += said(app.selectbox(key="theme").select(theme).run())
    assert not [key for key, measure in CATALOGUE.items() if measure.paper(LATEST).definition not in words]


def test_a_fault_is_said_in_a_readers_words_and_tells_of_no_child(opened, monkeypatch, caplog):
    opened("What needs me this week?")

    def odd(_view):
        raise ValueError("C00 is odd")

    monkeypatch.setattr(this_week, "this_week", odd)
    app = AppTest.from_file(str(screens.ROOT / "dashboard.py"), default_timeout=120).run()
    assert [title.value for title in app.title] == ["What needs me this week?"]
    (fault,) = app.error
    assert fault.value.startswith(FAULT)
    assert "Reload the page" in fault.value
    assert not app.exception
    assert "C00" not in said(app)
    assert "The first page could not be drawn" in caplog.text
    with pytest.raises(AssertionError, match="see what was logged"):
        screens.shown(app)


@pytest.mark.parametrize("question", PAGES)
def test_an_empty_store_gets_help_and_not_an_error(opened, question):
    app = opened(question, "empty")
    if question != "What do the numbers mean?":
        assert "There is no data yet" in said(app)
        assert [button.label for button in app.button] == ["Load the invented authority"]


def test_the_button_on_an_empty_store_loads_the_invented_authority(tmp_path, monkeypatch):
    monkeypatch.setenv("IRO_STORE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    app = screens.opened(PAGES["What needs me this week?"], patience=300)
    app = screens.shown(app.button[0].click().run())
    assert app.metric[0].label.endswith("Reviews overdue")


@pytest.mark.parametrize("question", PAGES)
def test_the_statutory_return_alone_gets_words_and_not_zeros(opened, question):
    app = opened(question, "return")
    assert all(box.key not in ("iro", "team") for box in app.selectbox), "no filter that filters nothing"


COUNTED_ANYWAY = ("Who is looked after?", "What do the numbers mean?")
"""The pages that say true counts of nought without any review."""


@pytest.mark.parametrize("question", [question for question in PAGES if question not in COUNTED_ANYWAY])
def test_a_return_without_its_reviews_gets_words_and_not_zeros(opened, question):
    words = said(opened(question, "no reviews"))
    assert not re.search(r"\b0 (of|reviews|children)\b|\bnan\b|%", words)


def test_a_return_without_its_reviews_is_never_said_to_need_nothing(opened):
    words = said(opened("What needs me this week?", "no reviews"))
    assert "What needs you this week cannot be told" in words
    assert "The statutory return was loaded without its Reviews" in words
    assert "overdue" not in words.lower().replace("**reviews overdue**: the statutory return", "")


@pytest.mark.parametrize("question", ["Are reviews on time?", "What changed this quarter?"])
def test_a_page_about_reviews_says_that_they_were_not_loaded(opened, question):
    assert "The statutory return was loaded without its Reviews" in said(opened(question, "no reviews"))


def test_the_return_alone_cannot_tell_a_footprint_and_says_so(opened):
    words = said(opened("What footprint does each IRO leave?", "return"))
    assert "names no IROs" in words
    assert not opened("What footprint does each IRO leave?", "return").metric


def test_the_return_alone_still_tells_who_is_overdue(opened):
    words = said(opened("What needs me this week?", "return"))
    assert "Nothing is missing" not in words, "the return does not hold the steps"
    assert "4 reviews are overdue" in words, "the three, and the first review of the child new in April"
    assert "**Due soon, not booked**: The statutory return (SSDA903) does not hold this." in words


def test_the_return_alone_tells_changes_of_what_is_overdue_and_nothing_of_bookings(opened):
    changes = [metric.label for metric in opened("What needs me this week?", "return").metric]
    assert {"Newly overdue", "No longer overdue", "Overdue for more than two weeks"} <= set(changes)
    tracker = opened("Which reviews are late or at risk?", "return")
    offered = next(box.options for box in tracker.selectbox if box.label == "Since last week")
    assert offered == [
        "Changed or not",
        "Newly overdue",
        "No longer overdue",
        "Overdue for more than two weeks",
    ]
    assert "Newly overdue or booked late" in [
        metric.label for metric in opened("What needs me this week?").metric
    ]


def test_the_return_alone_does_not_say_that_no_iro_has_a_week_with_too_many(opened):
    words = said(opened("What needs me this week?", "return"))
    assert "Whether a week holds too many cannot be told: the data hold no hours of IROs." in words
    assert "a week with too many" not in words
    assert "a week with too many" in said(opened("What needs me this week?"))


def test_the_return_alone_says_of_no_review_that_it_is_booked_late_or_not_booked(opened):
    app = opened("Which reviews are late or at risk?", "return")
    (answer,) = [one.value for one in app.markdown if one.value.startswith("#####")]
    assert "4 reviews are overdue" in answer
    assert "booked" not in answer
    assert "Whether a review is booked" in said(app)


def test_several_authorities_are_offered_and_kept_apart(opened):
    app = opened("What needs me this week?", "two")
    assert app.selectbox(key="authority").options == ["Avon", "Borsetshire"]


@pytest.mark.parametrize("question", PAGES)
def test_every_chart_has_words(opened, question):
    query = {"measure": "reviews_overdue", "part": "numerator"} if "behind" in question else {}
    app = opened(question, **query)
    charts = app.get("plotly_chart")
    assert all(chart.proto.alt for chart in charts)
    if question in ("Are reviews on time?", "Were the steps on time?", "What footprint does each IRO leave?"):
        assert charts


def test_periods_start_and_end_on_whole_months_and_never_pass_the_day():
    from pages.frame.filters import periods

    found = periods(date(2026, 11, 20))
    assert found["Last 12 months"] == (date(2025, 11, 1), date(2026, 10, 31))
    assert found["This year so far"] == (date(2026, 4, 1), date(2026, 11, 20))
    assert found["2025-26"] == (date(2025, 4, 1), date(2026, 3, 31))
    assert found["2025-26 Q4"] == (date(2026, 1, 1), date(2026, 3, 31))
    assert all(end <= date(2026, 11, 20) for _, end in found.values())
    assert periods(date(2026, 3, 31))["Last 12 months"] == (date(2025, 4, 1), date(2026, 3, 31))


def test_a_worked_example_of_a_whole_year_is_printed_by_its_first_rows(opened):
    app = opened("What do the numbers mean?")
    (text,) = [
        one.value
        for one in app.selectbox(key="theme").select("Footprint").run().markdown
        if "Croydon's benchmark" in str(one.value)
    ]
    assert "**645 of 132, 4.9**" in text
    assert "**645 of 168, 3.8**" in text
    assert "- Activities: and 643 more like these" in text
    assert "None" not in text, "a blank is left out"
    assert text.count("\n") < 80


LATE_PERIOD = {"period": "This year so far", "breakdown": "IRO"}


def test_iros_stand_by_name_and_unjudged_where_reviews_were_late(opened):
    app = opened("Are reviews on time?", **LATE_PERIOD)
    (chart,) = [one.proto for one in app.get("plotly_chart") if "on time by IRO" in one.proto.alt]
    assert chart.alt.index("Amara Obi") < chart.alt.index("Ben Carter") < chart.alt.index("Chris Dunn")
    (bars,) = json.loads(chart.spec)["data"]
    assert len(set(bars["marker"]["color"])) == 1, "no IRO's bar is coloured for lateness"
    words = said(app)
    assert "Lowest" not in words
    assert "3 of 27 reviews not on time, by IRO" in words
    links = [label for label in links_to_rows(app) if label[-1] == ")"]
    assert links == sorted(links)


def test_where_the_reasons_lie_stands_beside_each_iro(opened):
    app = opened("Are reviews on time?", **LATE_PERIOD)
    (table,) = [one.value for one in app.table if "No reason recorded" in one.value]
    assert list(table["IRO"]) == ["Amara Obi", "Ben Carter", "Chris Dunn"]
    assert list(table["No reason recorded"]) == ["1", "1", "1"]


@pytest.mark.parametrize(
    "asked",
    [
        {"measure": "reviews_overdue"},
        {"measure": "reviews_due_on_time", "part": "shortfall", "period": "This year so far"},
    ],
    ids=lambda asked: asked["measure"],
)
def test_every_late_review_that_is_listed_says_where_its_reason_lies_or_that_it_has_none(opened, asked):
    rows = opened("What is behind this number?", **asked).dataframe[0].value
    assert set(rows["Reason for lateness"]) == {"No reason recorded"}
    assert len(rows) == 3


def test_the_numbers_of_lateness_lead_to_the_rows_that_somebody_has_to_look_at(opened):
    app = opened("Are reviews on time?", period="This year so far")
    (asked,) = [ask for label, ask in links_to_rows(app).items() if label == "3 reviews without a reason"]
    asked = {name: one for name, (one,) in asked.items()} | {"period": "This year so far"}
    rows = opened("What is behind this number?", **asked)
    assert set(rows.dataframe[0].value["Child"]) == small_service.OVERDUE


def test_one_month_alone_is_said_in_words_with_its_counts_and_not_drawn(opened):
    app = opened("Are reviews on time?", period="May 2026")
    assert "May 2026 is the only month with anything to show" in said(app)
    assert "of reviews held 100.0% (21 of 21)" in said(app).replace("\u00a0", " ")
    assert not [one for one in app.get("plotly_chart") if one.proto.alt.startswith("Line chart")]


def test_this_week_leads_from_who_was_not_there_to_the_page_that_says_why(opened):
    app = opened("What needs me this week?", as_at="2026-02-20")
    assert "19 children were not at their review, 19 of them without a reason recorded:" in said(app)
    links = [link.proto.label for link in app.get("page_link")]
    assert links.count("Did children take part?") == 2, "in the menu, and beneath the list"


def test_the_return_alone_has_codes_but_neither_reasons_nor_contacts_and_says_so(opened):
    words = said(opened("Did children take part?", "return", period="This year so far"))
    assert "Children were at" in words
    assert "**Absences with a reason**: The statutory return (SSDA903) does not hold this." in words
    assert "**Whether the IRO met a child about then**: The statutory return" in words
    assert "no reason recorded" not in words


def test_the_return_alone_cannot_tell_who_is_placed_outside_and_shows_no_nought(opened):
    labels = [metric.label for metric in opened("Who is looked after?", "return").metric]
    assert "Looked after" in labels
    assert "Placed outside the authority" not in labels
