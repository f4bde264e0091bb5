"""Who will have too much: each IRO's children, reviews and midway reviews in the six months ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from charts.heat import SHAPES
from metrics.ahead.capacity import Ahead, Limits, limits_on, service
from metrics.ahead.whatif import Plan
from metrics.wording import words
from pages.footprint.capacity.plan_words import iro_name
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import Figure, Figures, Link, Pieces, Text, rows_behind, sentence
from pages.weekly.children.answer import LOOKED_AFTER

PICTURES = {
    "caseload": "Children for each full-time IRO",
    "reviews": "Reviews",
    "midways": "Midway reviews",
}
"""What the picture by IRO and month can be of."""
AS_IS = Plan()
NO_HOURS = "◇"
"""The shape of children whose IRO has no hours, or who have no IRO."""

NO_IROS = """
##### This data names no IROs, so who will have too much cannot be told.
The statutory return (SSDA903) holds no IROs and no hours. Load a review extract with the kinds `iros`,
`iro_hours` and `iro_allocations` beside it, and this page fills. What the return can tell is which reviews
are due next.
"""


@reads.kept
def told(view: View) -> tuple[str, ...]:
    """What the picture can be of; nothing where the answer says why there is none."""
    work = reads.open_work(view.asking, view.selection.as_at)
    if not view.iros or work.duties.empty or not _as_is(view).rows["fte_weeks"].any():
        return ()
    return tuple(key for key in PICTURES if key != "midways" or work.midways_told)


@reads.kept
def answer(view: View, plan: Plan) -> Pieces:
    """The answer to the page's question: the sentences and the few numbers."""
    if not view.iros:
        return (
            Text(NO_IROS),
            Link("Which reviews are late or at risk?", "pages/weekly/tracker/page.py"),
            Link("The empty Excel template", "pages/data/loads/page.py"),
        )
    if reads.open_work(view.asking, view.selection.as_at).duties.empty:
        return (
            sentence("no child is looked after on this day, so nothing is expected."),
            Link("What data is this?", "pages/data/loads/page.py"),
        )
    if not told(view):
        return (
            sentence("no IRO has hours in the next six months: nothing can be set against them."),
            Text("Give each IRO's share of a full-time week in the kind `iro_hours`."),
            Link("What data is this?", "pages/data/loads/page.py"),
        )
    return (*_sentences(view, plan), Figures(_figures(view, plan)))


def _as_is(view: View) -> Ahead:
    return by_plan(view, AS_IS)


def by_plan(view: View, plan: Plan) -> Ahead:
    """The months ahead by a plan."""
    return reads.months_ahead(view.asking, view.selection.as_at, plan)


def limits(view: View) -> Limits:
    """What is too much, and too few, on the day shown."""
    return limits_on(view.selection.as_at)


def short(day: date) -> str:
    """`23 Dec 2026`."""
    return words.day(day)[4:]


def shown(view: View, found: Ahead) -> pd.DataFrame:
    """The rows of IROs with anything in these months, in the order of names; those of nobody last."""
    rows = found.rows.assign(name=[iro_name(view, iro) for iro in found.rows["iro_id"]])
    anything = rows.groupby("iro_id")[["reviews", "children", "fte_weeks"]].transform("sum").sum(axis=1) > 0
    rows = rows[anything].assign(nobody=rows["iro_id"] == words.NOBODY)
    return rows.sort_values(["nobody", "name", "iro_id", "month"])


# -- the sentences


def _sentences(view: View, plan: Plan) -> Pieces:
    found = by_plan(view, plan)
    if not plan.steps:
        return (sentence(_over(view, found)), *_without_hours(view, found))
    return (
        sentence(f"with this plan, {_over(view, found)}"),
        *_without_hours(view, found),
        Text(f"As things stand, {_over(view, _as_is(view))}"),
    )


