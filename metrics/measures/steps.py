"""The steps around a review: was each done in the days the service's guidance gives?"""

from __future__ import annotations

from sqlalchemy import and_, or_, true

from metrics.measures.examples import child, done, example, held, short_breaks, with_iro
from metrics.measures.measure import Example, Measure, Paperwork
from metrics.rows.duty_rows import AS_AT, d
from metrics.rows.expressions import Condition, asked_number, setting_on
from metrics.rows.row_sets import REVIEWS_HELD, STARTS

THEME = "Steps around a review"

_GONE = asked_number("working_days_gone")
"""Working days up to the day before the as-at date: a limit among them has passed."""
_FROM_COMPLETED = (
    "Days are working days. They count from the day a series of meetings was completed, else from the review."
)
_LEFT_OUT = "A step that is not done yet is left out until its last day has passed, and fails from then."


def _before(
    key: str,
    title: str,
    definition: str,
    why: str,
    source: str,
    step: str,
    column: str,
    examples: tuple[Example, ...],
    *,
    since_opening: bool = False,
    good: str = "{target}.",
) -> Measure:
    """A step to be done some working days before the review; those days are over when it is held."""
    limit = setting_on(f"{step}_working_days_before", d.c.held_on)
    done_at_all: list[Condition] = [d.c[column] <= AS_AT]
    if since_opening:
        done_at_all.append(d.c[column] >= d.c.opens_on)
    caveats = ["Days are working days before the review, which itself is not counted."]
    if since_opening:
        caveats.append("What was done before the last review, or before care began, does not count.")
    return Measure(
        key, THEME, REVIEWS_HELD,
        numerator=and_(*done_at_all, d.c[f"{step}_days_before"] >= limit),
        denominator=true(),
        direction="higher",
        paperwork=Paperwork(title, definition, why, good, source, tuple(caveats), examples),
        done=and_(*done_at_all),
        shown=(column,),
    )  # fmt: skip


def _after(
    key: str,
    title: str,
    definition: str,
    why: str,
    source: str,
    step: str,
    in_time: str,
    too_late: str,
) -> Measure:
    """A step to be done within some working days after the review (or the end of its series)."""
    column = f"{step}_sent_on"
    limit = setting_on(f"{step}_working_days_after", d.c.held_on)
    done_by_now = d.c[column] <= AS_AT
    finished = or_(d.c.completed_on.is_(None), d.c.completed_on <= AS_AT)
    examples = (
        example(
            f"Two reviews were held on Friday 30 January. After one it was sent on {_said(in_time)}, the "
            "last day, after the other a working day later.",
            child("A", held("2026-01-30", **{column: in_time})),
            child("B", held("2026-01-30", **{column: too_late})), counts=1, of=2,
        ),
        example(
            f"Nothing was sent. Seen from {_said(in_time)} there is still time: it is left out.",
            child("A", held("2026-01-30")), counts=0, of=0, as_at=in_time,
        ),
        example(
            f"Nothing was sent. Seen from {_said(too_late)} the last day has passed.",
            child("A", held("2026-01-30")), counts=0, of=1, as_at=too_late,
        ),
        example(
            "The review was a series of meetings that will be completed in April: it is left out until then.",
            child("A", held("2026-01-30", completed_on="2026-04-10")), counts=0, of=0,
        ),
    )  # fmt: skip
    return Measure(
        key, THEME, REVIEWS_HELD,
        numerator=d.c[f"{step}_working_day"] <= limit,
        denominator=and_(finished, or_(done_by_now, _GONE - d.c.after_ordinal >= limit)),
        direction="higher",
        paperwork=Paperwork(
            title, definition, why, "{target}.", source, (_FROM_COMPLETED, _LEFT_OUT), examples
        ),
        done=done_by_now,
        shown=("completed_on", column),
    )  # fmt: skip


def _said(day: str) -> str:
    """`6 February` for 2026-02-06."""
    _, month, number = day.split("-")
    return f"{int(number)} {('January', 'February', 'March')[int(month) - 1]}"


_told_limit = setting_on("iro_told_working_days", d.c.period_started_on)
_allocated_limit = setting_on("iro_allocated_working_days", d.c.period_started_on)
_STARTS = (
    "Counted are periods of care that started in the period, other than in a series of short breaks or with "
    "an unknown start.",
)

