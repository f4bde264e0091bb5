"""Targeted audits: what is drawn and stays drawn, reflections, learning and actions, and their documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from docx import Document as WordDocument
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.recorded.entries import (
    ChangedMeanwhile,
    Entry,
    EntryKind,
    EntryProblem,
    entries,
    keep,
    keep_together,
    new_id,
)
from data_access.store.opening import open_store
from metrics.counting.members import members
from metrics.counting.question import Selection
from metrics.practice.targeted_audit import (
    BOTH,
    EITHER,
    NOT_ATTENDED,
    OUT_OF_TIME,
    TargetedAudit,
    audit_entries,
    cases,
    drawn,
    held_on,
    said,
    targeted_audits,
)
from reports.annual import annual_report
from reports.document import NotInData
from reports.targeted_audit import audit_report, reflection_forms
from tests import small_service
from tests.doors import load_world
from tests.screens import field, opened, press, shown
from tests.screens import said as words_of
from tests.stored import info_of

PAGE = "pages/quality/audits/page.py"
PERIOD = date(2025, 11, 1), date(2026, 10, 31)
ASKED = Selection("LOCAL", *PERIOD, small_service.AS_AT)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
NOT_THERE = set(small_service.NAMES) - small_service.OVERDUE
"""In February 2026 these sent their views and were not there."""


@pytest.fixture
def store(full: str) -> Iterator[Engine]:
    engine = open_store(full)
    yield engine
    engine.dispose()


def open_audit(store: Engine, nature: str, number: int | None, seed: str = "seed") -> TargetedAudit:
    blank = Entry(
        "LOCAL", None, EntryKind.AUDIT, small_service.AS_AT, code=nature, who="Head of QA",
        said="Why reviews are late", entry_id=new_id(),
    )  # fmt: skip
    found = cases(store, SERVICE_VIEWER, ASKED, nature)
    entry, chosen = audit_entries(blank, found, PERIOD, seed, number)
    keep_together(store, SERVICE_VIEWER, [entry, *chosen], by="Head of QA", at=NOW)
    return latest(store)


def latest(store: Engine) -> TargetedAudit:
    return targeted_audits(store, SERVICE_VIEWER, "LOCAL", small_service.AS_AT)[0]


def record(store: Engine, entry: Entry, by: str = "Head of QA") -> Entry:
    return keep(store, SERVICE_VIEWER, entry, by=by, at=NOW)


def part_of(entry: Entry, kind: EntryKind, **more: object) -> Entry:
    return Entry("LOCAL", None, kind, small_service.AS_AT, part_of=entry.entry_id, **more)  # type: ignore[arg-type]


def learn(store: Engine, of: Entry, theme: str, what: str) -> None:
    record(store, part_of(of, EntryKind.LEARNING, code=theme, said=what))


# -- what is drawn


def test_an_audit_can_draw_what_the_measures_count_as_late_or_not_there_and_each_review_once(store):
    late = cases(store, SERVICE_VIEWER, ASKED, OUT_OF_TIME)
    assert {case.child_id for case in late} == small_service.OVERDUE | small_service.LATE_LAST_TIME
    assert len(late) == len(members(store, SERVICE_VIEWER, "reviews_due_on_time", ASKED, part="shortfall"))
    absent = cases(store, SERVICE_VIEWER, ASKED, NOT_ATTENDED)
    assert {case.child_id for case in absent} == NOT_THERE
    either = cases(store, SERVICE_VIEWER, ASKED, EITHER)
    assert len(either) == len(small_service.NAMES)
    assert {case.child_id for case in either if case.nature == BOTH} == small_service.LATE_LAST_TIME
    with pytest.raises(KeyError):
        cases(store, SERVICE_VIEWER, ASKED, "no nature")


def test_the_same_seed_draws_the_same_cases_and_all_draws_all(store):
    found = cases(store, SERVICE_VIEWER, ASKED, NOT_ATTENDED)
    five = drawn(found, "seed", 5)
    assert drawn(list(reversed(found)), "seed", 5) == five
    assert len(five) == 5
    assert drawn(found, "another seed", 5) != five
    assert drawn(found, "seed", None) == sorted(found)
    assert len(drawn(found, "seed", 500)) == len(found)


def test_a_sample_stays_as_it_was_drawn_whatever_is_loaded_later(store):
    before = open_audit(store, NOT_ATTENDED, 5)
    world = small_service.full()
    there = [row | {"participation_code": "PN1"} for row in world["reviews"]]
    load_world({**world, "reviews": there}, as_at=small_service.AS_AT, engine=store)
    assert cases(store, SERVICE_VIEWER, ASKED, NOT_ATTENDED) == [], "the record has been corrected"
    after = latest(store)
    assert after.cases == before.cases
    assert len(after.cases) == 5
    info = info_of(store)
    report = audit_report(store, SERVICE_VIEWER, info)
    (table,) = [one for one in report.content.tables if one.title == "Cases"]
    assert {row[3] for row in table.rows} == {"the record has been corrected"}


def test_a_case_is_the_iros_who_chaired_it_and_an_overdue_ones_the_iro_of_the_child(store):
    whose = {case.child_id: case for case in cases(store, SERVICE_VIEWER, ASKED, OUT_OF_TIME)}
    assert {child: whose[child].iro_id for child in ("C00", "C07")} == {"C00": "I1", "C07": "I2"}
    assert whose["C00"].held_on is None
    assert whose["C00"].on == date(2026, 10, 20), "the day it was due"


# -- what is recorded of it


def test_an_audit_is_read_as_it_stood_on_any_day(store):
    assert targeted_audits(store, SERVICE_VIEWER, "LOCAL", small_service.AS_AT) == []
    open_audit(store, OUT_OF_TIME, None)
    audit = latest(store)
    assert (audit.number, audit.nature, audit.period) == (1, "reviews out of time", PERIOD)
    assert len(audit.cases) == 5
    assert audit.entry.answer("Drawn from") == "5 reviews out of time"
    assert audit.reflected == ()
    assert said(audit) == "0 of 5 self-reflections are written, nothing learned and nothing recommended yet."
    assert targeted_audits(store, SERVICE_VIEWER, "LOCAL", date(2026, 11, 19)) == [], "opened the day after"


def test_reflections_learning_and_recommendations_add_up(store):
    audit = open_audit(store, OUT_OF_TIME, None)
    first, second = audit.cases[:2]
    record(store, replace(first, answers=(("What happened", "The booking was forgotten"),)), by="Amara Obi")
    learn(store, first, "booking", "Book at the review before")
    learn(store, second, "booking", "Book before leave")
    learn(store, audit.entry, "recording", "Record the first day of a series")
    agreed = part_of(audit.entry, EntryKind.ACTION, said="Book at once", who="IROs", due_on=date(2026, 11, 2))
    late = record(store, replace(agreed, about_on=date(2026, 10, 26)))
    record(store, part_of(audit.entry, EntryKind.ACTION, said="Train", who="QA", due_on=date(2027, 1, 8)))
    record(store, part_of(late, EntryKind.PROGRESS, said="Agreed in the team meeting"))
    found = latest(store)
    assert [case.entry_id for case in found.reflected] == [first.entry_id]
    assert found.themes == {"booking": 2, "recording": 1}
    assert [one.said for one in found.learning_of(first)] == ["Book at the review before"]
    assert [one.entry.said for one in found.overdue_recommendations] == ["Book at once"]
    assert [one.said for one in found.recommendations[0].progress] == ["Agreed in the team meeting"]
    assert said(found) == (
        "1 of 5 self-reflections is written, 3 points learned and 0 of 2 recommendations done, 1 overdue."
    )
    record(store, replace(found.recommendations[0].entry, is_open=False))
    assert latest(store).overdue_recommendations == ()


def test_of_two_who_write_one_reflection_the_second_is_told(store):
    case = open_audit(store, OUT_OF_TIME, None).cases[0]
    record(store, replace(case, answers=(("What happened", "Mine"),)), by="Amara Obi")
    with pytest.raises(ChangedMeanwhile):
        record(store, replace(case, answers=(("What happened", "Theirs"),)), by="Ben Carter")
    assert latest(store).cases[0].answers == (("What happened", "Mine"),)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"who": ""}, "Say who audits"),
        ({"said": " "}, "Say what the audit is for"),
        ({"code": "late"}, "Choose what the audit looks at"),
    ],
)
def test_an_audit_says_what_it_looks_at_who_audits_and_what_for(store, change, message):
    blank = Entry("LOCAL", None, EntryKind.AUDIT, small_service.AS_AT, code=EITHER, who="QA", said="Why")
    with pytest.raises(EntryProblem, match=message):
        record(store, replace(blank, **change))
    assert entries(store, SERVICE_VIEWER, "LOCAL") == []


def test_an_audit_without_its_seed_could_not_be_drawn_again_and_is_refused(store):
    with pytest.raises(EntryProblem, match="Give a seed"):
        open_audit(store, EITHER, 2, seed="")
    assert entries(store, SERVICE_VIEWER, "LOCAL") == []


def test_an_iro_writes_on_their_own_cases_and_sees_nobody_elses(store):
    audit = open_audit(store, OUT_OF_TIME, None)
    own, other = (next(one for one in audit.cases if one.iro_id == iro) for iro in ("I1", "I2"))
    amara = Viewer(Role.IRO, iro_id="I1")
    written = replace(own, answers=(("What happened", "I was away"),))
    assert keep(store, amara, written, by="Amara Obi", at=NOW).version == 2
    with pytest.raises(EntryProblem, match="IRO whose review it was"):
        keep(store, amara, replace(other, answers=written.answers), by="Amara Obi", at=NOW)
    with pytest.raises(EntryProblem, match="practice manager's"):
        keep(store, amara, part_of(audit.entry, EntryKind.LEARNING, code="booking", said="x"), by="A", at=NOW)
    seen = entries(store, amara, "LOCAL")
    assert {entry.iro_id for entry in seen if entry.kind is EntryKind.AUDITED} == {"I1"}
    assert targeted_audits(store, amara, "LOCAL", small_service.AS_AT) == []


# -- its documents


def test_the_report_has_the_shape_of_an_audit_and_names_no_child_in_what_was_learned(store):
    audit = open_audit(store, EITHER, None)
    learn(store, audit.cases[0], "booking", "Book at the review before")
    action = part_of(audit.entry, EntryKind.ACTION, said="Book at once", who="IROs", due_on=date(2026, 12, 1))
    record(store, action)
    info = info_of(store)
    document = audit_report(store, SERVICE_VIEWER, info)
    written = [one.text for one in WordDocument(BytesIO(document.docx)).paragraphs]
    order = [title for title in written if title in
             ("The audit", "Purpose", "Activity", "Learning", "Actions", "Cases")]  # fmt: skip
    assert order == ["The audit", "Purpose", "Activity", "Learning", "Actions", "Cases"]
    before_the_cases = "\n".join(written[: written.index("Cases")])
    assert not [child for child in small_service.NAMES if child in before_the_cases]
    (table,) = [one for one in document.content.tables if one.title == "Cases"]
    assert len(table.rows) == len(audit.cases) == 24
    assert document.name == "2026-11-20 targeted audit 1"


def test_the_annual_report_tells_of_the_years_audits_and_hides_how_many_where_they_are_few(store):
    audit = open_audit(store, OUT_OF_TIME, None)
    learn(store, audit.entry, "booking", "Book at the review before")
    info = info_of(store)
    for shareable, cases_told in ((True, "c"), (False, "5")):
        report = annual_report(store, SERVICE_VIEWER, info, 2026, shareable=shareable)
        (table,) = [one for one in report.content.tables if one.title == "Targeted audits"]
        assert table.rows == (
            ("Reviews out of time, 1 Nov 2025 to 31 Oct 2026", "Fri 20 Nov 2026", cases_told,
             "planning and booking the review", "none yet"),
        )  # fmt: skip
    before = annual_report(store, SERVICE_VIEWER, info, 2025)
    assert not [one for one in before.content.tables if one.title == "Targeted audits"]


def test_each_iro_gets_a_form_with_their_cases_not_yet_written_and_nobody_elses(store):
    audit = open_audit(store, OUT_OF_TIME, None)
    info = info_of(store)
    forms = {one.content.title: one.html for one in reflection_forms(store, SERVICE_VIEWER, info)}
    theirs = {name: {case.child_id for case in audit.cases if case.iro_id == iro}
              for iro, name in small_service.IROS.items()}  # fmt: skip
    assert set(forms) == {f"Self-reflection: {name}" for name, children in theirs.items() if children}
    for name, children in theirs.items():
        text = forms[f"Self-reflection: {name}"]
        assert {child for child in small_service.NAMES if f"Child {child}" in text} == children
    for case in audit.cases:
        record(store, replace(case, answers=(("What happened", "Written"),)))
    assert reflection_forms(store, SERVICE_VIEWER, info) == []


def test_an_audit_that_is_not_on_record_is_said_so_with_those_that_are(store):
    info = info_of(store)
    with pytest.raises(NotInData, match="No targeted audit is on record"):
        audit_report(store, SERVICE_VIEWER, info)
    open_audit(store, OUT_OF_TIME, 2)
    with pytest.raises(NotInData, match=r"There is 1 \(reviews out of time, 1 Nov 2025 to 31 Oct 2026\)"):
        audit_report(store, SERVICE_VIEWER, info, 7)


# -- the page


def test_the_head_of_qa_opens_an_audit_and_follows_it_to_an_action(store):
    page = opened(PAGE)
    assert "No targeted audit is on record yet" in words_of(page)
    field(page, "Your name").set_value("Head of QA").run()
    assert field(page, "What it looks at").options == [
        "Reviews out of time", "Reviews the child was not at", "Reviews out of time or the child not there",
    ]  # fmt: skip
    for counted in ("out of time: 5", "the child was not at: 21", "out of time or the child not there: 24"):
        assert f"- Reviews {counted}" in words_of(page)
    press(page, "Open the audit and draw its cases")
    assert "Say what the audit is for." in words_of(page)
    field(page, "Auditor").set_value("Head of QA")
    field(page, "What the audit is for").set_value("Why reviews are late")
    field(page, "Which cases").set_value("All of them")
    press(page, "Open the audit and draw its cases")
    assert "Opened: 5 cases to look into." in words_of(page)
    assert "0 of 5 self-reflections are written" in words_of(page)
    assert len(cases_shown(page)) == 5

    case = field(page, "Case")
    shown(case.select_index(0).run())
    press(page, "Write the self-reflection")
    (happened,) = [one for one in page.text_area if one.label.startswith("What happened")]
    happened.set_value("The booking was forgotten")
    press(page, "Save the change")
    assert "1 of 5 self-reflections is written" in words_of(page)
    assert list(cases_shown(page)["Reflection"]).count("not yet") == 4

    field(page, "Theme").set_value("booking")
    field(page, "What was learned").set_value("Book at the review before")
    press(page, "Save")
    assert "1 point learned" in words_of(page)
    assert latest(store).themes == {"booking": 1}
    assert not [child for child in small_service.NAMES if child in str(page.query_params)]
    labels = [one.label for one in page.get("download_button")]
    assert {"The audit's report to edit (Word)", "The audit's report to print"} <= set(labels)


def test_the_case_that_is_written_on_stays_chosen_for_what_is_learned_from_it(store):
    """A browser names its choice by its words: other words, and nothing would be chosen any more."""
    open_audit(store, OUT_OF_TIME, None)
    page = opened(PAGE)
    field(page, "Your name").set_value("Head of QA").run()
    before = field(page, "Case").options
    shown(field(page, "Case").select_index(0).run())
    press(page, "Write the self-reflection")
    (happened,) = [one for one in page.text_area if one.label.startswith("What happened")]
    happened.set_value("The booking was forgotten")
    press(page, "Save the change")
    assert len(latest(store).reflected) == 1
    assert field(page, "Case").options == before


def cases_shown(page: AppTest):
    (rows,) = [one.value for one in page.dataframe if "Reflection" in one.value]
    return rows


def test_an_earlier_day_can_be_looked_at_but_not_written_to(store):
    open_audit(store, OUT_OF_TIME, None)
    page = opened(PAGE, as_at="2026-11-02")
    assert "Choose the latest day to record something" in words_of(page)
    assert not [one for one in page.button if one.label == "Open the audit and draw its cases"]


def test_what_an_audit_looks_at_stays_chosen_when_the_period_is_changed(store):
    """A browser sends what was chosen in a form by its words, those it had when it was chosen."""
    page = opened(PAGE)
    field(page, "Your name").set_value("Head of QA").run()
    chosen = field(page, "What it looks at").options[2]
    shown(page.selectbox(key="period").set_value("This year so far").run())
    assert "child not there: 3" in words_of(page), "counted of the period that is chosen"
    field(page, "What it looks at").set_value(chosen)
    field(page, "Auditor").set_value("Head of QA")
    field(page, "What the audit is for").set_value("Why and where")
    press(page, "Open the audit and draw its cases")
    assert latest(store).entry.code == "either"


def test_an_audit_of_a_team_draws_from_that_teams_reviews_alone(store):
    page = opened(PAGE, team="Children in care 1")
    field(page, "Your name").set_value("Head of QA").run()
    field(page, "What it looks at").set_value(NOT_ATTENDED)
    field(page, "Auditor").set_value("Head of QA")
    field(page, "What the audit is for").set_value("Hearing children")
    field(page, "Which cases").set_value("All of them")
    press(page, "Open the audit and draw its cases")
    audit = latest(store)
    assert audit.team == "Children in care 1"
    assert {case.child_id for case in audit.cases} == {
        child for number, child in enumerate(small_service.NAMES) if not number % 2 and child in NOT_THERE
    }
    assert [held_on(case) for case in audit.cases] == sorted(held_on(case) for case in audit.cases)
