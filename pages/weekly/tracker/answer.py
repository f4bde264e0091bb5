"""Which reviews are late or at risk: the children looked after, worst state first, and one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from charts.palette import STATES
from data_access.recorded.entries import Entry
from metrics.tracker import BOOKED_LATE, CHECK, MISSING, RED, REPORT_MISSING
from metrics.wording import words
from pages.export.download import RECORDS
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import columns, results
from pages.pieces.changes import WEEK, children_who
from pages.pieces.pieces import (
    Download,
    Folded,
    Heading,
    Link,
    Links,
    LongTable,
    Pieces,
    Table,
    Text,
    sentence,
)
from reports.document import XLSX, Document
from reports.weekly import iro_report, team_report, tracker_report

_FIRST = (
    "child_id", "state", "due_on", "working_days_to_due", "booked_for", "iro_id", "team_id", "missing",
    "missing_since", "to_check", "went_by_on",
)  # fmt: skip
_OF_CHECK = ("to_check", "went_by_on")
"""What comes first where only records to check are shown."""
_NOT_SHOWN = ("opens_on",)


@dataclass(frozen=True)
class Choice:
    """Which of the tracker's rows: None is all.

    change: one of `changes.titles`; missing: a step; sought: how the identifier begins.
    """

    state: str | None = None
    kind: str | None = None
    change: str | None = None
    missing: str | None = None
    sought: str = ""


@reads.kept
def rows_of(view: View, choice: Choice) -> pd.DataFrame:
    """The tracker's rows of the children looked after, those that are chosen."""
    rows = reads.tracker(view.asking, view.selection)
    if choice.state is not None:
        rows = rows[rows["state"] == choice.state]
    if choice.kind is not None:
        rows = rows[rows["kind"] == choice.kind]
    if choice.change is not None:
        rows = rows[rows["child_id"].isin(children_who(view, choice.change))]
    if choice.missing is not None:
        rows = rows[[choice.missing in str(steps).split(";") for steps in rows["missing"]]]
    if choice.sought:
        rows = rows[rows["child_id"].str.upper().str.startswith(choice.sought.strip().upper())]
    return rows.reset_index(drop=True)


def how_many(rows: pd.DataFrame) -> str:
    """`789 children, 13 of them in a series of short breaks`: those are left out of every headline figure."""
    children = words.sentence(words.count(len(rows), "child", "children"))
    breaks = int(rows["regime"].eq("short_break").sum())
    return f"{children}, {breaks:,} of them in a series of short breaks" if breaks else children


@reads.kept
def table_of(view: View, choice: Choice) -> LongTable:
    """The rows chosen, as a reader sees them."""
    rows = rows_of(view, choice)
    return LongTable(in_words(view, rows), f"The tracker: {len(rows)} children, worst state first")


@reads.kept
def counts(view: View) -> dict[str, int]:
    """How many children are in each state, in the tracker's order."""
    found = reads.tracker(view.asking, view.selection)["state"].value_counts()
    return {state: int(found.get(state, 0)) for state in STATES}


@reads.kept
def answer(view: View) -> Pieces:
    """The sentence, and what the states mean."""
    now, before = counts(view), _counts_before(view)
    meanings = words.state_meanings(view.selection.as_at)
    lines = [f"- **{results.state_mark(state)}**: {meaning}." for state, meaning in meanings.items()]
    return (
        sentence(_said(now, before, bookings=reads.bookings_told(view.asking))),
        Folded(
            "What the states mean, and how they changed",
            ":material/info:",
            (Text("\n".join(lines)), by_state(view)),
        ),
    )


def _counts_before(view: View) -> dict[str, int]:
    """How many children were in each state a week before."""
    return counts(replace(view, selection=view.selection.at(view.selection.as_at - WEEK)))


def by_state(view: View) -> Table:
    """How many children are in each state, and how that has changed since last week."""
    now, before = counts(view), _counts_before(view)
    untold = _states_untold(view)
    table = pd.DataFrame(
        [
            (results.state(state), "not in this data", "", "")
            if state in untold
            else (
                results.state(state), f"{now[state]:,}", f"{before[state]:,}",
                f"{now[state] - before[state]:+,}".replace("+0", "0"),
            )
            for state in STATES
        ],
        columns=["State", "Children", "A week before", "Change"],
    )  # fmt: skip
    return Table(table, "Children in each state, now and a week before", "states")


def _states_untold(view: View) -> frozenset[str]:
    """The states in which this data can put no child: none counted in them would say that there is none."""
    reasons = reads.unavailable(view.asking)
    return frozenset(state for state, keys in _STATES_REST_ON.items() if reasons.keys() >= keys)


def missing_told(view: View) -> dict[str, str]:
    """What can be missing around a review, as far as this data can tell: the step, and its name."""
    reasons = reads.unavailable(view.asking)
    return {step: words.sentence(name) for step, name in words.STEPS.items() if MISSING[step] not in reasons}


def to_states(view: View) -> Links:
    """The way to the children in each state that has any."""
    found = {state: number for state, number in counts(view).items() if number}
    return Links(
        tuple(
            Link(
                f"{results.state_mark(state)} ({number:,})",
                "pages/weekly/tracker/page.py",
                (("state", state),),
            )
            for state, number in found.items()
        )
    )


