"""Escalation: how often IROs challenge, and whether the formal process is settled in its 20 working days."""

from __future__ import annotations

from sqlalchemy import true

from metrics.measures.examples import child, example, raised
from metrics.measures.measure import Measure, Paperwork
from metrics.rows.duty_rows import AS_AT
from metrics.rows.row_sets import ESCALATIONS_DUE, ESCALATIONS_OPEN, ESCALATIONS_RAISED, RESOLVED, e

THEME = "Escalation"

_NEVER_COLOURED = "More challenge is not worse, so the number is never judged."
_FORMAL = (
    "Formal is any stage but informal, Cafcass included; the {escalation_working_days:working days} run from "
    "the day it was raised."
)

MEASURES = (
    Measure(
        "escalations_raised", THEME, ESCALATIONS_RAISED, true(), None, "neither",
        Paperwork(
            "Escalations raised",
            "How many escalations were raised in the period, informal and formal.",
            "Challenge is part of an IRO's work: a service that never escalates is not looking.",
            "There is no standard, and more is not worse.",
            "IRO Handbook, dispute resolution; domain.md section 6",
            (_NEVER_COLOURED,),
            (
                example(
                    "Two were raised about one child, one about another.",
                    child("A", raised("2026-01-19"), raised("2026-03-02", "informal")),
                    child("B", raised("2026-02-02")), counts=3,
                ),
                example(
                    "Seen from 27 February one raised on 2 March is not known.",
                    child("A", raised("2026-03-02")), counts=0, as_at="2026-02-27",
                ),
            ),
        ),
    ),
    Measure(
        "children_with_escalation", THEME, ESCALATIONS_RAISED, true(), None, "neither",
        Paperwork(
            "Children with an escalation",
            "How many children the escalations raised in the period concern.",
            "Many escalations about few children are another matter than few about many.",
            "There is no standard, and more is not worse.",
            "S3; domain.md section 6",
            (
                _NEVER_COLOURED,
                "A child counts once in each group, so groups need not add up to the service.",
            ),
            (
                example(
                    "Two were raised about one child, one about another.",
                    child("A", raised("2026-01-19"), raised("2026-03-02", "informal")),
                    child("B", raised("2026-02-02")), counts=2,
                ),
                example("Nothing was raised.", child("A"), counts=0),
            ),
        ),
        distinct="child_id",
    ),
    Measure(
        "escalations_resolved_in_time", THEME, ESCALATIONS_DUE,
        numerator=e.c.resolved_on <= e.c.deadline_on,
        denominator=RESOLVED | (e.c.deadline_on < AS_AT),
        direction="higher",
        paperwork=Paperwork(
            "Escalations resolved in {escalation_working_days:working days}",
            "Of the formal escalations whose {escalation_working_days:th} working day is in the period, how "
            "many were resolved on or before it.",
            "A dispute that drags on is drift of its own.",
            "{target}.",
            "IRO Handbook, dispute resolution",
            (_FORMAL, "One that is still open is left out until its last day has passed."),
            (
                example(
                    "Two were raised on 2 February, so that 2 March is the last day. One was resolved that "
                    "day, the other on the 3rd.",
                    child("A", raised("2026-02-02", resolved="2026-03-02")),
                    child("B", raised("2026-02-02", resolved="2026-03-03")), counts=1, of=2,
                ),
                example(
                    "Seen from 2 March one that is open still has the day; informal ones are left out.",
                    child("A", raised("2026-02-02")), child("B", raised("2026-02-02", "informal")),
                    counts=0, of=0, as_at="2026-03-02",
                ),
            ),
        ),
    ),
    Measure(
        "escalations_open_over_20_days", THEME, ESCALATIONS_OPEN,
        numerator=e.c.deadline_on < AS_AT,
        denominator=None,
        direction="lower",
        paperwork=Paperwork(
            "Escalations open for more than {escalation_working_days:working days}",
            "How many formal escalations are open on the as-at day that were raised more than "
            "{escalation_working_days:working days} before.",
            "These are the ones to take further.",
            "{target}.",
            "IRO Handbook, dispute resolution",
            (_FORMAL,),
            (
                example(
                    "One raised on 2 February is open on 31 March; another was resolved on the 30th.",
                    child("A", raised("2026-02-02")), child("B", raised("2026-02-02", resolved="2026-03-30")),
                    counts=1,
                ),
                example(
                    "On 2 March, its 20th working day, it has not been open for longer.",
                    child("A", raised("2026-02-02")), counts=0, as_at="2026-03-02",
                ),
            ),
        ),
    ),
)  # fmt: skip
