"""IROs, or teams, beside each other: a funnel that tells chance from difference, and no ranking."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from charts.funnel import funnel_chart
from charts.palette import STANDINGS
from metrics.chance.funnel import compared, fewest_on, service_rate
from metrics.counting.question import Selection, months_on
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import Heading, LongTable, Picture, Piece, Pieces, Text, as_table
from standards.wording import checked, worded

MONTHS = 12
"""The least over which IROs and teams are compared."""


@dataclass(frozen=True)
class Comparison:
    """A proportion by which IROs or teams are compared, and why that is fair."""

    label: str
    of: str
    rows: str
    why: str

    def __post_init__(self) -> None:
        checked(self.why)


COMPARISONS = {
    "midway_before_review": Comparison(
        "Midway reviews",
        "reviews with a midway review before them",
        "reviews held",
        "Of the reviews held {later_review_months:months in words} after the one before, how many had a "
        "midway review in between. It is the IRO's own work and spans a year. A midway review by a colleague "
        "on duty counts; a child whose IRO changed in between is left out, so nobody answers for another's "
        "months.",
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


TEAM_COMPARISONS = {
    "report_2_days_before": Comparison(
        "Reports in time",
        "reviews with the report in time",
        "reviews held",
        "Of the reviews held, for how many the social worker's report was in "
        "{report_working_days_before:working days} before.",
    ),
    "care_plan_2_days_before": Comparison(
        "Care plans in time",
        "reviews with the care plan updated in time",
        "reviews held",
        "Of the reviews held, for how many the care plan was updated "
        "{care_plan_working_days_before:working days} before.",
    ),
    "reviews_due_on_time": Comparison(
        "Reviews on time",
        "reviews due that were on time",
        "reviews due",
        "Of the reviews due, how many were held on time, for the team that had the child on the due date. "
        "Not every late review is the team's doing: the table says where each reason lies.",
    ),
}


@dataclass(frozen=True)
class Who:
    """Who is compared. one, many: what they are called. caution: how they differ by more than chance."""

    by: str
    one: str
    many: str
    caution: str


IROS = Who(
    "iro",
    "IRO",
    "IROs",
    "Caseloads differ in how hard they are; brothers and sisters are reviewed on one day; children placed "
    "far away take longer. Who left or joined is here by the reviews they had.",
)
TEAMS = Who(
    "team",
    "team",
    "teams",
    "Teams differ in the children they have: a team for children new to care has more first reviews; "
    "brothers and sisters are reviewed on one day; children placed far away take longer.",
)


def labels(who: Who) -> dict[str, str]:
    """What they can be compared by, by key."""
    return {key: one.label for key, one in _compared_by(who).items()}


def _compared_by(who: Who) -> dict[str, Comparison]:
    return COMPARISONS if who is IROS else TEAM_COMPARISONS


@reads.kept
def comparison(view: View, key: str, who: Who = IROS) -> Pieces:
    """The sentence, the funnel, the table in the order of names, and how far it can be relied on.

    Of teams the one chosen is always named; whoever may not see a team sees it without its name.
    """
    chosen = _compared_by(who)[key]
    start, end = year(view)
    asked = replace(view.selection, period_start=start, period_end=end, by=who.by, team_id=None)
    rows = (
        reads.measures(view.asking, replace(asked, team_id=view.selection.team_id), (key,))
        if who is IROS
        else reads.teams_beside(view.asking, asked, key)
    )
    rows = rows[(rows["group"] != words.NOBODY) & rows["denominator"].notna()]
    if not rows["denominator"].sum():
        return (Text(f"There was nothing to compare {who.many} by in these twelve months."),)
    fewest = fewest_on(end)
    names = {group: view.name(who.by, group) for group in rows["group"] if who is IROS or group in view.teams}
    rows = rows.assign(name=rows["group"].map(names)).sort_values("name")
    found = compared(rows[["group", "numerator", "denominator"]], fewest=fewest)
    counts = zip(rows["numerator"].astype(int), rows["denominator"].astype(int), strict=True)
    rate = service_rate((int(counted), int(of)) for counted, of in counts)
    assert rate is not None
    chart = funnel_chart(
        found,
        rate,
        of=chosen.of,
        rows=chosen.rows,
        fewest=fewest,
        names=names,
        one=who.one,
        many=who.many,
        always=view.selection.team_id if who is TEAMS else None,
    )
    shown = found[found["group"].isin(list(names))].reset_index(drop=True)
    table = _table(shown, names, words.sentence(who.one))
    if key == "reviews_due_on_time":
        table = table.join(_reasons(view, replace(asked, by="service"), shown["group"], f"{who.by}_id"))
    span = f"{words.day(start)[4:]} to {words.day(end)[4:]}"
    pieces: list[Piece] = [
        Text(f"**{_said(found, who)}**  \n{worded(chosen.why, end)}"),
        Picture(chart, f"{key}_funnel", wide=True),
        Text(
            f":small[How to read it: each point is {'an' if who is IROS else 'a'} {who.one}, {span}; between "
            f"the dotted lines {who.many} differ by "
            "chance (95%), beyond the dashed ones hardly ever (99.8%). The lines are steps, because reviews "
            "are whole.]"
        ),
        as_table(LongTable(table, f"{words.sentence(chosen.of)} by {who.one}, {span}")),
        Text(
            "Outside the lines is a question to ask, not an answer: the lines allow for chance and for how "
            f"many reviews there were, and for nothing else. {who.caution} Fewer than {fewest} are too few "
            "to compare."
        ),
        results.download(
            view, f"{key}_by_{who.by}", f"{words.sentence(chosen.of)} by {who.one}, {span}",
            lambda: shown.assign(group=shown["group"].map(names)).drop(columns="alarm"),
            label=f"{chosen.label} by {who.one} against chance (CSV)",
        ),
    ]  # fmt: skip
    return tuple(pieces)


def heading(who: Who = IROS) -> Heading:
    return Heading(f"Do {who.many} differ by more than chance?")


def year(view: View) -> tuple[date, date]:
    """The twelve whole months up to the period's end."""
    last = view.selection.last_day
    end = last if (last + timedelta(days=1)).day == 1 else last.replace(day=1) - timedelta(days=1)
    return months_on(end.replace(day=1), 1 - MONTHS), end


