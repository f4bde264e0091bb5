"""The files that weekly reports and the tracker are written to, and the commands that write them."""

from __future__ import annotations

import email
import email.policy
import errno
import io
import re
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

import click
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from charts.palette import STATES
from data_access.people.viewer import SERVICE_VIEWER
from manage import manage
from metrics.counting.question import Selection
from metrics.tracker import COLUMNS, tracker
from metrics.wording import words
from reports.document import file_names
from reports.weekly import iro_report, team_report, tracker_report, week_reports
from tests import small_service
from tests.doors import load_world
from tests.stored import info_of
from tests.written import Page, headings, sheet

FRIDAY = small_service.AS_AT


# -- the files


def test_text_that_looks_like_a_formula_or_markup_stays_text():
    engine = load_world(
        {
            **small_service.quiet(),
            "teams": [{"team_id": "T1", "team_name": "=2+3 <script>alert(1)</script> & sons"}],
        },
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
    assert "a workbook to sort and filter, with every child (Excel)" in body
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
    rows = tracker(engine, SERVICE_VIEWER, Selection("LOCAL", FRIDAY, FRIDAY, FRIDAY))
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
