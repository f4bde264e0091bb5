"""The child's team: whether every child has a social worker."""

from __future__ import annotations

from sqlalchemy import true

from metrics.measures.examples import child, example, with_team
from metrics.measures.measure import Measure, Paperwork
from metrics.rows.child_rows import CHILDREN, s

THEME = "The child's team"

MEASURES = (
    Measure(
        "children_without_a_social_worker", THEME, CHILDREN,
        numerator=s.c.social_worker.is_(None),
        denominator=true(),
        direction="lower",
        paperwork=Paperwork(
            "Children without a social worker",
            "Of the children looked after on the as-at day, how many have no social worker named: their "
            "team's allocation on that day names nobody, or no team is allocated at all.",
            "Nobody visits the child, writes the report or carries out the decisions of the last review.",
            "{target}.",
            "S3: no allocated social worker is a theme of escalation; domain.md section 6",
            (
                "Of a team only children who are with it are counted; those without any team are under “no "
                "team allocated”.",
                "Where no allocation that was loaded names a social worker the measure is not available: "
                "blank then says nothing about the children.",
                "Whatever is written counts as a name: “duty” or “to be allocated” too. Leave the column "
                "blank where nobody is allocated.",
            ),
            (
                example(
                    "One child has a social worker; of another the allocation to the team names nobody; the "
                    "third has no team.",
                    child("A", with_team(worker="Worker 1")), child("B", with_team()), child("C"),
                    counts=2, of=3,
                ),
                example(
                    "The social worker left on 30 March; from the 31st the allocation names nobody.",
                    child("A", with_team(worker="Worker 1", until="2026-03-30"),
                          with_team(since="2026-03-31")), counts=1, of=1,
                ),
            ),
        ),
        filled=("team_allocations", "social_worker"),
        by_name_only=True,
    ),
)  # fmt: skip
