"""Whether the steps around a review were on time: each on time, late or missing, the worst first; midways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from charts.bars import Part, stacked
from charts.chart import Chart
from charts.palette import STEP_FILLS, STEP_PARTS
from charts.trend import Line
from metrics.counting.promptness import OF_THE_TEAM, TOO_EARLY, owed_before
from metrics.counting.question import month_end, months_on
from metrics.wording import words
from pages.export.download import RECORDS
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces import columns, groups, results
from pages.pieces.months import over_months
from pages.pieces.pieces import (
    Figure,
    Figures,
    Heading,
    Link,
    Links,
    LongTable,
    Picture,
    Piece,
    Pieces,
    Table,
    Text,
    as_table,
    rows_behind,
    sentence,
)
from standards.wording import in_words


@dataclass(frozen=True)
class Step:
    """How a step is called: as a label, in a sentence and with which verb, and what it is counted of."""

    label: str
    said: str
    of: str = "reviews"
    were: str = "was"


STEPS = {
    "iro_told_in_2_days": Step("IRO service told", "telling the IRO service", "children"),
    "iro_allocated_in_5_days": Step("IRO allocated", "allocating an IRO", "children"),
    "invitations_10_days_before": Step("Invitations", "the invitations", were="were"),
    "social_worker_visited_10_days_before": Step("Social worker's visit", "the social worker's visit"),
    "report_2_days_before": Step("Report", "the report"),
    "care_plan_2_days_before": Step("Updated care plan", "the updated care plan"),
    "iro_saw_child_before": Step("IRO saw the child", "the IRO's seeing the child"),
    "decisions_in_5_days": Step("Decisions", "the decisions", were="were"),
    "record_in_15_days": Step("Record", "the record"),
    "letter_in_20_days": Step("Letter to the child", "the letter to the child"),
    "monitoring_form_sent": Step("Monitoring form", "the monitoring form"),
}
"""In the order in which they are taken."""
PARTS = {"on_time": "numerator", "late": "late", "missing": "missing"}
"""Part of a step -> the column of its numbers, and the name of the rows behind it."""
MONTHS = 12


# -- all steps


@reads.kept
def _all(view: View) -> pd.DataFrame:
    """The steps that were due in the period, worst first; those without a standard after the others."""
    rows = reads.steps(view.asking, view.selection, tuple(told(view)))
    rows = rows[rows["denominator"] > 0]
    rows = rows.assign(
        without=rows["standard_low"].isna(),
        gap=rows["value"] - rows["standard_low"].fillna(0),
        place=rows["measure"].map(list(STEPS).index),
    )
    rows = rows.sort_values(["without", "gap", "place"]).drop(columns=["without", "gap", "place"])
    return rows.reset_index(drop=True)


def told(view: View) -> list[str]:
    """The steps that this data tells of, in the order in which they are taken."""
    untold = reads.unavailable(view.asking)
    return [key for key in STEPS if key not in untold]


def worst(view: View) -> str:
    """The step furthest from its standard, of those with anything recorded; empty where none was due."""
    rows = _all(view)
    return next(iter([*recorded(rows)["measure"], *rows["measure"]]), "")


def recorded(rows: pd.DataFrame) -> pd.DataFrame:
    """The steps done at least once: of the others it cannot be told whether the extract has them."""
    return rows[rows["numerator"] + rows["late"] > 0]


@reads.kept
def answer(view: View) -> Pieces:
    """The answer to the page's question: sentence, the worst three, all steps as picture and table, rows."""
    rows = _all(view)
    if rows.empty:
        return _nothing_to_tell(view)
    chart = picture(
        [STEPS[key].label for key in rows["measure"]], rows, of="the steps around a review",
        standards=[None if pd.isna(low) else float(low) for low in rows["standard_low"]],
    )  # fmt: skip
    figures = [
        results.figure(row, STEPS[row["measure"]].label) for _, row in recorded(rows).head(3).iterrows()
    ]
    links = links_to_shortfall(rows, [STEPS[key].label for key in rows["measure"]])
    return (
        sentence(_said(rows)),
        *unrecorded(rows),
        *((Figures(tuple(figures)),) if figures else ()),
        Heading("Every step, the one furthest from its standard first"),
        Text(
            "Late is done after its last day; missing is not done, with its last day past (the monitoring "
            "form has none). A step that still has time is left out. Beside each bar stands how many were on "
            "time; steps without a standard come last."
        ),
        Picture(chart, "steps"),
        Table(
            table_of(view, rows), "The steps around a review: standard, on time, late and missing", "steps"
        ),
        results.download(view, "steps", "Steps around a review", lambda: rows, label="Steps (CSV)"),
        *((Text("The reviews and children behind what was late or missing:"), Links(links)) if links else ()),
    )


