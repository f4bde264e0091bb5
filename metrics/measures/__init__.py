"""The catalogue: every measure by its key, in the order of `measures.md`.

To add one, write it into its theme's file with its paperwork and worked examples; the command line, the
cube, the pages' definitions and `docs/measures.md` take it from here.
"""

from __future__ import annotations

from metrics.measures import audit, escalation, footprint, participation, steps, team, timeliness
from metrics.measures.measure import Measure, catalogue_of

CATALOGUE: dict[str, Measure] = catalogue_of(
    timeliness.MEASURES,
    participation.MEASURES,
    footprint.MEASURES,
    steps.MEASURES,
    team.MEASURES,
    escalation.MEASURES,
    audit.MEASURES,
)

_NEEDED_BY: dict[tuple[str, ...], tuple[str, ...]] = {
    ("activities", "iro_hours"): ("midway_reviews_per_fte_month", "case_notes_per_fte_month"),
    ("iro_hours",): ("reviews_per_fte_month",),
    ("iro_allocations", "activities"): ("children_seen_in_six_weeks",),
    ("activities",): ("midway_coverage",),
    ("iro_allocations", "iro_hours"): ("caseload_per_fte",),
    ("iro_allocations",): ("children_without_an_iro", "same_iro_all_year", "iro_allocated_in_5_days"),
    ("care_periods",): ("iro_told_in_2_days",),
    ("team_allocations",): ("children_without_a_social_worker",),
    ("review_people",): tuple(key for key in CATALOGUE if "_involved" in key),
    ("escalations",): tuple(measure.key for measure in escalation.MEASURES),
    ("audits",): tuple(measure.key for measure in audit.MEASURES),
    ("reviews",): (
        *(key for key, measure in CATALOGUE.items() if measure.filled and measure.filled[0] == "reviews"),
        *(measure.key for measure in steps.MEASURES if measure.rows.name == "reviews_held"),
        "reviews_due_soon_unbooked", "reviews_booked_late", "late_reviews_agreed", "late_reviews_explained",
        "late_reviews_record_only", "absences_explained",
    ),
}  # fmt: skip
NEEDS: dict[str, tuple[str, ...]] = {key: kinds for kinds, keys in _NEEDED_BY.items() for key in keys}
"""The kinds of the extract that a measure rests on, of those that the statutory return does not have."""