def cannot_say(view: View) -> Pieces:
    """Of what the states rest on, what this data does not hold."""
    reasons = reads.unavailable(view.asking)
    return results.cannot_say({title: reasons[key] for key, title in _RESTS_ON.items() if key in reasons})


_STATES_REST_ON = {
    BOOKED_LATE: {"reviews_booked_late"},
    REPORT_MISSING: {MISSING["report"], MISSING["care_plan"]},
}
"""Of the states those that some source cannot tell: the measures of which it has to tell one."""
_RESTS_ON = {
    "reviews_overdue": "Which reviews were held, and so which are due",
    reads.BOOKINGS: "Whether a review is booked (each counts as not booked)",
    "report_2_days_before": "What is missing around a review",
    "children_without_an_iro": "Who a child's IRO is",
}


def _said(now: dict[str, int], before: dict[str, int], *, bookings: bool) -> str:
    """bookings: whether the data say what is booked; else nothing is said to be booked late or not booked."""
    total = sum(now.values())
    if not total:
        return "no child is looked after on this day."
    red, was = sum(now[state] for state in RED), sum(before[state] for state in RED)
    change = words.change(red, was, "last week")
    overdue = f"{words.count(now['overdue'], 'review is', 'reviews are')} overdue"
    if not red:
        late = "overdue or booked late" if bookings else "overdue"
        said = [f"no review of {words.count(total, 'child', 'children')} is {late}"]
    elif bookings:
        late = f"{now['booked_late']:,}" if now["booked_late"] else "none"
        said = [f"{overdue} and {late} booked late, {change} in all"]
    else:
        said = [f"{overdue}, {change}"]
    also = _ALSO if bookings else _ALSO | {"at_risk": _DUE_SOON}
    said += [words.count(now[state], one, many) for state, (one, many) in also.items() if now[state]]
    return f"{'; '.join(said)}."


_DUE_SOON = ("review is due within days", "reviews are due within days")
_ALSO = {
    "at_risk": (
        "review is due within days and not booked", "reviews are due within days and not booked"
    ),
    "report_missing": (
        "meeting is near and its papers are missing", "meetings are near and their papers are missing"
    ),
    "check_the_record": ("child's record needs a check", "children's records need a check"),
}  # fmt: skip


def in_words(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """The tracker's rows as a reader sees them."""
    order: tuple[str, ...] = _FIRST
    if rows["state"].eq(CHECK).all():
        order = tuple(dict.fromkeys(("child_id", "state", *_OF_CHECK, *_FIRST)))
    first = [name for name in order if name in rows]
    rest = [name for name in rows if name not in {*_FIRST, *_NOT_SHOWN}]
    return columns.in_words(view, rows[[*first, *rest]], first=tuple(first))


def downloads(view: View, choice: Choice) -> tuple[Download, ...]:
    """The rows that are shown, and a document: the week of the team or IRO chosen, or the whole tracker."""
    shown = results.download(
        view, "tracker", "The weekly tracker", lambda: table_of(view, choice).rows, note=RECORDS,
        label=f"Download {words.count(len(rows_of(view, choice)), 'child', 'children')} (CSV)",
    )  # fmt: skip
    whose = _whose(view)
    of = f"The week's report to {view.name(*whose)}" if whose else "The tracker"
    name = f"weekly_report_{view.selection.as_at}"
    return (
        shown,
        Download(f"{of} (Excel)", f"{name}.xlsx", lambda: _document(view).xlsx, XLSX),
        Download(f"{of} (to print)", f"{name}.html", lambda: _document(view).html.encode(), "text/html"),
    )


def _whose(view: View) -> tuple[str, str] | None:
    """The one team or IRO that is chosen."""
    selection = view.selection
    chosen = [(kind, one) for kind, one in (("team", selection.team_id), ("iro", selection.iro_id)) if one]
    return chosen[0] if len(chosen) == 1 else None


@reads.kept
def _document(view: View) -> Document:
    engine, on = reads.engine_of(view.asking.url), view.selection.as_at
    whose = _whose(view)
    if whose is None:
        return tracker_report(engine, view.viewer, view.info, view.selection.at(on))
    kind, one = whose
    return {"team": team_report, "iro": iro_report}[kind](engine, view.viewer, view.info, one, on)


def heading(view: View, child: pd.Series) -> Pieces:
    """Which child, in which state, and why."""
    meaning = words.state_meanings(view.selection.as_at)[child["state"]]
    if child["state"] == CHECK:
        meaning = words.to_check(child["to_check"])
    return (
        Heading(f"Child {child['child_id']}"),
        Text(f"**{results.state_mark(child['state'])}**: {meaning}."),
    )


def details(view: View, child: pd.Series) -> Pieces:
    """Everything the tracker knows of one child, as a list."""
    shown = in_words(view, child.to_frame().T.infer_objects()).iloc[0]
    lines = [
        f"- {name}: **{words.day(value) if isinstance(value, date) else value}**"
        for name, value in shown.items()
        if name not in ("Child", "State") and not pd.isna(value) and value != ""
    ]
    return (Text("\n".join(lines)),)


def entries_of(view: View, child_id: str) -> list[Entry]:
    """What was recorded here about a child, the open ones first; not what a sample says of the IRO's work."""
    theirs = [
        entry
        for entry in reads.entries(view.asking, view.selection.as_at)
        if entry.child_id == child_id and entry.is_about_the_child
    ]
    return sorted(theirs, key=lambda entry: not entry.is_open)
