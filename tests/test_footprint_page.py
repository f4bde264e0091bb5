"""What footprint does each IRO leave: by month, over time, compared; and limits that somebody starts anew."""

from __future__ import annotations

from datetime import UTC, date, datetime

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.recorded.entries import Entry, EntryKind, entries, keep
from data_access.store.opening import open_store
from pages.frame import frame
from tests import small_service
from tests.screens import alts, opened, press, said

PAGE = "pages/footprint/service/page.py"


def recorded(url: str) -> list[Entry]:
    return entries(open_store(url), SERVICE_VIEWER, "LOCAL", kinds=[EntryKind.REBASE])


def rebase(url: str, month: date, why: str) -> Entry:
    entry = Entry("LOCAL", None, EntryKind.REBASE, month, code="case_notes_per_fte_month", said=why)
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    return keep(open_store(url), SERVICE_VIEWER, entry, by="Manager", at=at)


# -- by IRO and month


def test_reviews_chaired_stand_against_reviews_due_and_nobody_is_marked_for_them(full):
    app = opened(PAGE, work="Reviews held against due")
    assert "after duty cover or a change of IRO the two differ" in said(app)
    months = app.dataframe[0].value.set_index("IRO")
    # C01, C04 ... C22 are Ben Carter's: on 30 May all of his but C01 (overdue) were reviewed.
    assert months.loc["Ben Carter", "May 2026"].split(" / ")[0] == "7"
    assert not any(shape in cell for cell in months.to_numpy().ravel() for shape in "▲▼")
    assert "Ben Carter: 16 chaired, " in alts(app)


def test_each_iros_figures_stand_beside_what_they_were_counted_from(full):
    tables = [one.value.set_index("IRO") for one in opened(PAGE).table if "IRO" in one.value]
    work = next(one for one in tables if "FTE months" in one)
    children = next(one for one in tables if "Children per FTE" in one)
    assert work.loc["Ben Carter", ["FTE months", "Case notes"]].tolist() == ["2.4", "29.2\u00a0▼ (70)"]
    assert children.loc["Ben Carter", "Children per FTE"] == "40.0\u00a0▼ (8\u00a0for\u00a00.2)"


def test_iros_stand_in_the_order_of_their_names_everywhere(full):
    app = opened(PAGE)
    names = list(small_service.IROS.values())
    assert list(app.dataframe[0].value["IRO"]) == names
    links = [link.proto.label for link in app.get("page_link")]
    assert [label for label in links if label in names] == names, "to each one's own page"
    not_looked_at = [label.rsplit(" (", 1)[0] for label in links if " (" in label]
    not_looked_at = [name for name in not_looked_at if name in names]
    assert not_looked_at
    assert not_looked_at == sorted(not_looked_at), "to the children behind a number"


def test_every_iros_months_stand_on_one_scale(full):
    (lines,) = [alt for alt in alts(opened(PAGE)).splitlines() if alt.startswith("Small line charts")]
    assert "all on a scale from 0 to" in lines
    assert all(name in lines for name in small_service.IROS.values())


# -- over time


def test_few_months_on_record_are_trial_limits_and_claim_nothing(full):
    words = said(opened(PAGE))
    assert "The service over time, Nov 2024 to Oct 2026" in words
    assert "The limits rest on 3 of the 12 months they need" in words, "midway reviews since August"
    assert "Improvement" not in words


def test_every_control_chart_has_its_line_on_how_to_read_it(full):
    app = opened(PAGE)
    charts = [alt for alt in alts(app).splitlines() if alt.startswith("Control chart")]
    assert len(charts) == said(app).count("How to read it: the middle line is the average") == 4


def test_what_looks_back_over_half_a_year_has_no_limits_and_says_why(full):
    words = said(opened(PAGE))
    assert "neighbouring months share most of their days" in words
    assert not [alt for alt in alts(opened(PAGE)).splitlines() if "Control chart of children at each" in alt]


def test_limits_that_somebody_started_anew_are_shown_with_their_reason(full):
    rebase(full, date(2026, 5, 1), "A new form for notes")
    app = opened(PAGE)
    assert "New limits from May 2026: A new form for notes." in alts(app)
    assert "Limits that start anew (1)" in [one.label for one in app.expander]
    assert "Recorded by Manager" in said(app)


def test_a_manager_starts_limits_anew_and_takes_it_back(full):
    app = opened(PAGE)
    app.text_input(key="me").input("Practice manager").run()
    app.selectbox(key="rebase_chart_0").select("case_notes_per_fte_month")
    app.selectbox(key="rebase_month_0").select("2026-05")
    app.text_area(key="rebase_why_0").input("Two more IROs")
    app = press(app, "Start the limits anew")
    assert "Saved: new limits from May 2026." in said(app)
    (kept,) = recorded(full)
    assert (kept.recorded_by, kept.about_on, kept.said) == (
        "Practice manager", date(2026, 5, 1), "Two more IROs",
    )  # fmt: skip
    assert "New limits from May 2026: Two more IROs." in alts(app)
    app.button(key=f"rebase_{kept.entry_id}").click().run()
    assert "New limits from" not in alts(app)
    assert "(taken back)" in said(app)
    assert [one.is_open for one in recorded(full)] == [False]


def test_limits_do_not_start_anew_without_a_reason_or_a_name(full):
    app = opened(PAGE)
    app.button[[one.label for one in app.button].index("Start the limits anew")].click().run()
    assert "Say who you are" in said(app)
    app.text_input(key="me").input("Practice manager").run()
    app.button[[one.label for one in app.button].index("Start the limits anew")].click().run()
    assert "Say what changed in that month" in said(app)
    assert recorded(full) == []


def test_of_an_earlier_day_limits_can_only_be_read(full):
    app = opened(PAGE, as_at="2026-10-01")
    assert "Start the limits anew" not in [one.label for one in app.button]
    assert "An earlier day is shown" in said(app)


# -- compared


def test_iros_are_said_to_be_within_expected_variation_and_why_the_comparison_is_fair(full):
    words = said(opened(PAGE))
    assert "3 IROs are within expected variation." in words
    assert "so nobody answers for another's months" in words
    assert "a question to ask, not an answer" in words


def test_a_comparison_by_lateness_shows_where_the_reasons_lie(full):
    app = opened(PAGE, compared_by="Reviews on time")
    table = next(one.value for one in app.dataframe if "Compared with chance" in one.value)
    assert list(table["IRO"]) == list(small_service.IROS.values())
    # Overdue since 20 October are C00 to C02, one of each IRO's; C07 and C08 were late in February.
    assert list(table["Late: no reason recorded"]) == [1, 2, 2]
    assert [share.split("(")[1] for share in table["Share"]] == ["14 of 15)", "15 of 17)", "15 of 17)"]
    assert "nothing is put down to anybody by a guess" in said(app)


def test_a_funnel_of_named_staff_is_for_managers_alone(full, monkeypatch):
    monkeypatch.setattr(frame.show, "__defaults__", (Viewer(Role.IRO, iro_id="I1"),))
    app = opened(PAGE)
    assert "Do IROs differ by more than chance?" not in said(app)
    assert "Funnel plot" not in alts(app)
    assert "Start the limits anew" not in [one.label for one in app.button]
    assert "Ben Carter" not in said(app) + alts(app)
