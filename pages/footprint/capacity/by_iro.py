"""Each IRO's six months as things stand and with a plan, and what they take for granted."""

from __future__ import annotations

import pandas as pd

from charts.heat import SHAPES
from metrics.ahead.capacity import service
from metrics.ahead.whatif import Plan
from metrics.wording import words
from pages.footprint.capacity.answer import AS_IS, NO_HOURS, by_plan, short, shown, told
from pages.footprint.capacity.plan_words import iro_name, step_words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import Folded, Heading, Pieces, Table, Text
from pages.pieces.work_by_month import marked
from standards.wording import checked, worded


@reads.kept
def each_iro(view: View, plan: Plan) -> Pieces:
    """The table: each IRO's hours and children at the end, and the six months' reviews, before and after."""
    names, before = _sums(view, AS_IS)
    also, after = _sums(view, plan)
    in_order = names | also
    nothing = {column: "" if column == _RATE else "0" for column in before[_SERVICE]}
    table = pd.DataFrame(
        [
            {"IRO": name, **{column: _arrow(before.get(iro, nothing)[column], after.get(iro, nothing)[column])
                             for column in nothing}}
            for iro, name in sorted(in_order.items(), key=_place)
        ]
    )  # fmt: skip
    by = short(by_plan(view, AS_IS).rows["ends_on"].max())
    steps = "; ".join(step_words(view, step) for step in plan.steps)
    how = f"The plan: {steps}.\n\nAs things stand → with the plan. " if steps else ""
    return (
        Heading("Each IRO, as things stand and with the plan" if plan.steps else "Each IRO's six months"),
        Text(f"{how}Hours and children on {by}; reviews and midway reviews of all six months."),
        Table(table, "Each IRO's hours, children and work in the six months ahead", "each_iro_ahead"),
    )


def _sums(view: View, plan: Plan) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """(IRO -> name, IRO -> what each column of the table says); the service's under its own name."""
    found = by_plan(view, plan)
    rows = shown(view, found)
    said = {}
    for iro, theirs in rows.groupby("iro_id", sort=False):
        said[str(iro)] = _said_of(theirs, theirs.iloc[-1])
    months = service(found.rows)
    said[_SERVICE] = _said_of(months, months.iloc[-1])
    names = {str(iro): iro_name(view, str(iro)) for iro in rows["iro_id"]} | {_SERVICE: "The service"}
    return names, said


_SERVICE = "service"
_RATE = "For each FTE"
"""The one column that has nothing, and not 0, for an IRO without hours and children."""


def _place(pair: tuple[str, str]) -> tuple[int, str]:
    """By name; children without an IRO after all IROs, the service after those."""
    return ({words.NOBODY: 1, _SERVICE: 2}.get(pair[0], 0), pair[1])


def _said_of(months: pd.DataFrame, last: pd.Series) -> dict[str, str]:
    caseload = last["caseload"]
    value = words.value(last["caseload_per_fte"], "per_fte") if caseload in SHAPES else ""
    said = {
        "FTE": str(words.rounded(last["fte"], 2)).rstrip("0").rstrip("."),
        "Children": f"{last['children']:,}",
        _RATE: f"{NO_HOURS} no hours" if caseload == "no_hours" else marked(value, caseload),
        "Reviews": f"{months['reviews'].sum():,}",
    }
    if months["midways"].notna().any():
        said["Midway reviews"] = f"{months['midways'].sum():,.0f}"
    return said


def _arrow(before: str, after: str) -> str:
    return after if before == after else f"{before or 'none'} → {after or 'none'}"


# -- what is taken for granted


@reads.kept
def closing(view: View, plan: Plan) -> Pieces:
    """What the projection takes for granted, and its file."""
    found = by_plan(view, plan)
    children = words.count(found.undated, "child", "children")
    undated = (
        f"\n- {words.sentence(children)} whose next review has no date: in the caseload only."
        if found.undated
        else ""
    )
    midways = "" if "midways" in told(view) else (
        "\n- Midway reviews are left out: no file says which are done."
    )  # fmt: skip
    note = "; ".join(step_words(view, step) for step in plan.steps)
    about = worded(_ABOUT, view.selection.as_at)
    return (
        Folded("What this takes for granted", ":material/info:", (Text(f"{about}{undated}{midways}"),)),
        results.about(view, ("caseload_per_fte",)),
        results.download(
            view, "months_ahead", "The six months ahead by IRO", lambda: _file(view, plan),
            label="The six months ahead by IRO (CSV)", note=f"With the plan: {note}" if note else "",
        ),
    )  # fmt: skip


def _file(view: View, plan: Plan) -> pd.DataFrame:
    columns = {
        "name": "IRO", "starts_on": "From", "ends_on": "To", "reviews": "Reviews",
        "midways": "Midway reviews",
        "children": "Children at the end", "fte": "FTE at the end",
        "caseload_per_fte": "Children for each full-time IRO", "caseload": "Against the range",
        "reviews_per_week": "Reviews a week for each full-time IRO", "load": "Against what can be held",
    }  # fmt: skip
    rows = shown(view, by_plan(view, plan))
    judged = rows.assign(
        caseload=rows["caseload"].str.replace("_", " "), load=rows["load"].str.replace("_", " ")
    )
    return judged[list(columns)].rename(columns=columns)


_ABOUT = checked("""
- Months run from the day shown to the same day of the next month.
- Every review is held on the day it is booked for, else on the day it is due. One that is overdue and not
  booked is held at once, so it stands in the first month.
- After a first review comes a second {second_review_months:months in words} on, then one every \
{later_review_months:months in words}; children placed for adoption
  and in short breaks have their own intervals.
- Every child stays looked after, on today's schedule, and no child comes into care. Young people who turn 18
  are counted throughout.
- Children keep the IRO they have on the day. Hours are those in the data, with the changes and leavers that
  it already knows.
- A midway review is due halfway between reviews that are {later_review_months:months in words} apart, \
unless the review comes first.
- Children in a series of short breaks count in reviews, not in caseloads.
- It shows where work will fall; it compares nobody.
""")
