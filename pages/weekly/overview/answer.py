"""What needs the practice manager this week: a sentence, a card for each concern, who is overdue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pandas as pd

from charts.bars import bars
from metrics.absences import with_recorded_reasons
from metrics.counting.calculate import Selection
from metrics.wording import words
from pages.export.download import RECORDS
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import columns, results
from pages.pieces.changes import WEEK, changes
from pages.pieces.pieces import (
    Cards,
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
    rows_behind,
    sentence,
)
from pages.weekly.overview.ahead import ahead
from pages.weekly.overview.concerns import CONCERNS, Concern
from pages.weekly.overview.dealt_with import dealt_with
from pages.weekly.tracker.answer import by_state, missing_told, to_states

BY_TEAM = ("reviews_overdue", "reviews_due_soon_unbooked")


@dataclass(frozen=True)
class Counted:
    """A concern as it stands: how many now and a week before, and since when the oldest."""

    concern: Concern
    now: int
    before: int | None
    oldest: str

    @property
    def change(self) -> str:
        return "" if self.before is None else words.change(self.now, self.before, "last week")


@reads.kept
def this_week(view: View) -> Pieces:
    """The answer to the page's question."""
    counted, untold = count_concerns(view)
    by_team = None
    if view.teams:
        by_team = reads.measures(view.asking, replace(week_of(view), by="team"), BY_TEAM)
    pieces: list[Piece] = [
        sentence(_said(view, counted, by_team)),
        Cards(tuple(_card(one) for one in counted)),
    ]
    if any(one.concern.key == "reviews_overdue" for one in counted):
        pieces += [*changes(view), *_states(view), *dealt_with(view)]
        if by_team is not None:
            pieces += _teams(view, by_team)
        pieces += [*_overdue(view, counted), *ahead(view)]
    pieces += [*_held(view), *_papers(view), *_cannot_say(view, untold)]
    pieces.append(results.about(view, [one.concern.key for one in counted]))
    return tuple(pieces)


def week_of(view: View) -> Selection:
    """The week up to the as-at day."""
    as_at = view.selection.as_at
    return replace(view.selection, period_start=as_at - WEEK + timedelta(days=1), period_end=as_at)


def count_concerns(view: View) -> tuple[list[Counted], list[Concern]]:
    """The concerns as they stand, and those that this data cannot answer."""
    keys = tuple(concern.key for concern in CONCERNS)
    week = week_of(view)
    before_it = replace(
        week,
        period_start=week.period_start - WEEK,
        period_end=week.period_end - WEEK,
        as_at=week.as_at - WEEK,
    )
    now = reads.measures(view.asking, week, keys).set_index("measure")
    before = reads.measures(view.asking, before_it, keys).set_index("measure")
    reasons = reads.unavailable(view.asking)
    counted, untold = [], []
    for concern in (each.on(week.as_at) for each in CONCERNS):
        number = _number(now, concern)
        if number is None or concern.key in reasons:
            untold.append(concern)
            continue
        oldest = ""
        if number and concern.oldest:
            rows = reads.behind(view.asking, concern.key, week, concern.part)
            oldest = words.sentence(f"{concern.since} {words.day(rows[concern.oldest].min())}")
        counted.append(Counted(concern, number, _number(before, concern), oldest))
    return counted, untold


def _number(rows: pd.DataFrame, concern: Concern) -> int | None:
    row = rows.loc[concern.key]
    if pd.isna(row["numerator"]):
        return None
    if concern.part == "shortfall":
        return int(row["denominator"] - row["numerator"])
    return int(row["numerator"])


