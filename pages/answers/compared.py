"""IROs beside each other: a funnel that tells chance from difference, for managers, and no ranking."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from charts.funnel import funnel_chart
from charts.palette import STANDINGS
from metrics.funnel import compared, fewest_on, service_rate
from metrics.question import Selection, months_on
from pages.shared import reads, results, words
from pages.shared.pieces import Heading, LongTable, Picture, Piece, Pieces, Text, as_table
from pages.shared.view import View

MONTHS = 12
"""The least over which officers are compared."""


@dataclass(frozen=True)
class Comparison:
    """A proportion by which IROs are compared, and why that is fair."""

    label: str
    of: str
    rows: str
    why: str


COMPARISONS = {
    "midway_before_review": Comparison(
        "Midway reviews",
        "reviews with a midway review before them",
        "reviews held",
        "Of the reviews held six months after the one before, how many had a midway review in between. It is "
        "the IRO's own work and spans a year. A midway review by a colleague on duty counts; a child whose "
        "IRO changed in between is left out, so nobody answers for another's months.",
    ),
    "reviews_due_on_time": Comparison(
        "Reviews on time",
        "reviews due that were on time",
        "reviews due",
        "Of the reviews due, how many were held on time, for the IRO allocated on the due date. Reviews are "
        "late for many reasons that are not the IRO's: the table says where each reason lies, so that "
        "nothing is put down to anybody by a guess.",
    ),
}


@reads.kept
def comparison(view: View, key: str) -> Pieces:
    """The sentence, the funnel, the table in the order of names, and how far it can be relied on."""
    chosen = COMPARISONS[key]
    start, end = year(view)
    asked = replace(view.selection, period_start=start, period_end=end, by="iro")
    rows = reads.measures(view.asking, asked, (key,))
    rows = rows[(rows["group"] != words.NOBODY) & rows["denominator"].notna()]
    if not rows["denominator"].sum():
        return (Text("There was nothing to compare IROs by in these twelve months."),)
    fewest = fewest_on(end)
    names = {group: view.name("iro", group) for group in rows["group"]}
    rows = rows.assign(name=rows["group"].map(names)).sort_values("name")
    found = compared(rows[["group", "numerator", "denominator"]], fewest=fewest)
    counts = zip(rows["numerator"].astype(int), rows["denominator"].astype(int), strict=True)
    rate = service_rate((int(counted), int(of)) for counted, of in counts)
    assert rate is not None
    chart = funnel_chart(found, rate, of=chosen.of, rows=chosen.rows, fewest=fewest, names=names)
    table = _table(found, names)
    if key == "reviews_due_on_time":
        table = table.join(_reasons(view, replace(asked, by="service"), found["group"]))
    span = f"{words.day(start)[4:]} to {words.day(end)[4:]}"
    pieces: list[Piece] = [
        Text(f"**{_said(found)}**  \n{chosen.why}"),
        Picture(chart, f"{key}_funnel", wide=True),
        Text(
            f":small[How to read it: each point is an IRO, {span}; between the dotted lines IROs differ by "
            "chance (95%), beyond the dashed ones hardly ever (99.8%). The lines are steps, because reviews "
            "are whole.]"
        ),
        as_table(LongTable(table, f"{words.sentence(chosen.of)} by IRO, {span}")),
        Text(
            "Outside the lines is a question to ask, not an answer: the lines allow for chance and for how "
            "many reviews there were, and for nothing else. Caseloads differ in how hard they are; brothers "
            "and sisters are reviewed on one day; children placed far away take longer. Who left or joined "
            f"is here by the reviews they had. Fewer than {fewest} are too few to compare."
        ),
        results.download(
            view, f"{key}_by_iro", f"{words.sentence(chosen.of)} by IRO, {span}",
            lambda: found.assign(group=found["group"].map(names)).drop(columns="alarm"),
            label=f"{chosen.label} by IRO against chance (CSV)",
        ),
    ]  # fmt: skip
    return tuple(pieces)


def heading() -> Heading:
    return Heading("Do IROs differ by more than chance?")


def year(view: View) -> tuple[date, date]:
    """The twelve whole months up to the period's end."""
    last = view.selection.last_day
    end = last if (last + timedelta(days=1)).day == 1 else last.replace(day=1) - timedelta(days=1)
    return months_on(end.replace(day=1), 1 - MONTHS), end


def _said(found: pd.DataFrame) -> str:
    """How many IROs chance explains and how many it does not; who they are is in picture and table."""
    counted = found["standing"].value_counts()
    parts = []
    for standing in ("within", "higher", "lower", "too_few"):
        number = int(counted.get(standing, 0))
        if number or standing == "within":
            word = STANDINGS[standing].word
            parts.append(f"{words.count(number, 'IRO')} {'is' if number == 1 else 'are'} {word}")
    return words.sentence(words.listed(parts)) + "."


def _table(found: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    rows = found.to_dict("records")
    marks = [STANDINGS[row["standing"]] for row in rows]
    return pd.DataFrame(
        {
            "IRO": [names[row["group"]] for row in rows],
            "Share": [
                f"{words.value(100 * row['proportion'], 'percent')} ({row['numerator']:,.0f} of "
                f"{row['denominator']:,.0f})"
                if row["denominator"]
                else "none"
                for row in rows
            ],
            "Chance explains": [
                ""
                if pd.isna(row["low_alert"])
                else f"{words.value(100 * row['low_alert'], 'percent')} to "
                f"{words.value(100 * row['high_alert'], 'percent')}"
                for row in rows
            ],
            "Compared with chance": [f"{mark.shape} {mark.word}" for mark in marks],
        }
    )


def _reasons(view: View, asked: Selection, groups: pd.Series) -> pd.DataFrame:
    """Of each IRO's reviews that were not on time, how many for reasons that lie where; nothing for none."""
    rows = reads.behind(view.asking, "reviews_due_on_time", asked, "shortfall")
    counted = pd.crosstab(rows["iro_id"], rows["late_reason"].map(words.lies))
    order = [name for name in (*words.LIES.values(), words.NO_REASON) if name in counted]
    told = counted.reindex(groups)[order].fillna(0).astype(int)
    return told.rename(columns=lambda name: f"Late: {name[:1].lower()}{name[1:]}").reset_index(drop=True)
