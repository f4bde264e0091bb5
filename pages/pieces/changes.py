"""What is new this week, what was cleared, and what has been red for more than two weeks."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from metrics.tracker import RED
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces.pieces import Figure, Figures, Heading, Link, Links, Pieces

WEEK = timedelta(days=7)


def titles(view: View) -> dict[str, str]:
    """How a child's state has changed since last week -> how it is said. Red is overdue and booked late."""
    red = "overdue or booked late" if reads.bookings_told(view.asking) else "overdue"
    return {
        "new": f"Newly {red}",
        "cleared": f"No longer {red}",
        "long": words.sentence(f"{red} for more than two weeks"),
    }


@reads.kept
def children_who(view: View, change: str) -> frozenset[str]:
    """The children looked after now whose state has changed so."""
    now, week_ago, fortnight_ago = (_red(view, weeks) for weeks in range(3))
    if change == "new":
        return now - week_ago
    if change == "cleared":
        here = reads.tracker(view.asking, view.selection)["child_id"]
        return (week_ago - now) & frozenset(here)
    return now & week_ago & fortnight_ago


def _red(view: View, weeks: int) -> frozenset[str]:
    """The children red so many weeks ago."""
    rows: pd.DataFrame = reads.tracker(view.asking, view.selection.at(view.selection.as_at - weeks * WEEK))
    return frozenset(rows.loc[rows["state"].isin(RED), "child_id"])


def changes(view: View) -> Pieces:
    """The three counts side by side, each with the way to its children."""
    figures, links = [], []
    for change, title in titles(view).items():
        number = len(children_who(view, change))
        figures.append(Figure(title, f"{number:,}"))
        if number:
            label = f"{words.sentence(words.count(number, 'child', 'children'))}: {words.within(title)}"
            links.append(Link(label, "pages/weekly/tracker/page.py", (("change", title),)))
    return Heading("What has changed since last week"), Figures(tuple(figures)), Links(tuple(links))