MEASURES = (
    Measure(
        "iro_told_in_2_days", THEME, STARTS,
        numerator=d.c.notified_working_day <= _told_limit,
        denominator=d.c.notified_on <= AS_AT,
        direction="higher",
        paperwork=Paperwork(
            "IRO service told within {iro_told_working_days:working days}",
            "Of the children who became looked after in the period, with the day recorded on which the IRO "
            "service was told, for how many that was within {iro_told_working_days:working days}.",
            "Every day lost here is lost from the {first_review_working_days:in words} in which the first "
            "review has to be held.",
            "{target}.",
            "S4 4.3",
            (*_STARTS, "Where the day is not recorded the child is left out."),
            (
                example(
                    "Two children became looked after on Monday 5 January. The service was told of one on "
                    "the 7th, of the other on the 8th.",
                    child("A", notified_on="2026-01-07"), child("B", notified_on="2026-01-08"),
                    counts=1, of=2,
                ),
                example("The day is not recorded.", child("A"), counts=0, of=0),
                example(
                    "A child in a series of short breaks is left out.",
                    child("A", short_breaks(), notified_on="2026-01-06"), counts=0, of=0,
                ),
            ),
        ),
        done=d.c.notified_on <= AS_AT,
    ),
    Measure(
        "iro_allocated_in_5_days", THEME, STARTS,
        numerator=and_(d.c.first_iro_on <= AS_AT, d.c.first_iro_working_day <= _allocated_limit),
        denominator=or_(d.c.first_iro_on <= AS_AT, _GONE - d.c.start_ordinal >= _allocated_limit),
        direction="higher",
        paperwork=Paperwork(
            "IRO allocated within {iro_allocated_working_days:working days}",
            "Of the children who became looked after in the period, how many had an IRO allocated within "
            "{iro_allocated_working_days:working days}.",
            "The IRO has to be appointed before the first review, in time to see the child and prepare it.",
            "{target}.",
            "s.25A Children Act 1989; local procedures",
            (*_STARTS, _LEFT_OUT, "An IRO already allocated on the first day counts."),
            (
                example(
                    "Two children became looked after on Monday 5 January. One had an IRO on Monday 12 "
                    "January, the fifth working day, the other on the 13th.",
                    child("A", with_iro(since="2026-01-12")), child("B", with_iro(since="2026-01-13")),
                    counts=1, of=2,
                ),
                example(
                    "Seen from 12 January a child without an IRO is left out: it is the last day.",
                    child("A"), counts=0, of=0, as_at="2026-01-12",
                ),
                example(
                    "Seen from 13 January it has failed.", child("A"), counts=0, of=1, as_at="2026-01-13",
                ),
            ),
        ),
        done=d.c.first_iro_on <= AS_AT,
    ),
    _before(
        "invitations_10_days_before",
        "Invitations out {invitations_working_days_before:working days} before",
        "Of the reviews held in the period, for how many invitations were sent "
        "{invitations_working_days_before:working days} before or earlier.",
        "People who are asked late do not come, and papers asked for late do not come back.",
        "S1", "invitations", "invitations_sent_on",
        (
            example(
                "Two reviews were held on Friday 30 January. Invitations went out on Friday 16 January, ten "
                "working days before, and on Monday the 19th.",
                child("A", held("2026-01-30", invitations_sent_on="2026-01-16")),
                child("B", held("2026-01-30", invitations_sent_on="2026-01-19")), counts=1, of=2,
            ),
            example("No invitations are recorded.", child("A", held("2026-01-30")), counts=0, of=1),
        ),
    ),
    _before(
        "report_2_days_before", "Report in {report_working_days_before:working days} before",
        "Of the reviews held in the period, for how many the social worker's report was on the system "
        "{report_working_days_before:working days} before or earlier.",
        "An IRO, a child and a family who see the report at the meeting cannot prepare.",
        "S1 (Handbook: 3 days)", "report", "report_received_on",
        (
            example(
                "Two reviews were held on Friday 30 January. One report was in on Wednesday the 28th, the "
                "other on Thursday the 29th.",
                child("A", held("2026-01-30", report_received_on="2026-01-28")),
                child("B", held("2026-01-30", report_received_on="2026-01-29")), counts=1, of=2,
            ),
            example("No report is recorded.", child("A", held("2026-01-30")), counts=0, of=1),
        ),
    ),
    _before(
        "care_plan_2_days_before",
        "Care plan updated {care_plan_working_days_before:working days} before",
        "Of the reviews held in the period, for how many the care plan was updated since the last review "
        "(or since care began) and {care_plan_working_days_before:working days} before the review or "
        "earlier.",
        "A review of an old plan reviews nothing.",
        "S1 (Handbook: 3 days)", "care_plan", "care_plan_updated_on",
        (
            example(
                "Two reviews were held on Friday 30 January. One plan was updated on the 28th, the other on "
                "the 29th.",
                child("A", held("2026-01-30", care_plan_updated_on="2026-01-28")),
                child("B", held("2026-01-30", care_plan_updated_on="2026-01-29")), counts=1, of=2,
            ),
            example(
                "The plan was last updated on 2 January, before the child became looked after.",
                child("A", held("2026-01-30", care_plan_updated_on="2026-01-02")), counts=0, of=1,
            ),
        ),
        since_opening=True,
    ),
    Measure(
        "iro_saw_child_before", THEME, REVIEWS_HELD,
        numerator=d.c.child_seen,
        denominator=true(),
        direction="higher",
        paperwork=Paperwork(
            "IRO saw the child before the review",
            "Of the reviews held in the period, before how many the IRO saw or spoke with the child, or did "
            "a midway review, since the review before it (or since care began).",
            "Children say other things alone than in a meeting.",
            "{target}.",
            "S1; Handbook",
            ("The day of the review itself counts.",),
            (
                example(
                    "Before one review the IRO met the child on 27 January, before the other nobody did.",
                    child("A", held("2026-01-30", child_seen_on="2026-01-27")),
                    child("B", held("2026-01-30")), counts=1, of=2,
                ),
                example(
                    "A contact with the child is recorded on 20 January.",
                    child("A", held("2026-01-30"), done("child_contact", "2026-01-20")), counts=1, of=1,
                ),
            ),
        ),
        done=d.c.child_seen,
        shown=("child_seen",),
    ),
    _after(
        "decisions_in_5_days", "Decisions out within {decisions_working_days_after:working days}",
        "Of the reviews held in the period, for how many the decisions were sent within "
        "{decisions_working_days_after:working days}.",
        "What was decided can only be done by those who have it in writing.",
        "S1, S3 3.2", "decisions", "2026-02-06", "2026-02-09",
    ),
    _after(
        "record_in_15_days", "Record out within {record_working_days_after:working days}",
        "Of the reviews held in the period, for how many the record of the meeting was sent within "
        "{record_working_days_after:working days}.",
        "The record is what the next review is measured against.",
        "S1", "record", "2026-02-20", "2026-02-23",
    ),
    _after(
        "letter_in_20_days", "Letter to the child within {letter_working_days_after:working days}",
        "Of the reviews held in the period, for how many a letter was sent to the child within "
        "{letter_working_days_after:working days}.",
        "The child should hear from the IRO, in words they can use, what was decided.",
        "S3 3.2", "letter", "2026-02-27", "2026-03-02",
    ),
    Measure(
        "monitoring_form_sent", THEME, REVIEWS_HELD,
        numerator=d.c.monitoring_sent_on <= AS_AT,
        denominator=or_(d.c.completed_on.is_(None), d.c.completed_on <= AS_AT),
        direction="higher",
        paperwork=Paperwork(
            "Monitoring form sent",
            "Of the reviews held in the period, for how many the monitoring form was sent to the team "
            "manager.",
            "It tells the team what the IRO saw of its practice while it can still be used.",
            "{target}.",
            "S4 5.2",
            ("There is no last day for it, so a form not sent counts against it at once.",),
            (
                example(
                    "After one review the form was sent, after the other it was not.",
                    child("A", held("2026-01-30", monitoring_sent_on="2026-03-02")),
                    child("B", held("2026-01-30")), counts=1, of=2,
                ),
                example(
                    "Seen from 27 February a form sent on 2 March is not known.",
                    child("A", held("2026-01-30", monitoring_sent_on="2026-03-02")), counts=0, of=1,
                    as_at="2026-02-27",
                ),
            ),
        ),
        done=d.c.monitoring_sent_on <= AS_AT,
        shown=("completed_on", "monitoring_sent_on"),
    ),
    _before(
        "social_worker_visited_10_days_before",
        "Social worker visited {social_worker_visit_working_days_before:working days} before",
        "Of the reviews held in the period, for how many the social worker visited the child since the last "
        "review (or since care began) and {social_worker_visit_working_days_before:working days} before the "
        "review or earlier.",
        "The report should say what the child wants, and for that somebody has to have asked.",
        "S1", "social_worker_visit", "social_worker_visit_on",
        (
            example(
                "Two reviews were held on Friday 30 January. One child was visited on Friday the 16th, the "
                "other on Monday the 19th.",
                child("A", held("2026-01-30", social_worker_visit_on="2026-01-16")),
                child("B", held("2026-01-30", social_worker_visit_on="2026-01-19")), counts=1, of=2,
            ),
            example(
                "The visit was on 2 January, before the child became looked after.",
                child("A", held("2026-01-30", social_worker_visit_on="2026-01-02")), counts=0, of=1,
            ),
        ),
        since_opening=True,
        good="{target}.",
    ),
)  # fmt: skip