def links_to_shortfall(rows: pd.DataFrame, labels: Sequence[str], by: str = "") -> tuple[Link, ...]:
    """A link for each row of which anything was late or missing, with how many."""
    return tuple(
        rows_behind(
            f"{label} ({row['denominator'] - row['numerator']:,.0f})", row["measure"], "shortfall", by=by,
            group=str(row["group"]) if by else "",
        )
        for label, row in zip(labels, rows.to_dict("records"), strict=True)
        if row["numerator"] < row["denominator"]
    )  # fmt: skip


def _nothing_to_tell(view: View) -> Pieces:
    if told(view):
        days = filters.month_words((view.selection.period_start, view.selection.period_end))
        return results.nothing_told(
            f"no review was held and no child came into care from {days}, as far as this data knows."
        )
    return results.nothing_told(
        "this data cannot say whether the steps around a review were on time.",
        "It takes a review extract, with the days on which reports came and records went out.",
    )


def _said(rows: pd.DataFrame) -> str:
    """The steps furthest from their standard, with their counts, and how many meet theirs."""
    judged = rows[rows["standard_low"].notna()]
    behind = recorded(judged[judged["status"] == "not_met"])
    met = int((judged["status"] == "met").sum())
    if recorded(rows).empty:
        return "nothing is recorded of any step around a review."
    said = []
    if len(behind):
        first = behind.iloc[0]
        step = STEPS[first["measure"]]
        said.append(f"{step.said} {step.were} furthest behind: {_parts_said(first)}.")
        if len(behind) > 1:
            second = behind.iloc[1]
            said.append(f"Then came {STEPS[second['measure']].said}: {_parts_said(second)}.")
    elif len(judged) and met == len(judged):
        return f"every step that has a standard met it: {words.count(met, 'step')} in all."
    if len(judged):
        said.append(f"{met or 'None'} of the {words.count(len(judged), 'step')} with a standard met it.")
    return " ".join(said) or "nothing that has a standard was due."


def _parts_said(row: Any) -> str:
    """`1,632 of 2,190 reviews on time, 383 late and 175 missing`."""
    on_time = f"{row['numerator']:,.0f} of {row['denominator']:,.0f} {STEPS[row['measure']].of} on time"
    rest = [f"{row[part]:,.0f} {part}" for part in ("late", "missing") if row[part]]
    return words.listed([on_time, *rest])


def unrecorded(rows: pd.DataFrame) -> Pieces:
    """The steps of which nothing at all is recorded, which may be the extract's gap rather than anyone's."""
    keys = set(rows["measure"]) - set(recorded(rows)["measure"])
    if not keys:
        return ()
    said = words.listed([step.said for key, step in STEPS.items() if key in keys])
    return (
        Text(
            f"Nothing at all is recorded in this period of {said}: either it was never done, or the extract "
            "leaves it out."
        ),
    )


def picture(
    labels: Sequence[str], rows: pd.DataFrame, *, of: str, standards: list[float | None] | None
) -> Chart:
    """A bar for each row in its three parts."""
    parts = [
        Part(STEP_PARTS[part], STEP_FILLS[part], [int(number) for number in rows[column]])
        for part, column in PARTS.items()
    ]
    shown = [f"{n:,.0f} of {d:,.0f}" for n, d in zip(rows["numerator"], rows["denominator"], strict=True)]
    return stacked(labels, parts, shown, of=of, standards=standards)


