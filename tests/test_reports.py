"""Weekly reports and the tracker as documents: what they say is what the tracker says."""

from __future__ import annotations

import email
import email.policy
import errno
import io
import re
import zipfile
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from charts.palette import STATES
from data_access.entries import Entry, EntryKind, keep
from data_access.viewer import SERVICE_VIEWER, Role, Viewer
from manage import manage
from metrics import words
from metrics.question import Selection
from metrics.tracker import COLUMNS, tracker
from reports.document import Document, NotInData, file_names
from reports.weekly import iro_report, team_report, tracker_report, week_reports
from tests import small_service
from tests.doors import World, load_world
from tests.stored import info_of

MONDAY = date(2026, 11, 23)
FRIDAY = small_service.AS_AT
VOID = {"meta", "link", "br", "img"}


def rows_of(engine, on: date, **narrowed) -> pd.DataFrame:
    return tracker(engine, SERVICE_VIEWER, Selection("LOCAL", on, on, on, **narrowed))


def sheet(document: Document, name: str) -> list[list[object]]:
    """The rows under the headings of a sheet; none where it only says so."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(document.xlsx)).get_sheet_by_name(name).to_python()
    start = next((place for place, row in enumerate(rows) if "Child" in row), None)
    return [] if start is None else rows[start + 1 :]


def headings(document: Document, name: str) -> list[object]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(document.xlsx)).get_sheet_by_name(name).to_python()
    return next(row for row in rows if "Child" in row)


class Page(HTMLParser):
    """Reads a page, fails on a tag that is not closed, and keeps tables and everything that loads a file."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.text += data
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data.replace("\xa0", " ")


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

    record("C00", EntryKind.ACTION, "Book the review", who="Amara", due_on=date(2026, 11, 18))
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
    engine = load_world(quiet(), as_at=FRIDAY)
    document = team_report(engine, SERVICE_VIEWER, info_of(engine), "T1", FRIDAY)
    assert "Nothing is missing in this team this week." in document.html
    assert "No midway review is late." in document.html
    iro = iro_report(engine, SERVICE_VIEWER, info_of(engine), "I1", FRIDAY)
    assert "No child needs action" in iro.html
    assert [row[1] for row in sheet(iro, "All children")] == ["C1"]


def test_a_team_without_children_still_has_its_report():
    world = {**quiet(), "teams": [{"team_id": "T1", "team_name": "A"}, {"team_id": "T2", "team_name": "B"}]}
    engine = load_world(world, as_at=FRIDAY)
    documents = week_reports(engine, SERVICE_VIEWER, info_of(engine), FRIDAY)
    (empty,) = [one for one in documents if one.name.endswith("team B")]
    assert "No child looked after was with this team on Fri 20 Nov 2026." in empty.html
    assert Page(empty.html).tables == []
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(empty.xlsx)).sheet_names) == 8


def test_since_when_each_step_is_late_is_said_of_each_step():
    world = quiet(decisions_sent_on=None, record_sent_on=None)
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


# -- the files


def quiet(**of_the_review: object) -> World:
    """One child with nothing late: reviewed on 5 October 2026, everything sent, the next booked."""
    sent = {
        "decisions_sent_on": date(2026, 10, 7),
        "record_sent_on": date(2026, 10, 9),
        "letter_sent_on": date(2026, 10, 12),
    }
    held = {"child_id": "C1", "held_on": date(2026, 10, 5), "review_status": "held", "chaired_by": "I1"}
    booked = {"child_id": "C1", "booked_for": date(2026, 12, 28), "review_status": "booked"}
    return {
        "children": [{"child_id": "C1", "date_of_birth": date(2012, 5, 1)}],
        "care_periods": [{"child_id": "C1", "started_on": date(2026, 9, 14)}],
        "reviews": [
            {"review_id": "R1", **held, **sent, **of_the_review},
            {"review_id": "R2", **booked},
        ],
        "iros": [{"iro_id": "I1", "iro_name": "Amara Obi", "started_on": date(2020, 1, 1)}],
        "teams": [{"team_id": "T1", "team_name": "A"}],
        "iro_allocations": [{"child_id": "C1", "iro_id": "I1", "from_date": date(2026, 9, 14)}],
        "team_allocations": [
            {
                "child_id": "C1", "team_id": "T1", "from_date": date(2026, 9, 14),
                "social_worker": '=HYPERLINK("http://x.test","<b>&")',
            }
        ],
    }  # fmt: skip


