"""A month's meeting with a team: what its monitoring forms tell, and nothing that they do not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.store.opening import open_store
from manage import manage
from metrics.counting.question import month_end
from metrics.practice.monitoring import IN_PLACE, LATE, MISSING, POINTS, STEPS, TeamMonth, team_month
from reports import team_month as report
from reports.content import Content, Figure, Figures, Paragraph, text
from reports.document import Document, NotInData
from reports.team_month import team_month_report
from tests import small_service
from tests.doors import load_world, store_of
from tests.oracle.compare import Loaded, Stores
from tests.oracle.items import FLOWS
from tests.oracle.question import Question
from tests.oracle.story import Story
from tests.stored import info_of
from tests.worlds import world
from tests.written import table

AS_AT = date(2026, 11, 20)
MAY = date(2026, 5, 1)
Row = dict[str, Any]


def with_forms(forms: dict[str, list[Row]], **columns: Row) -> dict[str, list[Row]]:
    """The small service with answers of the forms of 30 May by child, and columns of those reviews."""
    given = small_service.full()
    day = small_service.LATEST_REVIEW
    reviews = [
        row | columns.get(str(row["child_id"]), {}) if row.get("held_on") == day else row
        for row in given["reviews"]
    ]
    answers = [{"review_id": f"R-{child}-{day}"} | row for child, rows in forms.items() for row in rows]
    return {**given, "reviews": reviews, "monitoring": answers}


def said(item: str, met: str, comment: str | None = None) -> Row:
    return {"item": item, "met": met, "comment": comment}


def month_of(engine: Engine, team: str = "T1", as_at: date = AS_AT, month: date = MAY) -> TeamMonth:
    found = team_month(engine, SERVICE_VIEWER, "LOCAL", team, month, as_at)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> tuple[str, Engine]:
    """The small service with some forms, one not sent, one without a day, and good practice passed on."""
    given = with_forms(
        {
            "C04": [said("sdq", "no", "No score on file"), said("views", "yes", "A drawing of a good day")],
            "C06": [said("sdq", "no", "No score on file"), said("views", "not_applicable")],
            "C08": [said("Good practice", "yes", "Life story work begun early")],
            "C12": [said("sdq", "yes")],
            "C14": [said("education_plan", "no")],
        },
        C12={"monitoring_sent_on": None},
        C14={"monitoring_sent_on": date(2026, 11, 30)},
        C16={"monitoring_sent_on": None},
    )
    praise = {
        "escalation_id": "E1", "child_id": "C18", "raised_on": date(2026, 5, 12), "stage": "informal",
        "theme": "good_practice", "resolved_on": date(2026, 5, 12), "outcome": "Shared with the team",
    }  # fmt: skip
    given = {**given, "escalations": [praise]}
    url = store_of(given, tmp_path_factory.mktemp("team"), as_at=AS_AT)
    return url, open_store(url)


def document(
    engine: Engine, team: str = "T1", month: date = MAY, viewer: Viewer = SERVICE_VIEWER
) -> Document:
    return team_month_report(engine, viewer, info_of(engine), team, month)


def rows(content: Content, title: str) -> list[list[str]]:
    return [[text(cell) for cell in row] for row in table(content, title).rows]


# -- the month


def test_a_review_without_its_form_is_told_apart_and_counted_nowhere(service):
    found = month_of(service[1])
    assert len(found.reviews) == 10  # every second child of 24, but two whose latest review was in April
    assert set(found.without_form["child_id"]) == {"C14", "C16"}
    assert set(found.reviews.loc[found.reviews["undated"], "child_id"]) == {"C12"}
    assert sum(found.counts("report_2_days_before").values()) == 8


def test_a_form_that_is_sent_later_is_not_known_yet_whatever_it_says(service):
    assert "R-C14-2026-05-30" not in set(month_of(service[1]).answers["review_id"])
    early = month_of(service[1], as_at=date(2026, 6, 3))
    assert set(early.with_form["child_id"]) == {"C12"}, "the others were sent on 4 June"


def test_a_report_that_came_late_is_late_and_one_that_never_came_is_missing(service):
    _, engine = service
    standing = month_of(engine).reviews.set_index("child_id")["report_2_days_before"]
    assert standing["C10"] == MISSING
    other = month_of(engine, "T2").reviews.set_index("child_id")["report_2_days_before"]
    assert other["C09"] == LATE
    assert set(other.drop("C09")) == {IN_PLACE}


def test_everything_prepared_means_steps_in_time_and_nothing_marked_missing(service):
    fine = set(month_of(service[1]).all_in_place["child_id"])
    assert fine == {"C08", "C12", "C18", "C20", "C22"}


def test_good_practice_is_what_was_passed_on_written_on_a_form_or_everything_in_place(service):
    good = {(row[0], row[3]) for row in rows(document(service[1]).content, "Good practice")}
    assert {
        ("C18", "Shared with the team"),
        ("C08", "Life story work begun early"),
        ("C04", "the child's views: A drawing of a good day"),
    } <= good
    assert ("C22", "everything the team prepares was in place") in good


def test_a_step_that_no_review_ever_has_is_held_against_nobody():
    given = with_forms({})
    for row in given["reviews"]:
        row.pop("social_worker_visit_on", None)
    engine = load_world(given, as_at=AS_AT)
    found = month_of(engine)
    key = "social_worker_visited_10_days_before"
    assert key not in found.points
    assert "never say when" in found.untold[key]
    content = document(engine).content
    assert "no visit" not in str(table(content, "Review by review").rows)
    assert any("Social worker's visit" in part.text for part in content.parts if isinstance(part, Paragraph))


def test_late_reviews_of_the_month_are_those_whose_reason_lies_with_the_team():
    given = small_service.full()
    for row in given["reviews"]:
        if row.get("held_on") == date(2026, 2, 27):
            row["late_reason"] = "LR04" if row["child_id"] == "C08" else "LR10"
    engine = load_world(given, as_at=AS_AT)
    team_of = {"C08": "T1", "C07": "T2"}
    for child, team in team_of.items():
        late = month_of(engine, team, month=date(2026, 2, 1)).late
        assert list(late["child_id"]) == ([child] if child == "C08" else [])


def test_how_every_review_stood_is_what_the_slow_count_finds() -> None:
    stores = Stores()
    assert sum(reviews_compared(stores.load(world(seed, children=12))) for seed in range(5)) > 80


def reviews_compared(held: Loaded) -> int:
    """Compare each point in each month that a question touches; how many points of reviews that were."""
    story = Story(held.world.rows, held.world.reviews_from)
    compared = 0
    for asked in held.world.questions:
        for day in (asked.start, asked.end, asked.as_at):
            q = Question(story, day.replace(day=1), month_end(day), asked.as_at)
            for team in {row["team_id"] for row in story.all("teams")}:
                found = team_month(held.engine, SERVICE_VIEWER, held.authority, team, day, asked.as_at)
                assert found is not None
                for key in found.points:
                    theirs = [item for item in FLOWS[key](q) if item.team == team and item.below]
                    standing = found.reviews[key].dropna()
                    assert len(standing) == len(theirs), key
                    assert int(standing.eq(IN_PLACE).sum()) == sum(item.above for item in theirs), key
                    compared += len(theirs)
    return compared


# -- the document


def test_the_answer_is_made_from_the_tables(service):
    content = document(service[1]).content
    assert content.answer == (
        "In May 2026, 10 reviews were held; 8 of 10 have a monitoring form. Most often late or missing: "
        "report, 1 of 8. At 5 of 8 everything the team prepares was in place."
    )
    assert ["Report", "7 of 8", "0", "1"] in rows(content, "What was in place")


def test_the_number_of_reviews_with_everything_in_place_says_what_the_team_prepares(service):
    (shown,) = [part for part in document(service[1]).content.parts if isinstance(part, Figures)]
    assert shown.shown[-1] == Figure(
        "All that the team prepares, in time", "5",
        ("of 8 reviews with a form", "report, care plan, invitations, visit"),
    )  # fmt: skip


def test_of_points_that_were_missing_as_often_each_is_named():
    engine = load_world(with_forms({}, C06={"invitations_sent_on": None}), as_at=AS_AT)
    assert (
        "Most often late or missing: report, 1 of 10; invitations, 1 of 10."
        in document(engine).content.answer
    )


def test_what_the_forms_say_is_counted_item_by_item_with_what_was_written(service):
    items = rows(document(service[1]).content, "What the forms say")
    assert items[0] == [
        "Strengths and difficulties questionnaire (SDQ)", "1 of 3", "2", "No score on file (2)"
    ]  # fmt: skip
    assert ["The child's views", "1 of 1", "0", ""] in items
    assert not [row for row in items if "ood practice" in row[0]]


def test_every_review_with_a_form_is_one_row_that_says_what_was_and_was_not_there(service):
    reviews = {row[0]: row for row in rows(document(service[1]).content, "Review by review")}
    assert len(reviews) == 8
    headings = table(document(service[1]).content, "Review by review").headings
    assert headings[2] == "Late or not in place", "what the meeting is about, on a phone too"
    assert reviews["C10"][2].startswith("no report")
    assert reviews["C04"][2] == (
        "on the form: strengths and difficulties questionnaire (SDQ) (No score on file)"
    )
    assert reviews["C18"][4].startswith("report, updated care plan, invitations, social worker's visit")
    assert reviews["C12"][5] == "", "its form has no day of sending"


def test_every_point_has_its_words():
    assert tuple(report.POINTS) == POINTS
    assert all(bool(report.POINTS[key].late) == (key in STEPS) for key in POINTS)


def test_a_month_without_reviews_says_so(service):
    content = document(service[1], month=date(2026, 9, 1)).content
    assert content.answer == "No review of this team's children was held in September 2026."


def test_a_month_in_progress_says_up_to_which_day(service):
    so_far = document(service[1], month=AS_AT).content.choice
    assert so_far == "LOCAL · November 2026 up to Fri 20 Nov 2026 · data as at Fri 20 Nov 2026"


@pytest.mark.parametrize(
    ("team", "month", "message"),
    [
        ("T9", MAY, r"No team T9 in the data. Choose from T1 \(Children in care 1\)"),
        ("T1", date(2026, 12, 1), "December 2026 is not in the data, which ends on"),
        ("T1", date(2024, 5, 1), "May 2024 is not in the data, which begins on"),
    ],
)
def test_what_is_not_in_the_data_is_refused_with_what_is(service, team, month, message):
    with pytest.raises(NotInData, match=message):
        document(service[1], team, month)


def test_data_without_monitoring_forms_say_what_to_load():
    given = small_service.full()
    for row in given["reviews"]:
        row.pop("monitoring_sent_on", None)
    with pytest.raises(NotInData, match="no monitoring forms"):
        document(load_world(given, as_at=AS_AT))


def test_a_team_manager_has_the_meeting_of_their_own_team_alone(service):
    theirs = Viewer(Role.TEAM_MANAGER, team_ids=frozenset({"T1"}))
    assert document(service[1], viewer=theirs).content.answer == document(service[1]).content.answer
    with pytest.raises(NotInData) as refused:
        document(service[1], "T2", viewer=theirs)
    assert "Children in care 2" not in str(refused.value)


def test_the_summary_is_for_the_teams_manager(service):
    given = with_forms({})
    given["teams"][0]["manager_email"] = "manager@example.org"
    given["monitoring"] = [{"review_id": given["reviews"][0]["review_id"]} | said("care_plan", "yes")]
    engine = load_world(given, as_at=AS_AT)
    assert document(engine).to == "manager@example.org"


def test_the_command_writes_the_months_meeting_beside_the_week(service, tmp_path: Path):
    url, _ = service
    asked = ["report", "team", "--store", url, "--team", "T1", "--out", str(tmp_path)]
    done = CliRunner().invoke(manage, [*asked, "--month", "2026-05"])
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"2026-05 team meeting Children in care 1.{form}" for form in ("docx", "html", "xlsx")]
    both = CliRunner().invoke(manage, [*asked, "--month", "2026-05", "--week", "2026-11-20"])
    assert len(both.stdout.splitlines()) == 5
    neither = CliRunner().invoke(manage, asked)
    assert neither.exit_code == 2
    assert "--week" in neither.stderr