def table_of(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    table = {"Step": [view.selection.paper(key).title for key in rows["measure"]]}
    table["Standard"] = [
        words.standard(low, high, "percent")
        for low, high in zip(rows["standard_low"], rows["standard_high"], strict=True)
    ]
    return pd.DataFrame(table | _in_parts(rows))


def _in_parts(rows: pd.DataFrame) -> dict[str, list[str]]:
    """The three parts as columns of a table."""
    return {
        "On time": results.rates(rows),
        "Late": ["" if pd.isna(number) else f"{number:,.0f}" for number in rows["late"]],
        "Missing": ["" if pd.isna(number) else f"{number:,.0f}" for number in rows["missing"]],
    }


# -- one step


@reads.kept
def one_step(view: View, key: str) -> Pieces:
    """One step: its three parts as numbers, each with the rows behind it."""
    rows = reads.steps(view.asking, view.selection, (key,))
    title = view.selection.paper(key).title
    if not rows["denominator"].fillna(0).gt(0).any():
        return (Heading(title), Text("There was nothing of it to do in this period."))
    row = rows.iloc[0]
    links = tuple(
        rows_behind(f"The {row[part]:,.0f} {STEP_PARTS[part].word}", key, part)
        for part in ("late", "missing")
        if row[part]
    )
    return (
        Heading(title),
        Text(f"{words.sentence(_parts_said(row))}."),
        *((Links(links),) if links else (Text("Nothing was late or missing."),)),
    )


@reads.kept
def by_group(view: View, key: str, by: str) -> Pieces:
    """A step by team, IRO or kind of review. IROs stand by name: no order of merit is made of lateness."""
    rows = reads.steps(view.asking, view.by(by), (key,))
    rows = rows[rows["denominator"] > 0].copy()
    if rows.empty:
        return ()
    rows["label"] = [groups.name(view, by, group) for group in rows["group"]]
    rows["nobody"] = rows["group"] == words.NOBODY
    rows = rows.sort_values(["nobody", "label"] if by == "iro" else ["value", "label"])
    of, label = groups.named(by), STEPS[key].label
    order = "by name" if by == "iro" else "lowest first"
    low = rows["standard_low"].iloc[0]
    chart = picture(
        list(rows["label"]), rows, of=f"{STEPS[key].said} by {of}",
        standards=[None if pd.isna(low) else float(low)] * len(rows),
    )  # fmt: skip
    table = pd.DataFrame({groups.WORDS[by]: list(rows["label"])} | _in_parts(rows))
    links = links_to_shortfall(rows, list(rows["label"]), by)
    whose = ""
    if by == "iro" and key in OF_THE_TEAM:
        whose = " It is the social work team's step: an IRO's row says for whose children."
    return (
        Heading(f"{label} by {of}"),
        Text(f"On time, late and missing by {of}, {order}.{whose}"),
        Picture(chart, f"step_by_{by}"),
        as_table(Table(table, f"{label} by {of}: on time, late and missing", f"step_by_{by}")),
        results.download(
            view, f"{key}_by_{by}", f"{view.selection.paper(key).title} by {of}",
            lambda: rows.drop(columns="nobody"),
            label="Groups (CSV)",
        ),
        *((Text("What was late or missing:"), Links(links)) if links else ()),
    )  # fmt: skip


@reads.kept
def by_month(view: View, key: str) -> Pieces:
    """How a step went in the last twelve months of the period or before it.

    The line ends with the last month of which every step was owed; what is known of a later one is in the
    table, and said to be early.
    """
    first = months_on(view.selection.period_end.replace(day=1), 1 - MONTHS)
    rows = reads.steps(view.asking, replace(view.by("month"), period_start=first), (key,))
    if not rows["denominator"].fillna(0).gt(0).any():
        return ()
    months = [words.month(month) for month in rows["group"]]
    early = rows["value"].notna() & _is_early(rows["group"], owed_before(key, view.selection.as_at))
    label, low = STEPS[key].label, rows["standard_low"].iloc[-1]
    line = Line("On time", [None if pd.isna(value) else float(value) for value in rows["value"].mask(early)])
    table = pd.DataFrame({"Month": months} | _in_parts(rows))
    table["On time"] += early.map({True: " so far", False: ""}).to_numpy()
    not_drawn = words.listed(list(table.loc[early.to_numpy(), "Month"]))
    note = f" {TOO_EARLY.format(of=not_drawn)} The line stops before." if not_drawn else ""
    return (
        Heading(f"{label} by month"),
        Text(
            f"On time, in the twelve months to {months[-1]}, by the month of the review or start of care."
            f"{note}"
        ),
        *over_months(
            "step_by_month", table, [line], of=f"{STEPS[key].said} on time by month",
            alt=f"{label} by month: on time, late and missing", suffix="%",
            target=None if pd.isna(low) else float(low),
        ),
        results.download(
            view, f"{key}_by_month", f"{view.selection.paper(key).title} by month", lambda: rows,
            label="Months (CSV)",
        ),
    )  # fmt: skip


def _is_early(months: pd.Series, owed: date) -> pd.Series:
    return months.map(lambda month: month_end(date.fromisoformat(f"{month}-01")) >= owed)


# -- midway reviews


@reads.kept
def midway_reviews(view: View) -> Pieces:
    """Of the reviews that are six months apart and under way: was there a midway review by the midpoint?"""
    if "midway_coverage" in reads.unavailable(view.asking):
        return ()
    rows = reads.tracker(view.asking, view.selection)
    rows = rows[rows["midway_due_on"].notna()]
    due, done = (pd.to_datetime(rows[name]) for name in ("midway_due_on", "midway_done_on"))
    past = due < pd.Timestamp(view.selection.as_at)
    late_now = rows[done.isna() & past].sort_values(["midway_due_on", "child_id"])
    to_come = int((done.isna() & ~past).sum())
    in_time, done_late = int((done <= due).sum()), int((done > due).sum())
    apart = in_words("later_review_months", "months in words", view.selection.as_at)
    heading = Heading(f"Midway reviews, due halfway between two reviews {apart} apart")
    were_due = in_time + done_late + len(late_now)
    if not were_due:
        return heading, Text(
            f"None was due or done by {words.day(view.selection.as_at)}; {to_come:,} are to come."
        )
    pieces: list[Piece] = [
        heading,
        Text(
            f"As at {words.day(view.selection.as_at)}, for the reviews under way: of "
            f"{words.count(were_due, 'midway review')} due or done, {in_time:,} were in time, {done_late:,} "
            f"late, and {len(late_now):,} {'is' if len(late_now) == 1 else 'are'} late now."
        ),
        Figures(
            (
                Figure("Late now", f"{len(late_now):,}"),
                Figure("Done late", f"{done_late:,}"),
                Figure("Done in time", f"{in_time:,}"),
                Figure("Still to come", f"{to_come:,}"),
            )
        ),
    ]
    if len(late_now):
        said = words.count(len(late_now), "child", "children")
        shown = columns.in_words(view, late_now[list(_OF_MIDWAY)], first=_OF_MIDWAY)
        pieces += [
            LongTable(shown, f"{said} whose midway review is late now, the longest first"),
            results.download(
                view, "midway_reviews_late", "Midway reviews late now", lambda: shown, note=RECORDS,
                label=f"Download {said} (CSV)",
            ),
        ]  # fmt: skip
    return tuple(pieces)


_OF_MIDWAY = (
    "child_id", "midway_due_on", "iro_id", "team_id", "social_worker", "last_held_on", "due_on",
    "last_iro_contact_on",
)  # fmt: skip


# -- the end of the page


@reads.kept
def closing(view: View) -> Pieces:
    """What this data cannot say, and what the measures mean."""
    reasons = reads.unavailable(view.asking)
    labels = {key: step.label for key, step in STEPS.items()} | {"midway_coverage": "Midway reviews"}
    return (
        *results.cannot_say({labels[key]: reasons[key] for key in labels if key in reasons}),
        results.about(view, list(STEPS)),
    )
