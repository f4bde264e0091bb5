"""Children whose reviews are all on time this year, and the day that decides it; those with a late one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from charts.bars import bars
from metrics.counting.question import DAY, Selection, first_of_april, months_on
from metrics.recorded.due_dates import CAUSES, NOT_RECORDED, SAME
from metrics.wording import words
from pages.export.download import RECORDS
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import columns, results
from pages.pieces.pieces import (
    Figure,
    Figures,
    Folded,
    Heading,
    LongTable,
    Picture,
    Pieces,
    Table,
    Text,
    as_table,
)
from standards.wording import worded

KEY = "children_all_reviews_on_time"


def year_to_date(selection: Selection) -> Selection:
    """From 1 April to the day: the year that the measure of children counts."""
    start = first_of_april(selection.as_at)
    return replace(selection, by="service", period_start=start, period_end=selection.as_at)


@reads.kept
def still_on_time(view: View) -> pd.DataFrame:
    """The children all of whose reviews are on time this year, with the day that decides it.

    `decided_on` is the day the next review is due, empty where that is not within the year.
    """
    asked = year_to_date(view.selection)
    rows = reads.behind(view.asking, KEY, asked, "numerator")
    open_now = reads.tracker(view.asking, view.selection)[["child_id", "due_on", "booked_for", "state"]]
    who = rows[["child_id", "team_id", "iro_id", "social_worker"]]
    found = who.merge(open_now, on="child_id", how="left")
    start, end = asked.period_start, _end_of_year(asked)
    decided = [due if not pd.isna(due) and start <= due <= end else None for due in found["due_on"]]
    found = found.assign(decided_on=pd.Series(decided, index=found.index, dtype=object))
    order = sorted(range(len(found)), key=lambda place: (decided[place] or date.max, place))
    return found.iloc[order].reset_index(drop=True)


@reads.kept
def no_longer(view: View) -> pd.DataFrame:
    """The children with a review late, missed or overdue this year, each with the first of them."""
    asked = year_to_date(view.selection)
    children = set(reads.behind(view.asking, KEY, asked, "shortfall")["child_id"])
    failed = reads.behind(view.asking, "reviews_due_on_time", asked, "shortfall")
    failed = failed[failed["child_id"].isin(children)].sort_values("due_on", kind="stable")
    return failed.drop_duplicates("child_id").reset_index(drop=True)


def _end_of_year(asked: Selection) -> date:
    return months_on(asked.period_start, 12) - DAY


@reads.kept
def recoverable(view: View) -> Pieces:
    """How many children can still have every review on time this year, and what would lose them."""
    asked = year_to_date(view.selection)
    row = reads.measures(view.asking, asked, (KEY,)).iloc[0]
    if not row["denominator"] > 0:
        return ()
    safe, gone = still_on_time(view), no_longer(view)
    waiting = safe[safe["decided_on"].notna()]
    children = words.count(len(safe), "child has", "children have")
    lost = words.count(len(gone), "child has", "children have")
    end = _end_of_year(asked)
    text = (
        f"Since {words.day(asked.period_start)}, {children} had every review on time. "
        f"For {len(waiting):,} of them a further review is due by {words.day(end)}, and decides it. "
        f"{words.sentence(lost)} had a late or missed review, whatever comes."
    )
    figures = (
        Figure("Every review on time", f"{len(safe):,}", f"of {row['denominator']:,.0f} children"),
        Figure("Still to be decided", f"{len(waiting):,}", f"a review due by {words.day(end)}"),
        Figure("No longer possible", f"{len(gone):,}", "a review late, missed or overdue"),
    )
    return (
        Heading("Which children can still have every review on time?"),
        Text(text),
        Figures(figures),
        *_listed(view, waiting, "Those still to be decided, the soonest first", "still_to_be_decided",
                 ("child_id", "decided_on", "booked_for", "state", "social_worker", "iro_id", "team_id")),
        *_listed(view, gone, "Those with a late or missed review, and which it was", "no_longer_possible",
                 ("child_id", "due_on", "held_on", "outcome", "days_late", "late_reason")),
    )  # fmt: skip


@reads.kept
def days_late(view: View) -> Pieces:
    """By how many days reviews due in the period were late, are overdue, or had gone by."""
    rows = reads.behind(view.asking, "reviews_due_on_time", view.selection, "shortfall")
    if rows.empty:
        return ()
    band = pd.cut(rows["days_late"].astype(float), [0, 7, 14, 28, 90, float("inf")], labels=list(_BANDS))
    table = pd.DataFrame({"By": list(_BANDS)})
    for outcome, label in {"late": "Held late", "overdue": "Overdue now", "missed": "Never held"}.items():
        counted = band[rows["outcome"] == outcome].value_counts()
        table[label] = [f"{int(counted.get(name, 0)):,}" for name in _BANDS]
    total = band.value_counts()
    chart = bars(
        list(_BANDS),
        [float(total.get(name, 0)) for name in _BANDS],
        [f"{int(total.get(name, 0)):,} of {len(rows):,}" for name in _BANDS],
        of="reviews not on time by how many days",
    )
    return (
        Heading("By how many days"),
        Text("Calendar days from the due date to the day held; of those overdue, to this day."),
        Picture(chart, "days_late"),
        as_table(Table(table, "Reviews not on time by days", "days_late")),
    )  # fmt: skip


_BANDS = ("1 to 7 days", "8 to 14 days", "15 to 28 days", "29 to 90 days", "More than 90 days")


@reads.kept
def systems_dates(view: View) -> Pieces:
    """Where the case system's due date is another than ours, and why that is likely so."""
    rows = reads.recorded_due_dates(view.asking, view.selection)
    known = rows[rows["cause"] != NOT_RECORDED]
    if known.empty:
        return ()
    differ = known[known["cause"] != SAME]
    heading = Heading("Does the case system count alike?")
    text = (
        f"Of {words.count(len(known), 'review')} held for which the case system gives a due date, "
        f"{len(known) - len(differ):,} have the same as ours and {len(differ):,} another."
    )
    if differ.empty:
        return heading, Text(text)
    counted = differ["cause"].value_counts()
    causes = {cause: worded(text, view.selection.period_end) for cause, text in CAUSES.items()}
    table = pd.DataFrame(
        {
            "Likely because it is": [words.sentence(causes[cause]) for cause in causes if cause in counted],
            "Reviews": [f"{counted[cause]:,}" for cause in causes if cause in counted],
        }
    )
    shown = columns.in_words(
        view,
        differ.assign(cause=differ["cause"].map(causes)),
        first=("child_id", "kind", "due_on", "recorded_due_on", "differs_by", "cause", "held_on"),
    )
    return (
        heading,
        Text(f"{text} Ours follows the regulations; a system set otherwise books reviews late or early."),
        Table(table, "Likely reasons why due dates differ", "due_dates"),
        results.download(
            view, "due_dates_that_differ", "Due dates that differ", lambda: shown, note=RECORDS,
            label=f"Download {words.count(len(differ), 'review')} (CSV)",
        ),
    )  # fmt: skip


def _listed(view: View, rows: pd.DataFrame, title: str, name: str, first: tuple[str, ...]) -> Pieces:
    if rows.empty:
        return ()
    shown = columns.in_words(view, rows[[column for column in first if column in rows]], first=first)
    return (
        Folded(f"{title} ({len(rows):,})", ":material/list:", (LongTable(shown, f"{title}: {len(rows):,}"),)),
        results.download(
            view, name, title, lambda: shown, note=RECORDS,
            label=f"Download {words.count(len(rows), 'child', 'children')} (CSV)",
        ),
    )  # fmt: skip
