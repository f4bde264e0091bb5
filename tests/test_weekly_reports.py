"""Weekly reports: what they say is what the tracker says, on the day that was asked for."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.recorded.entries import Entry, EntryKind, keep
from metrics.counting.question import Selection
from metrics.tracker import tracker
from metrics.wording import words
from reports.document import NotInData
from reports.weekly import iro_report, team_report, week_reports
from tests import small_service
from tests.doors import load_world
from tests.stored import info_of
from tests.written import Page, headings, sheet

MONDAY = date(2026, 11, 23)
FRIDAY = small_service.AS_AT


def rows_of(engine, on: date, **narrowed) -> pd.DataFrame:
    return tracker(engine, SERVICE_VIEWER, Selection("LOCAL", on, on, on, **narrowed))


# -- what they say


@pytest.mark.parametrize("team", small_service.TEAMS)
def test_a_team_report_counts_what_the_tracker_counts(service, team):
    _, engine = service
    rows = rows_of(engine, FRIDAY, team_id=team)
    document = team_report(engine, SERVICE_VIEWER, info_of(engine), team, FRIDAY)

    assert document.content.states == rows["state"].value_counts().to_dict()
    assert [row[1] for row in sheet(document, "All children")] == list(rows["child_id"])
    before = rows["missing"].fillna("").str.contains("report|care_plan")
    assert {row[0] for row in sheet(document, "Missing reports")} == set(rows[before]["child_id"])
    after = rows["missing"].fillna("").str.contains("decisions|record|letter")
    assert {row[0] for row in sheet(document, "Late after review")} == set(rows[after]["child_id"])
    midway = (rows["midway_due_on"] < FRIDAY) & rows["midway_done_on"].isna()
    assert {row[0] for row in sheet(document, "Midway late")} == set(rows[midway]["child_id"])


def test_reviews_coming_up_begin_with_those_overdue_and_booked_late(service):
    _, engine = service
    for team in small_service.TEAMS:
        rows = rows_of(engine, FRIDAY, team_id=team).set_index("child_id")
        document = team_report(engine, SERVICE_VIEWER, info_of(engine), team, FRIDAY)
        shown = [row[1] for row in sheet(document, "Coming up")]
        until = date(2026, 12, 18)
        due = {
            child
            for child, row in rows.iterrows()
            if row["state"] in ("overdue", "booked_late")
            or row["due_on"] <= until
            or (row["booked_for"] is not None and row["booked_for"] <= until)
        }
        assert set(shown) == due
        red = [child in small_service.OVERDUE | small_service.BOOKED_LATE for child in shown]
        assert any(red)
        assert red == sorted(red, reverse=True)


def test_what_comes_up_is_counted_without_those_said_to_be_overdue_or_booked_late(service):
    _, engine = service
    document = team_report(engine, SERVICE_VIEWER, info_of(engine), "T1", FRIDAY)
    rows = sheet(document, "Coming up")
    red = [row for row in rows if row[0].endswith(("overdue", "booked late"))]
    assert "2 reviews are overdue and none are booked late." in document.content.answer
    assert f"{len(rows) - len(red)} more reviews come up in the next 4 weeks" in document.content.answer
    assert len(red) == 2


def test_every_child_is_in_the_reports_of_one_team_and_one_iro_and_nobodys_children_in_their_own(service):
    _, engine = service
    documents = week_reports(engine, SERVICE_VIEWER, info_of(engine), FRIDAY)
    everyone = sorted(rows_of(engine, FRIDAY)["child_id"])
    for kind, expected in (("team", 2), ("IRO", 4)):
        of = [one for one in documents if f" {kind} " in one.name]
        assert len(of) == expected
        assert sorted(row[1] for one in of for row in sheet(one, "All children")) == everyone
    (nobodys,) = [one for one in documents if "No IRO allocated" in one.name]
    assert {row[1] for row in sheet(nobodys, "All children")} == small_service.WITHOUT_IRO


def test_a_report_made_alone_is_the_one_made_with_all_others(service):
    _, engine = service
    info = info_of(engine)
    together = {one.name: one.xlsx for one in week_reports(engine, SERVICE_VIEWER, info, FRIDAY)}
    alone = [team_report(engine, SERVICE_VIEWER, info, team, FRIDAY) for team in small_service.TEAMS]
    alone += [iro_report(engine, SERVICE_VIEWER, info, iro, FRIDAY) for iro in small_service.IROS]
    for document in alone:
        assert together[document.name] == document.xlsx


def test_an_iro_report_lists_exactly_the_children_who_need_action(service):
    _, engine = service
    for iro in small_service.IROS:
        rows = rows_of(engine, FRIDAY, iro_id=iro)
        late = (rows["midway_due_on"] < FRIDAY) & rows["midway_done_on"].isna()
        needs = rows[
            (rows["state"] != "on_track") | rows["missing"].notna() | late | rows["escalation_id"].notna()
        ]
        document = iro_report(engine, SERVICE_VIEWER, info_of(engine), iro, FRIDAY)
        assert [row[1] for row in sheet(document, "Need action")] == list(needs["child_id"])


def test_the_page_and_the_workbook_hold_the_same_rows(service):
    _, engine = service
    document = team_report(engine, SERVICE_VIEWER, info_of(engine), "T1", FRIDAY)
    tables = [table for table in document.content.tables if table.rows and not table.in_full]
    shown = Page(document.html).tables
    assert len(shown) == len(tables)
    for table, rows in zip(tables, shown, strict=True):
        in_workbook = [[_read(cell) for cell in row] for row in sheet(document, table.sheet)]
        assert rows[0] == list(table.headings)
        assert rows[1:] == in_workbook


def _read(cell: object) -> str:
    if isinstance(cell, date):
        return words.day(cell)
    return f"{cell:.0f}" if isinstance(cell, float) else str(cell)


def test_open_actions_and_concerns_reach_the_team_and_the_iro_of_the_child_and_nobody_else():
    engine = load_world(small_service.full(), as_at=FRIDAY)
    at = datetime(2026, 11, 19, 9, tzinfo=UTC)

    def record(child: str, kind: EntryKind, said: str, **more: object) -> None:
        entry = Entry("LOCAL", child, kind, date(2026, 11, 2), said=said, **more)
        keep(engine, SERVICE_VIEWER, entry, by="A manager", at=at)

    record("C00", EntryKind.ACTION, "Book the review", who="Amara", due_on=date(2026, 11, 19))
    record("C00", EntryKind.CONCERN, "Not seen since May")
    record("C00", EntryKind.CONCERN, "Settled", is_open=False)
    record("C01", EntryKind.CONCERN, "Another team's child")
    agreed = {"part_of": "a supervision", "who": "Amara", "due_on": date(2026, 11, 18)}
    record("C00", EntryKind.ACTION, "Agreed in supervision", **agreed)

    info = info_of(engine)
    for document in (
        team_report(engine, SERVICE_VIEWER, info, "T1", FRIDAY),
        iro_report(engine, SERVICE_VIEWER, info, "I1", FRIDAY),
    ):
        found = sheet(document, "Actions and concerns")
        assert [(row[0], row[1], row[2], row[5]) for row in found] == [
            ("C00", "Action", "Book the review", "▲ overdue"),
            ("C00", "Concern", "Not seen since May", "open"),
        ]
        assert "Book the review" in document.html
        assert "2 actions or concerns are open." in document.content.answer
    before = iro_report(engine, SERVICE_VIEWER, info, "I1", date(2026, 11, 18))
    assert sheet(before, "Actions and concerns") == []
    other = iro_report(engine, SERVICE_VIEWER, info, "I3", FRIDAY)
    assert "No action or concern about these children is open." in other.html


def test_rows_of_the_workbook_are_as_high_as_their_text_needs():
    told = "Sooner or later somebody writes more than a line holds, " * 4
    engine = load_world(small_service.full(), as_at=FRIDAY)
    entry = Entry("LOCAL", "C00", EntryKind.CONCERN, date(2026, 11, 2), said=told)
    keep(engine, SERVICE_VIEWER, entry, by="A manager", at=datetime(2026, 11, 19, 9, tzinfo=UTC))
    document = team_report(engine, SERVICE_VIEWER, info_of(engine), "T1", FRIDAY)
    place = [table.sheet for table in document.content.tables].index("Actions and concerns") + 2
    with zipfile.ZipFile(io.BytesIO(document.xlsx)) as book:
        rows = re.findall(r'<row [^>]* ht="([\d.]+)"', book.read(f"xl/worksheets/sheet{place}.xml").decode())
    assert float(rows[-1]) >= 15 * 6


def test_a_team_with_nothing_missing_is_told_so(service):
    engine = load_world(small_service.quiet(), as_at=FRIDAY)
    document = team_report(engine, SERVICE_VIEWER, info_of(engine), "T1", FRIDAY)
    assert "Nothing is missing in this team this week." in document.html
    assert "No midway review is late." in document.html
    iro = iro_report(engine, SERVICE_VIEWER, info_of(engine), "I1", FRIDAY)
    assert "No child needs action" in iro.html
    assert [row[1] for row in sheet(iro, "All children")] == ["C1"]


def test_a_team_without_children_still_has_its_report():
    world = {
        **small_service.quiet(),
        "teams": [{"team_id": "T1", "team_name": "A"}, {"team_id": "T2", "team_name": "B"}],
    }
    engine = load_world(world, as_at=FRIDAY)
    documents = week_reports(engine, SERVICE_VIEWER, info_of(engine), FRIDAY)
    (empty,) = [one for one in documents if one.name.endswith("team B")]
    assert "No child looked after was with this team on Fri 20 Nov 2026." in empty.html
    assert Page(empty.html).tables == []
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(empty.xlsx)).sheet_names) == 8


def test_since_when_each_step_is_late_is_said_of_each_step():
    world = small_service.quiet(decisions_sent_on=None, record_sent_on=None)
    engine = load_world(world, as_at=FRIDAY)
    document = team_report(engine, SERVICE_VIEWER, info_of(engine), "T1", FRIDAY)
    (row,) = sheet(document, "Late after review")
    said = dict(zip(headings(document, "Late after review"), row, strict=True))
    assert said["Last review"] == date(2026, 10, 5)
    assert said["Decisions owed by"] == date(2026, 10, 12)
    assert said["Record owed by"] == date(2026, 10, 26)
    assert said["Letter owed by"] == ""


# -- which day


def test_the_day_shown_is_the_day_asked_and_never_after_the_data(service):
    _, engine = service
    info = info_of(engine)
    past = team_report(engine, SERVICE_VIEWER, info, "T1", date(2026, 11, 11))
    assert "as at Wed 11 Nov 2026 · data as at Fri 20 Nov 2026" in past.html
    today = team_report(engine, SERVICE_VIEWER, info, "T1", FRIDAY)
    assert today.content.choice == "LOCAL · data as at Fri 20 Nov 2026", "one day is said once"
    assert "week of Mon 9 Nov 2026" in past.html
    assert past.name == "2026-11-09 weekly report team Children in care 1"
    sunday = team_report(engine, SERVICE_VIEWER, info, "T1", date(2026, 11, 22))
    assert "data as at Fri 20 Nov 2026 · the data ends before Sun 22 Nov 2026" in sunday.html
    assert sunday.content.states == rows_of(engine, FRIDAY, team_id="T1")["state"].value_counts().to_dict()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda *a: team_report(*a, "T1", MONDAY), "ends on Fri 20 Nov 2026"),
        (lambda *a: team_report(*a, "T1", date(1999, 1, 4)), "begins on"),
        (lambda *a: team_report(*a, "T9", FRIDAY), "T1 (Children in care 1), T2 (Children in care 2)"),
        (lambda *a: iro_report(*a, "nobody", FRIDAY), "I1 (Amara Obi)"),
        (lambda *a: week_reports(*a, MONDAY), "load a newer extract"),
    ],
)
def test_what_is_not_in_the_data_is_refused_with_what_is(service, make, said):
    _, engine = service
    with pytest.raises(NotInData, match=re.escape(said)):
        make(engine, SERVICE_VIEWER, info_of(engine))


def test_a_reader_gets_only_their_own_children(service):
    _, engine = service
    theirs = Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"}))
    with pytest.raises(NotInData) as refused:
        team_report(engine, theirs, info_of(engine), "T2", FRIDAY)
    assert "T2 (" not in str(refused.value)
    own = team_report(engine, theirs, info_of(engine), "T1", FRIDAY)
    assert len(sheet(own, "All children")) == len(rows_of(engine, FRIDAY, team_id="T1"))
