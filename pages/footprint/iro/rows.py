"""The children of one IRO: what has changed, the late reviews and why, the caseload by last touch."""

from __future__ import annotations

import pandas as pd

from metrics.practice.practice import Changed, Practice
from metrics.wording import words
from pages.export.download import RECORDS
from pages.footprint.iro.answer import ABOVE, TABLES
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import columns, results
from pages.pieces.pieces import Heading, LongTable, Pieces, Text

CASELOAD = (
    "child_id", "state", "last_touch_on", "days_untouched", "due_on", "midway_due_on", "booked_for",
    "midway_done_on", "last_touch", "last_touch_by", "missing", "with_iro_since", "team_id", "age_band",
    "escalation_age_days",
)  # fmt: skip
LATE = (
    "child_id", "due_on", "held_on", "days_late", "outcome", "lies", "late_reason", "agreed",
    "late_agreed_by", "late_agreed_on", "kind", "team_id",
)  # fmt: skip
ESCALATIONS = ("child_id", "raised_on", "theme", "stage", "deadline_on", "resolved_on")


@reads.kept
def changed(view: View, found: Practice) -> Pieces:
    """What has changed since the last supervision, in a list; the children it concerns as a table."""
    said = found.changed
    since = "since the last supervision" if said.since_supervision else "in the last weeks"
    pieces: Pieces = (
        Heading(f"What has changed {since}"),
        Text(f"From {words.day(said.since)} to {words.day(found.as_at)}:\n\n{_done(said)}"),
    )
    rows = [(child, what) for what, children in _children(said).items() for child in children]
    if not rows:
        return (*pieces, Text("No child has come or gone, and none is newly late or late no longer."))
    table = pd.DataFrame(rows, columns=["Child", "What changed"])
    return (*pieces, LongTable(table, f"Children for whom something has changed: {len(rows)}"))


def _done(said: Changed) -> str:
    def number(key: str) -> float:
        found = said.done.get(key)
        return (found.numerator or 0) if found else 0

    on_time = said.done.get("reviews_held_on_time")
    late = (on_time.denominator or 0) - (on_time.numerator or 0) if on_time else 0
    held = words.count(number("reviews_held"), "review")
    how_late = f", {late:,.0f} late" if late else ", none late" if number("reviews_held") else ""
    lines = [
        f"{words.sentence(held)} of their children held{how_late}",
        words.sentence(words.count(number("reviews_per_fte_month"), "review")) + " chaired",
        words.sentence(words.count(number("midway_reviews_per_fte_month"), "midway review")) + " done",
        words.sentence(words.count(number("case_notes_per_fte_month"), "case note")) + " written",
        words.sentence(words.count(number("escalations_raised"), "escalation")) + " raised",
        words.sentence(words.count(len(said.actions_closed), "action")) + " closed",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _children(said: Changed) -> dict[str, tuple[str, ...]]:
    return {
        "newly overdue or booked late": said.newly_red,
        "no longer overdue or booked late": said.no_longer_red,
        "came to this IRO; overdue or booked late": said.came_red,
        "came to this IRO": tuple(child for child in said.came if child not in said.came_red),
        "left this IRO, or is no longer looked after": said.left,
    }


@reads.kept
def late_reviews(view: View, found: Practice) -> Pieces:
    """The reviews of the twelve months that were late: where each reason lies, what was agreed."""
    title = Heading("Late reviews, and why")
    rows = found.late_reviews
    if rows.empty:
        return (title, Text("No review due in the twelve months was held late, never held or is overdue."))
    counted = rows["lies"].value_counts().items()
    where = words.listed([f"{number:,} {str(name)[:1].lower()}{str(name)[1:]}" for name, number in counted])
    reviews = words.count(len(rows), "review", "reviews")
    was = "was" if len(rows) == 1 else "were"
    said = (
        f"{words.sentence(reviews)} due in the twelve months {was} not on time, by where the reason lies: "
        f"{where}."
    )
    shown = columns.in_words(view, rows[list(LATE)], first=LATE)
    return title, Text(said), LongTable(shown, f"Late reviews of the twelve months: {len(rows)}")


@reads.kept
def escalations(view: View, found: Practice) -> Pieces:
    """Those raised in the twelve months."""
    rows = found.escalations
    if "escalations_raised" in found.untold or rows.empty:
        return ()
    shown = columns.in_words(view, rows[list(ESCALATIONS)], first=ESCALATIONS)
    return (LongTable(shown, f"Escalations raised in the twelve months: {len(rows)}"),)


@reads.kept
def caseload(view: View, found: Practice) -> Pieces:
    """Every child of the IRO, the longest untouched first."""
    rows = found.caseload
    title = Heading("The caseload, longest untouched first")
    if rows.empty:
        return (title, Text("No child is allocated to this IRO on this day."))
    shown = columns.in_words(view, rows[list(CASELOAD)], first=CASELOAD)
    children = words.count(len(rows), "child", "children")
    note = (
        "Any IRO's review, midway review, contact or case note counts; a child with none counts from the day "
        "they came to this IRO."
    )
    return (
        title,
        Text(f"{words.sentence(children)}. {note}"),
        LongTable(shown, f"The caseload: {children}, longest untouched first"),
        results.download(
            view, "caseload", "Caseload, longest untouched first", lambda: shown, note=RECORDS,
            label=f"Download {children} (CSV)",
        ),
        results.about(view, [key for keys in (ABOVE, *TABLES.values()) for key in keys]),
    )  # fmt: skip