def _said(view: View, counted: list[Counted], by_team: pd.DataFrame | None) -> str:
    """What is overdue, how it changed and where; what is not booked; or good news, or that none can tell."""
    if not counted:
        return "what needs you this week cannot be told from this data: what it lacks stands below."
    if not any(one.now for one in counted):
        good = counted[0].concern.good
        return f"nothing needs you this week: {good[:1].lower()}{good[1:]}"
    said = []
    for one in counted[:2]:
        if not one.now:
            said.append(one.concern.good)
            continue
        text = ", ".join(part for part in (one.concern.said(one.now), one.change) if part)
        where = _where(view, by_team, one) if by_team is not None else ""
        said.append(f"{words.sentence(text)}{where}.")
    rest = [one.concern.said(one.now) for one in counted[2:] if one.now]
    if rest:
        said.append(f"{words.sentence(words.listed(rest))}.")
    return " ".join(said)


def _where(view: View, by_team: pd.DataFrame, one: Counted) -> str:
    """The team that has the most, where one has."""
    rows = by_team[(by_team["measure"] == one.concern.key) & (by_team["numerator"] > 0)]
    rows = rows.sort_values("numerator", ascending=False)
    if rows.empty:
        return ""
    most = rows.iloc[0]
    name = view.name("team", most["group"])
    if len(rows) == 1:
        return f"; {'it is' if one.now == 1 else 'all of them are'} in {name}"
    if most["numerator"] > rows.iloc[1]["numerator"]:
        return f"; {most['numerator']:,.0f} of them {'is' if most['numerator'] == 1 else 'are'} in {name}"
    return ""


def _card(one: Counted) -> Pieces:
    """Count, change, the oldest, and the link to the rows."""
    concern = one.concern
    label = f"{results.shape('not_met' if one.now else 'met')} {concern.title}"
    change = words.sentence(one.change)
    if not one.now:
        lines = [concern.good, change if one.before else ""]
        return (Figure(label, "0", "  \n".join(filter(None, lines))),)
    figure = Figure(label, f"{one.now:,}", "  \n".join(filter(None, [change, one.oldest])))
    return figure, rows_behind(concern.link(one.now), concern.key, concern.part)


def _states(view: View) -> Pieces:
    """Every child looked after, by state, with last week's count and the way to the children."""
    rows = reads.tracker(view.asking, view.selection)
    breaks = int(rows["regime"].eq("short_break").sum())
    said = f"{words.sentence(words.count(len(rows), 'child', 'children'))} looked after, each in one state."
    besides = words.short_breaks(breaks, len(rows), "the counts at the top")
    return Text(f"{said}{besides}"), by_state(view), to_states(view)


def _teams(view: View, by_team: pd.DataFrame) -> Pieces:
    """The picture: reviews overdue by team, most first."""
    rows = by_team[by_team["measure"] == "reviews_overdue"].copy()
    if not rows["numerator"].sum():
        return ()
    rows["name"] = [view.name("team", group) for group in rows["group"]]
    rows = rows.sort_values(["numerator", "name"], ascending=[False, True])
    chart = bars(
        list(rows["name"]),
        [float(number) for number in rows["numerator"]],
        [f"{number:,.0f}" for number in rows["numerator"]],
        of="reviews overdue by team",
    )
    return Heading("Reviews overdue by team"), Picture(chart, "reviews_overdue_by_team")


def _overdue(view: View, counted: list[Counted]) -> Pieces:
    """The table: the reviews overdue, the longest first."""
    overdue = next((one for one in counted if one.concern.key == "reviews_overdue"), None)
    if overdue is None or not overdue.now:
        return ()
    rows = reads.behind(view.asking, "reviews_overdue", week_of(view), "numerator").sort_values("due_on")
    shown = columns.in_words(view, rows)
    return (
        Heading("Every review overdue, the longest first"),
        LongTable(shown, f"{overdue.concern.link(overdue.now)}, with the day each was due"),
        results.download(
            view, "reviews_overdue", "Reviews overdue", lambda: shown, note=RECORDS,
            label=f"{overdue.concern.link(overdue.now)} (CSV)", about=("reviews_overdue",),
        ),
    )  # fmt: skip


HELD = {
    "reviews_held": "Reviews held in the last seven days",
    "children_attended": "Children who were there",
    "children_participated": "Children whose views were heard",
}