def test_text_that_looks_like_a_formula_or_markup_stays_text():
    engine = load_world(
        {**quiet(), "teams": [{"team_id": "T1", "team_name": "=2+3 <script>alert(1)</script> & sons"}]},
        as_at=FRIDAY,
    )
    document = team_report(engine, SERVICE_VIEWER, info_of(engine), "T1", FRIDAY)
    (row,) = sheet(document, "All children")
    assert '=HYPERLINK("http://x.test","<b>&")' in row
    assert "=2+3 <script>alert(1)</script> & sons" in row
    page = Page(document.html)
    assert "script" not in {tag for tag, *_ in page.attributes}
    assert "<script" not in document.html
    assert "<b>" not in document.html
    assert "=2+3 <script>alert(1)</script> & sons" in page.text
    assert email.message_from_bytes(document.eml, policy=email.policy.default)["Subject"].startswith("Weekly")


def test_a_page_needs_no_other_file_and_says_what_screen_readers_need(service):
    _, engine = service
    html = team_report(engine, SERVICE_VIEWER, info_of(engine), "T1", FRIDAY).html
    page = Page(html)
    assert not {name for _, name, _ in page.attributes} & {"src", "href", "srcset", "onclick"}
    assert "url(" not in html
    assert "@import" not in html
    assert ("html", "lang", "en-GB") in page.attributes
    tags = re.findall(r"<th [^>]*>", html)
    assert tags
    assert all("scope=" in tag for tag in tags)
    assert words.RECORDS.replace("'", "&#x27;") in html
    for mark in STATES.values():
        assert f"{mark.shape} {mark.word}" in " ".join(page.text.split())


def test_the_workbook_says_on_every_sheet_what_it_is_and_its_days_are_days(service):
    _, engine = service
    document = team_report(engine, SERVICE_VIEWER, info_of(engine), "T1", FRIDAY)
    book = CalamineWorkbook.from_filelike(io.BytesIO(document.xlsx))
    for name in book.sheet_names:
        top = [row[0] for row in book.get_sheet_by_name(name).to_python()[:3]]
        assert top == list(document.content.lines)
    due = headings(document, "All children").index("Due")
    assert all(isinstance(row[due], date) for row in sheet(document, "All children"))
    summary = book.get_sheet_by_name("Summary").to_python()
    counted = {row[0]: row[1] for row in summary}
    for state, mark in STATES.items():
        assert counted[f"{mark.shape} {mark.word}"] == document.content.states.get(state, 0)


