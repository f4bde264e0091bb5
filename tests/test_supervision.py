"""The pack for a supervision: its numbers are the practice's, no child is lost, and its lists stay short."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import numpy as np
import pytest
from click.testing import CliRunner, Result

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.recorded.entries import Entry, EntryKind, keep
from manage import manage
from metrics.measures import CATALOGUE
from metrics.practice.practice import Practice, practice, title_of
from metrics.wording import words
from reports.content import Content, Figures, Pictures, text
from reports.document import NotInData
from reports.supervision import DRAWN, FIGURES, supervision_pack
from tests import small_service
from tests.doors import load_world
from tests.stored import info_of
from tests.written import table, words_of

FRIDAY = small_service.AS_AT
NOVEMBER, MAY = date(2026, 11, 1), date(2026, 5, 1)


def pack(engine, iro: str = "I1", month: date = NOVEMBER, viewer: Viewer = SERVICE_VIEWER) -> Content:
    return supervision_pack(engine, viewer, info_of(engine), iro, month).content


def practice_of(engine, iro: str = "I1", month: date = NOVEMBER) -> Practice:
    found = practice(engine, SERVICE_VIEWER, "LOCAL", iro, month, FRIDAY)
    assert found is not None
    return found


# -- the numbers


@pytest.mark.parametrize("iro", small_service.IROS)
@pytest.mark.parametrize("month", [MAY, NOVEMBER])
def test_every_number_of_the_pack_is_the_practices_with_what_it_was_counted_from(service, iro, month):
    _, engine = service
    content, found = pack(engine, iro, month), practice_of(engine, iro, month)
    (figures,) = [part for part in content.parts if isinstance(part, Figures)]
    rows = {row[0].removesuffix(" *"): row for row in table(content, "The month and the year").rows}
    assert len(figures.shown) == len(FIGURES)
    for key, figure in zip(FIGURES, figures.shown, strict=True):
        reading = found.lines[key].month.reading
        if reading.value is not None:
            assert str(words.rounded(reading.value)) in figure.value
            assert figure.lines[0].startswith(f"{reading.numerator:,.0f} ")
    compared = 0
    for title, row in rows.items():
        key = next(key for key in CATALOGUE if title_of(key, found.month_end) == title)
        line = found.lines[key]
        for reading, value, counts in ((line.month.reading, row[1], row[2]), (line.year, row[3], row[4])):
            if reading is None:
                assert (value, counts) == (None, None)
            elif reading.value is not None:
                assert value.split()[-1].startswith(str(words.rounded(reading.value)))
                assert counts.split()[0] == f"{reading.numerator:,.0f}"
                compared += 1
            else:
                assert value == "none"
    assert compared > 10
    told = set(FIGURES) | {key for key in CATALOGUE if title_of(key, found.month_end) in rows}
    assert {key for key, line in found.lines.items() if line.unit != "count"} <= told


def test_charts_have_a_point_for_each_of_the_twelve_months_and_say_so(service):
    _, engine = service
    (pictures,) = [part for part in pack(engine).parts if isinstance(part, Pictures)]
    assert [one.title.split(":")[0] for one in pictures.shown] == list(DRAWN.values())
    for one in pictures.shown:
        assert "Dec 2025 to Nov 2026" in one.chart.alt


def test_a_month_in_progress_says_up_to_which_day(service):
    _, engine = service
    assert "November 2026 up to Fri 20 Nov 2026" in pack(engine).choice
    assert "up to" not in pack(engine, month=MAY).choice


# -- the lists


@pytest.mark.parametrize("iro", small_service.IROS)
def test_every_child_who_needs_talking_about_is_named_and_nobody_elses(service, iro):
    _, engine = service
    content, rows = pack(engine, iro), practice_of(engine, iro).caseload
    shown = [row[1] for row in table(content, "Children to talk about").rows]
    for one in words_of(content).splitlines():
        if one.startswith("And "):
            shown += one.split(": ")[1].rstrip(".").split(", ")
    late = np.array([
        due is not None and due < FRIDAY and done is None
        for due, done in zip(rows["midway_due_on"], rows["midway_done_on"], strict=True)
    ], dtype=bool)  # fmt: skip
    needs = (rows["state"] != "on_track") | (rows["days_untouched"] > 42) | late | rows["missing"].notna()
    assert sorted(shown) == sorted(rows[needs]["child_id"])
    assert len(set(shown)) == len(shown)
    assert set(shown) & small_service.OVERDUE == set(rows["child_id"]) & small_service.OVERDUE
    assert shown[0] in small_service.OVERDUE


def test_late_reviews_of_the_month_are_listed_with_their_reason_and_agreement(service):
    _, engine = service
    october = table(pack(engine, "I1", date(2026, 10, 1)), "Reviews of the month that were late")
    (row,) = october.rows
    assert [text(cell) for cell in row] == [
        "C00", "Tue 20 Oct 2026", "overdue", "31", "no reason recorded", "not on record",
    ]  # fmt: skip
    none = "No review due in May 2026 or held in it was late, missed or is overdue."
    assert none in words_of(pack(engine, "I3", MAY))


def test_a_review_due_in_october_and_held_in_november_is_told_in_both_months():
    world = small_service.full()
    late = {"review_id": "late", "child_id": "C00", "review_status": "held", "held_on": date(2026, 11, 5)}
    engine = load_world({**world, "reviews": [*world["reviews"], late]}, as_at=FRIDAY)
    for month in (date(2026, 10, 1), NOVEMBER):
        content = pack(engine, "I1", month)
        (row,) = table(content, "Reviews of the month that were late").rows
        assert [text(cell) for cell in row][:4] == ["C00", "Tue 20 Oct 2026", "held late", "16"]
    reading = practice_of(engine).lines["reviews_held_on_time"].month.reading
    assert (reading.numerator, reading.denominator) == (0, 1)


def test_open_actions_are_listed_the_first_due_on_top_and_never_more_than_fit():
    world = small_service.full()
    everybody = [row | {"iro_id": "I1"} for row in world["iro_allocations"]]
    engine = load_world({**world, "iro_allocations": everybody, "activities": []}, as_at=FRIDAY)
    for day in range(1, 25):
        keep(
            engine, SERVICE_VIEWER,
            Entry("LOCAL", "C00", EntryKind.ACTION, date(2026, 10, 20), said=f"Do {day}", who="Amara",
                  due_on=date(2026, 11, day), is_open=day != 1),
            by="A manager", at=datetime(2026, 10, 20, 9, tzinfo=UTC),
        )  # fmt: skip
    content = pack(engine)
    actions = table(content, "Open actions")
    assert [row[0] for row in actions.rows] == [f"Do {day}" for day in range(2, 10)]
    assert {row[3] for row in actions.rows} == {"▲\u00a0overdue"}
    assert actions.said == "23 actions are open, the first due on top; the first 8 are shown."
    assert "23 actions are open" in content.answer
    assert len(table(content, "Children to talk about").rows) == 4
    (rest,) = [one for one in words_of(content).splitlines() if one.startswith("And ")]
    assert rest.startswith("And 19 children more: ")


def test_what_has_changed_since_the_last_supervision_is_said():
    engine = load_world(small_service.full(), as_at=FRIDAY)
    keep(
        engine, SERVICE_VIEWER,
        Entry("LOCAL", None, EntryKind.SUPERVISION, date(2026, 10, 9), said="The month.", who="A and B",
              iro_id="I1"),
        by="A manager", at=datetime(2026, 10, 9, 9, tzinfo=UTC),
    )  # fmt: skip
    content = pack(engine)
    assert "Since the last supervision on Fri 9 Oct 2026:" in words_of(content)
    assert "1 child newly overdue or booked late: C00." in str(content.parts)


def test_no_supervision_is_spoken_of_that_nobody_recorded(service):
    _, engine = service
    assert "last supervision" not in str(pack(engine).parts)
    assert "Since Fri 23 Oct 2026:" in words_of(pack(engine))


def test_there_is_room_for_new_actions_and_for_words(service):
    _, engine = service
    written = docx.Document(
        io.BytesIO(supervision_pack(engine, SERVICE_VIEWER, info_of(engine), "I1", NOVEMBER).docx)
    )
    (to_fill,) = [one for one in written.tables if one.rows[0].cells[0].text == "What is to be done"]
    assert [row.cells[0].text for row in to_fill.rows[1:]] == [""] * 4
    assert "Write here" in "\n".join(text for text in written.element.body.itertext())


# -- what is not in the data, and who may look


@pytest.mark.parametrize(
    ("iro", "month", "said"),
    [
        ("I9", NOVEMBER, r"No IRO I9 in the data. Choose from I1 \(Amara Obi\)"),
        ("I1", date(2026, 12, 1), "December 2026 is not in the data, which ends on Fri 20 Nov 2026"),
        ("I1", date(2024, 5, 1), "May 2024 is not in the data, which begins on Thu 1 May 2025"),
    ],
)
def test_what_is_not_in_the_data_is_refused_with_what_is(service, iro, month, said):
    _, engine = service
    with pytest.raises(NotInData, match=said):
        pack(engine, iro, month)


def test_data_without_iros_says_what_to_load():
    engine = load_world(small_service.bare(), as_at=FRIDAY)
    with pytest.raises(NotInData, match="load a review extract with the kind iros"):
        pack(engine)


def test_an_iro_has_the_pack_of_themselves_alone(service):
    _, engine = service
    own = Viewer(Role.IRO, iro_id="I1")
    assert pack(engine, viewer=own).answer == pack(engine).answer
    with pytest.raises(NotInData) as refused:
        pack(engine, "I2", viewer=own)
    assert "Ben Carter" not in str(refused.value)


# -- the command line


def run(url: str, *arguments: object) -> Result:
    asked = ["report", "supervision", "--store", url, *map(str, arguments)]
    return CliRunner().invoke(manage, asked)


def test_the_command_writes_word_a_page_and_a_message_named_without_a_child(service, tmp_path: Path):
    url, _ = service
    done = run(url, "--iro", "I1", "--month", "2026-11", "--out", tmp_path / "new", "--eml")
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == [f"2026-11 supervision Amara Obi.{form}" for form in ("docx", "eml", "html")]
    assert sorted(done.stdout.splitlines()) == [str(tmp_path / "new" / name) for name in names]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--iro", "I9", "--month", "2026-11"), "No IRO I9 in the data"),
        (("--iro", "I1", "--month", "2027-01"), "not in the data"),
        (("--iro", "I1", "--month", "2026-1"), "write the month as YYYY-MM"),
        (("--iro", "I1", "--month", "2026-13"), "YYYY-MM"),
        (("--iro", "I1"), "--month"),
    ],
)
def test_bad_usage_ends_with_2_and_what_to_do(service, tmp_path: Path, arguments, said):
    url, _ = service
    done = run(url, *arguments, "--out", tmp_path)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_to_ends_with_2(service, tmp_path: Path):
    url, _ = service
    (tmp_path / "2026-11 supervision Amara Obi.docx").mkdir()
    done = run(url, "--iro", "I1", "--month", "2026-11", "--out", tmp_path)
    assert done.exit_code == 2
    assert "another folder with --out" in done.stderr