FELL_SHORT = {
    "children_attended": ("child was not there", "children were not there"),
    "children_participated": ("child's views were not heard", "children's views were not heard"),
}


def _held(view: View) -> Pieces:
    """The reviews of the last week, who was there and whose views were heard."""
    rows = reads.measures(view.asking, week_of(view), tuple(HELD))
    shown: list[Any] = list(rows[rows["numerator"].notna()].itertuples())
    if not shown or not shown[0].numerator:
        return ()
    figures = tuple(results.figure(row, HELD[row.measure]) for row in shown)
    links = [rows_behind(f"The {words.count(shown[0].numerator, 'review')} held", "reviews_held")]
    for row in shown[1:]:
        short = int(row.denominator - row.numerator)
        if short:
            label = words.sentence(words.count(short, *FELL_SHORT[row.measure]))
            links.append(rows_behind(label, row.measure, "shortfall"))
    return (
        Heading("Held in the last seven days"),
        Figures(figures),
        Links(tuple(links)),
        *_not_there(view, {row.measure for row in shown}),
    )


def _not_there(view: View, told: set[str]) -> Pieces:
    """The children who were not at their review last week: how they took part, why not in person, and whether
    the IRO met them about then; more of it on the page about taking part."""
    if "children_attended" not in told:
        return ()
    more = Link("Did children take part?", "pages/quality/participation/page.py")
    rows = with_recorded_reasons(
        reads.absences(view.asking, week_of(view)), reads.entries(view.asking, view.selection.as_at)
    )
    if rows.empty:
        return (more,)
    tells_why = "absences_explained" not in reads.unavailable(view.asking)
    unsaid = int(rows["non_attendance_reason"].isna().sum()) if tells_why else 0
    said = words.count(len(rows), "child was not at the review", "children were not at their review")
    if unsaid:
        said += f", {unsaid:,} of them without a reason recorded"
    shown = columns.in_words(view, rows[list(_NOT_THERE)], first=_NOT_THERE)
    return (
        Text(f"{words.sentence(said)}:"),
        LongTable(shown, f"{words.sentence(said)}, with the reasons"),
        more,
    )


_NOT_THERE = (
    "child_id", "held_on", "participation_code", "non_attendance_reason", "contact_on", "iro_id", "team_id",
    "age_band",
)  # fmt: skip


def _papers(view: View) -> Pieces:
    """What is missing by team: reports and plans before a review; decisions, records and letters after."""
    rows = reads.tracker(view.asking, view.selection)
    rows = rows[rows["missing"].notna()]
    if rows.empty and not missing_told(view):
        return ()
    if rows.empty:
        return Heading("Missing around reviews"), Text("Nothing is missing around any review.")
    each = rows.assign(step=rows["missing"].str.split(";")).explode("step")
    each["team"] = [view.name("team", team) for team in each["team_id"].fillna(words.NOBODY)]
    counted = each.groupby(["team", "step"]).size().unstack(fill_value=0)
    shown = [step for step in words.STEPS if step in counted]
    table = pd.DataFrame({"Team": counted.index})
    for step in shown:
        table[words.sentence(words.STEPS[step])] = [f"{number:,}" for number in counted[step]]
    links = tuple(
        Link(
            f"{words.sentence(words.STEPS[step])} missing ({counted[step].sum():,})",
            "pages/weekly/tracker/page.py",
            (("missing", words.sentence(words.STEPS[step])),),
        )
        for step in shown
    )
    return (
        Heading(f"Missing around reviews: of {words.count(len(rows), 'child', 'children')}"),
        Table(table, "What is missing around reviews, by team", "missing"),
        Links(links),
    )


def _cannot_say(view: View, untold: list[Concern]) -> Pieces:
    """What this data cannot answer, and why."""
    reasons = reads.unavailable(view.asking)
    return results.cannot_say({one.title: reasons.get(one.key, "not in this data.") for one in untold})