def _said(found: pd.DataFrame, who: Who) -> str:
    """How many of them chance explains and how many it does not; who they are is in picture and table."""
    counted = found["standing"].value_counts()
    parts = []
    for standing in ("within", "higher", "lower", "too_few"):
        number = int(counted.get(standing, 0))
        if number or standing == "within":
            word = STANDINGS[standing].word
            verb = "is" if number == 1 else "are"
            parts.append(f"{words.count(number, who.one, who.many)} {verb} {word}")
    return words.sentence(words.listed(parts)) + "."


def _table(found: pd.DataFrame, names: dict[str, str], heading: str) -> pd.DataFrame:
    rows = found.to_dict("records")
    marks = [STANDINGS[row["standing"]] for row in rows]
    return pd.DataFrame(
        {
            heading: [names[row["group"]] for row in rows],
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


def _reasons(view: View, asked: Selection, groups: pd.Series, column: str) -> pd.DataFrame:
    """Of each one's reviews that were not on time, how many for reasons that lie where; nothing for none."""
    rows = reads.behind(view.asking, "reviews_due_on_time", asked, "shortfall")
    counted = pd.crosstab(rows[column], rows["late_reason"].map(words.lies))
    order = [name for name in (*words.LIES.values(), words.NO_REASON) if name in counted]
    told = counted.reindex(groups)[order].fillna(0).astype(int)
    return told.rename(columns=lambda name: f"Late: {name[:1].lower()}{name[1:]}").reset_index(drop=True)
