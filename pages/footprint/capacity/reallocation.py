"""Who would go where by a plan: a proposal, child by child, with brothers and sisters side by side."""

from __future__ import annotations

import pandas as pd

from metrics.ahead.whatif import Plan
from metrics.wording import words
from pages.export.download import RECORDS
from pages.footprint.capacity.answer import by_plan
from pages.footprint.capacity.plan_words import family_name, iro_name
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import CHILD, Heading, LongTable, Pieces, Text

_RULE = """
A proposal, never a decision: who a child's IRO is stays a matter of knowing the child. Where children are
spread, sibling groups go one after another, the largest first, each whole to the IRO who then has the fewest
children for each full-time IRO. Hours count as the least that somebody has from that day to the end of the
six months, so nobody who leaves or is away by then is proposed.
"""


@reads.kept
def proposal(view: View, plan: Plan) -> Pieces:
    """The children who would have another IRO; nothing where the plan moves nobody."""
    moved = by_plan(view, plan).moved
    if not any(plan.moves()):
        return ()
    if moved.empty:
        return (
            Heading("Who would go where"),
            Text(
                "The plan moves no child: none of those chosen is looked after then, they have that IRO "
                "already, or no other IRO has hours."
            ),
        )
    table = pd.DataFrame(
        {
            CHILD: moved["child_id"],
            "Siblings": [family_name(view, family) for family in moved["family"]],
            "From IRO": [iro_name(view, iro) for iro in moved["from_iro"]],
            "To IRO": [iro_name(view, iro) for iro in moved["to_iro"]],
            "On": moved["on"],
            "Brothers or sisters with": [
                words.listed([iro_name(view, iro) for iro in elsewhere]) for elsewhere in moved["elsewhere"]
            ],
        }
    )
    children = words.count(moved["child_id"].nunique(), "child", "children")
    return (
        Heading(f"Who would go where: {children}"),
        Text(_RULE),
        *_apart(moved),
        LongTable(table, f"Who would go where: {len(table)} rows"),
        results.download(
            view, "reallocation", "Who would go where: a proposal", lambda: table, note=RECORDS,
            label=f"Download who would go where, {children} (CSV)",
        ),
    )  # fmt: skip


def _apart(moved: pd.DataFrame) -> Pieces:
    """Groups that the data have apart already: the plan neither parts them nor brings them together."""
    groups = moved.loc[moved["elsewhere"].map(len) > 0, "family"].nunique()
    if not groups:
        return ()
    have = words.count(groups, "sibling group has", "sibling groups have")
    return (
        Text(f"{words.sentence(have)} brothers or sisters with another IRO already: look at these first."),
    )