def _over(view: View, found: Ahead) -> str:
    """How many IROs will have too many children, who, and from when: by name within a month, never ranked."""
    most = f"more than {limits(view).most:g} children for each full-time IRO"
    rows = found.rows[found.rows["caseload"] == "above"]
    last = short(found.rows["ends_on"].max())
    if rows.empty:
        return f"no IRO will have {most} by {last}."
    first = rows.groupby("iro_id")["ends_on"].min()
    if first.nunique() == 1 and len(first) > FEW:
        return f"{len(first)} IROs will have {most} by {short(first.iloc[0])}."
    said = [f"{_who(view, first.index[first == day])} by {short(day)}" for day in sorted(set(first))]
    return f"{words.count(len(first), 'IRO')} will have {most}: {'; '.join(said)}."


def _without_hours(view: View, found: Ahead) -> Pieces:
    """Children whose IRO has no hours, and by when: a departing IRO's who have nobody yet."""
    rows = found.rows[(found.rows["caseload"] == "no_hours") & (found.rows["iro_id"] != words.NOBODY)]
    said = []
    for iro in sorted(set(rows["iro_id"]), key=lambda iro: iro_name(view, iro)):
        first = rows[rows["iro_id"] == iro].iloc[0]
        children = words.count(first["children"], "child", "children")
        said.append(f"{iro_name(view, iro)} has {children} and no hours by {short(first['ends_on'])}")
    if not said:
        return ()
    return (Text(f"{NO_HOURS} {words.listed(said)}: they need another IRO."),)


def _who(view: View, iros: Iterable[str]) -> str:
    """A few by name, in the order of names; of more how many, for the table names them."""
    names = sorted(iro_name(view, iro) for iro in iros)
    return words.listed(names) if len(names) <= FEW else f"{len(names)}"


FEW = 4
"""As many names as a sentence can hold and still be read aloud."""


# -- the few numbers


def _figures(view: View, plan: Plan) -> tuple[Figure, ...]:
    found = by_plan(view, plan)
    months = service(found.rows)
    last, total = months.iloc[-1], months[["reviews", "fte_weeks"]].sum()
    most = limits(view).reviews_per_week * total["fte_weeks"]
    by = short(last["ends_on"])
    lines = [f"{last['without_iro']:,} without an IRO"] if last["without_iro"] else []
    lines += [f"{found.adults:,} turn 18 by {by}"] if found.adults else []
    overdue = f"{found.overdue:,} of them overdue, not booked  \n" if found.overdue else ""
    figures = [
        Figure("Children looked after", f"{last['children']:,}", "  \n".join(lines),
               rows_behind("Open the children", *LOOKED_AFTER)),
        Figure("Children for each FTE", words.value(last["caseload_per_fte"], "per_fte"),
               _caseload_lines(view, last, plan)),
        Figure("Reviews expected in six months", f"{total['reviews']:,.0f}",
               f"{overdue}up to {most:,.0f} can be held"),
    ]  # fmt: skip
    if "midways" in told(view):
        figures.append(Figure("Midway reviews expected", f"{months['midways'].sum():,.0f}", _late(found)))
    return tuple(figures)


def _caseload_lines(view: View, last: pd.Series, plan: Plan) -> str:
    bounds = limits(view)
    lines = [
        results.mark(last["caseload"]) if last["caseload"] in SHAPES else "",
        f"{last['children'] - last['without_iro']:,} for {words.rounded(last['fte'])} FTE on "
        f"{short(last['ends_on'])}",
        f"standard: {words.standard(bounds.fewest, bounds.most, 'per_fte')}",
    ]
    if plan.steps:
        before = service(_as_is(view).rows).iloc[-1]
        lines.append(f"as things stand {words.value(before['caseload_per_fte'], 'per_fte')}")
    return "  \n".join(line for line in lines if line)


def _late(found: Ahead) -> str:
    """How many midway reviews should have been done by now."""
    return f"{found.midways_now:,} of them due by today" if found.midways_now else ""
