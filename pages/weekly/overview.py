"""What needs me this week? A sentence that answers, then a card for each concern and its rows behind it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from charts.bars import bars
from pages.shared import columns, concerns, frame, reads, section, words
from pages.shared.concerns import Concern, Counted
from pages.shared.frame import View

CARDS_IN_A_ROW = 3
BY_TEAM = ("reviews_overdue", "reviews_due_soon_unbooked")


def page(view: View) -> None:
    counted, untold = concerns.count_concerns(view)
    by_team = _by_team(view) if view.teams else None
    section.sentence(_answer(view, counted, by_team))
    _cards(view, counted)
    if by_team is not None:
        _teams(view, by_team)
    _overdue(view, counted)
    _cannot_say(view, untold)
    section.about([one.concern.key for one in counted])


def _by_team(view: View) -> pd.DataFrame:
    week = concerns.this_week(view)
    return reads.measures(view.asking, reads.grouped(week, "team"), BY_TEAM)


def _answer(view: View, counted: list[Counted], by_team: pd.DataFrame | None) -> str:
    """What is overdue, how it changed and where; what is not booked; or the good news."""
    said = []
    for one in counted[:2]:
        if not one.now:
            said.append(one.concern.good)
            continue
        text = f"{words.sentence(one.concern.said(one.now))}, {one.change}" if one.change else ""
        text = text or words.sentence(one.concern.said(one.now))
        where = _where(view, by_team, one) if by_team is not None else ""
        said.append(f"{text}{where}.")
    rest = [one.concern.said(one.now) for one in counted[2:] if one.now]
    if rest:
        said.append(f"{words.sentence(words.listed(rest))}.")
    if not any(one.now for one in counted):
        return f"Nothing needs you this week: {said[0][:1].lower()}{said[0][1:]}"
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


def _cards(view: View, counted: list[Counted]) -> None:
    """One card for each concern: count, change, the oldest, and the link to its rows."""
    for first in range(0, len(counted), CARDS_IN_A_ROW):
        row = counted[first : first + CARDS_IN_A_ROW]
        for column, one in zip(st.columns(CARDS_IN_A_ROW, gap="medium"), row, strict=False):
            with column.container(border=True, height="stretch", gap="xsmall"):
                _card(view, one)


def _card(view: View, one: Counted) -> None:
    shape = section.shape("not_met" if one.now else "met")
    st.metric(f"{shape} {one.concern.title}", f"{one.now:,}")
    if not one.now:
        notes = [one.concern.good, _change(one) if one.before else ""]
        st.markdown("  \n".join(filter(None, notes)))
        return
    st.markdown("  \n".join(filter(None, [_change(one), words.sentence(one.oldest)])))
    section.link_to_rows(view, one.concern.link(one.now), one.concern.key, one.concern.part)


def _change(one: Counted) -> str:
    return words.sentence(one.change)


def _teams(view: View, by_team: pd.DataFrame) -> None:
    """The picture: reviews overdue by team, most first."""
    rows = by_team[by_team["measure"] == "reviews_overdue"].copy()
    if not rows["numerator"].sum():
        return
    rows["name"] = [view.name("team", group) for group in rows["group"]]
    rows = rows.sort_values(["numerator", "name"], ascending=[False, True])
    chart = bars(
        list(rows["name"]),
        [float(number) for number in rows["numerator"]],
        [f"{number:,.0f}" for number in rows["numerator"]],
        of="reviews overdue by team",
    )
    section.picture("Reviews overdue by team", "", chart, name="reviews_overdue_by_team")


def _overdue(view: View, counted: list[Counted]) -> None:
    """The table: the reviews overdue, the longest first."""
    overdue = next((one for one in counted if one.concern.key == "reviews_overdue"), None)
    if overdue is None or not overdue.now:
        return
    st.subheader("Every review overdue, the longest first", anchor=False)
    rows = reads.behind(view.asking, "reviews_overdue", concerns.this_week(view), "numerator")
    rows = rows.sort_values("due_on")
    shown = columns.in_words(view, rows)
    section.long_table(shown, f"The {overdue.now} reviews overdue, with the day each was due")
    section.download(
        view, "reviews_overdue", "Reviews overdue", lambda: shown,
        note="Contains children's records: keep it inside children's services.",
        label=f"{words.sentence(overdue.concern.link(overdue.now))} (CSV)",
    )  # fmt: skip


def _cannot_say(view: View, untold: list[Concern]) -> None:
    """What this data cannot answer, in words, and why."""
    if not untold:
        return
    reasons = reads.unavailable(view.asking)
    st.subheader("What this data cannot say", anchor=False)
    st.markdown(
        "\n".join(f"- **{one.title}**: {reasons.get(one.key, 'not in this data.')}" for one in untold)
    )


page(frame.current())