def test_a_message_is_a_draft_with_both_files_to_nobody_whose_address_is_not_known(service):
    _, engine = service
    document = iro_report(engine, SERVICE_VIEWER, info_of(engine), "I1", FRIDAY)
    message = email.message_from_bytes(document.eml, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message["X-Unsent"] == "1"
    assert message["To"] == ""
    assert message["Subject"] == "Weekly report: Amara Obi, week of Mon 16 Nov 2026"
    attached = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
    assert attached == {
        f"{document.name}.xlsx": document.xlsx,
        f"{document.name}.html": document.html.encode(),
    }
    body = message.get_body().get_content()
    assert words.RECORDS in body
    assert not any(child in message["Subject"] + body for child in small_service.NAMES)


def test_a_message_goes_to_the_address_that_the_extract_has():
    world = small_service.full()
    world["iros"][0]["iro_email"] = "amara.obi@example.org"
    world["teams"][0]["manager_email"] = "north@example.org; deputy@example.org"
    world["teams"][1]["manager_email"] = "ask the duty desk"
    engine = load_world(world, as_at=FRIDAY)
    sent = {
        document.content.title.split(": ")[1].split(",")[0]: email.message_from_bytes(
            document.eml, policy=email.policy.default
        )["To"]
        for document in week_reports(engine, SERVICE_VIEWER, info_of(engine), FRIDAY)
    }
    first, second, *_ = small_service.TEAMS.values()
    assert sent["Amara Obi"] == "amara.obi@example.org"
    assert sent[first] == "north@example.org, deputy@example.org"
    assert sent[second] == ""
    assert sum(to == "" for to in sent.values()) == len(sent) - 2


def test_file_names_are_taken_by_windows_and_differ_in_more_than_capitals():
    given = ['North/East: "A"', "North East A", "CARE", "care", "???", "x" * 300, "care T4", "ends."]
    names = file_names({f"T{number}": name for number, name in enumerate(given, 1)})
    assert names["T5"] == "T5"
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
        assert name == name.strip(". ")
        assert len(name) < 120


# -- the command line


def run(*arguments: object) -> Result:
    return CliRunner().invoke(manage, [str(one) for one in arguments])


def test_report_week_writes_a_workbook_a_page_and_a_message_for_everyone(service, tmp_path: Path):
    url, _ = service
    done = run("report", "week", "--store", url, "--week", FRIDAY, "--out", tmp_path / "new", "--eml")
    assert done.exit_code == 0, done.output
    written = sorted((tmp_path / "new").iterdir())
    assert sorted(done.stdout.splitlines()) == sorted(map(str, written))
    assert {path.suffix for path in written} == {".xlsx", ".html", ".eml"}
    assert len(written) == 6 * 3
    assert not any(child in path.name for path in written for child in small_service.NAMES)


def test_report_team_writes_its_two_files_and_bad_usage_ends_with_2(service, tmp_path: Path):
    url, _ = service
    asked = ("report", "team", "--store", url, "--week", FRIDAY)
    done = run(*asked, "--team", "T2", "--out", tmp_path)
    assert done.exit_code == 0, done.output
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".html", ".xlsx"]
    unknown = run(*asked, "--team", "T9", "--out", tmp_path)
    assert unknown.exit_code == 2
    assert "No team T9 in the data" in unknown.stderr
    outside = run("report", "week", "--store", url, "--week", "2027-05-03", "--out", tmp_path)
    assert outside.exit_code == 2
    assert "not in the data" in outside.stderr
    (tmp_path / "file").write_text("")
    assert run(*asked, "--team", "T2", "--out", tmp_path / "file").exit_code == 2


def test_the_tracker_as_a_workbook_and_as_a_page_has_every_row_and_column(service):
    url, engine = service
    rows = rows_of(engine, FRIDAY)
    book = run("tracker", "--store", url, "--as-at", FRIDAY, "--format", "xlsx")
    assert book.exit_code == 0, book.output
    opened = CalamineWorkbook.from_filelike(io.BytesIO(book.stdout_bytes))
    found = opened.get_sheet_by_name("Tracker").to_python()
    start = next(place for place, row in enumerate(found) if "Child" in row)
    assert sorted(found[start]) == sorted(words.heading(name) for name in COLUMNS)
    assert [row[1] for row in found[start + 1 :]] == list(rows["child_id"])
    marks = [f"{STATES[state].shape} {STATES[state].word}" for state in rows["state"]]
    assert [row[0] for row in found[start + 1 :]] == marks

    page = run("tracker", "--store", url, "--as-at", FRIDAY, "--format", "html")
    (table,) = Page(page.stdout_bytes.decode()).tables
    assert [row[1] for row in table[1:]] == list(rows["child_id"])
    assert len(table[0]) == len(COLUMNS)


def test_the_same_report_has_the_same_bytes(service):
    _, engine = service
    selection = Selection("LOCAL", FRIDAY, FRIDAY, FRIDAY)
    one, other = (tracker_report(engine, SERVICE_VIEWER, info_of(engine), selection) for _ in range(2))
    assert one.xlsx == other.xlsx
    assert one.html == other.html
    assert isinstance(one.content.as_at, date)
    assert not isinstance(one.content.as_at, datetime)


def test_a_pipe_that_closes_early_loses_nobodys_report(service, tmp_path: Path, monkeypatch):
    url, _ = service

    def closed(*_said: object, **_how: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(click, "echo", closed)  # as under `| head -1`
    done = run("report", "week", "--store", url, "--week", FRIDAY, "--out", tmp_path)
    assert len(list(tmp_path.iterdir())) == 6 * 2
    assert "Cannot write" not in done.output


def test_a_folder_that_takes_no_files_is_named_and_ends_with_2(service, tmp_path: Path, monkeypatch):
    url, _ = service

    def full(self: Path, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")  # of a full disk Python names no file

    monkeypatch.setattr(Path, "write_bytes", full)
    done = run("report", "week", "--store", url, "--week", FRIDAY, "--out", tmp_path)
    assert done.exit_code == 2
    assert f"Cannot write {tmp_path}: No space left on device" in done.stderr
