"""The weekly report to a team or an IRO, and the whole tracker as a document.

Every number in them is a number of rows of the tracker (`metrics/tracker.py`) as at one day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

import pandas as pd
from sqlalchemy import Engine

from charts.palette import STATES
from data_access.people.viewer import Viewer
from data_access.reading import AuthorityInfo, first_day_in_care, iros_at_work
from data_access.recorded.entries import Entry, entries
from metrics.counting.question import Selection
from metrics.tracker import COLUMNS, RED, open_duties
from metrics.wording import words
from reports.content import Content, Meanings, States, Table, as_at_said, one_line
from reports.document import Document, NotInData, file_names
from reports.tracker_rows import Names, states, table
from reports.weekly_tables import RECORDED, WEEKS_AHEAD, iro_tables, team_tables

Kind = Literal["team", "iro"]


def team_report(engine: Engine, viewer: Viewer, info: AuthorityInfo, team_id: str, day: date) -> Document:
    """The report to a team for the week of `day`, as at `day` or as at the data where that is earlier.

    Missing reports and care plans, steps late after the last review, reviews coming up, midway reviews late,
    open actions and concerns, records to check. Raises NotInData for a team or a week that the data, or the
    viewer, does not have.
    """
    return _one(engine, viewer, info, "team", team_id, day)


def iro_report(engine: Engine, viewer: Viewer, info: AuthorityInfo, iro_id: str, day: date) -> Document:
    """The report to an IRO for the week of `day`: their children who need action. As `team_report`."""
    return _one(engine, viewer, info, "iro", iro_id, day)


def week_reports(engine: Engine, viewer: Viewer, info: AuthorityInfo, day: date) -> list[Document]:
    """The reports of a week to every team, and to every IRO at work on the day or with children.

    Children whom nobody is allocated to have a report of their own, so that none is lost.
    Raises NotInData for a week that the data does not have.
    """
    week = _week(engine, viewer, info, day)
    rows = open_duties(engine, viewer, week)
    names = Names.read(engine, viewer, info.authority)
    recorded = _recorded(engine, viewer, week)
    at_work = iros_at_work(engine, viewer, info.authority, week.as_at)
    known: dict[Kind, set[str]] = {"team": set(names.teams), "iro": at_work}
    found = []
    for kind, ids in known.items():
        column = rows[f"{kind}_id"]
        everyone: list[str | None] = sorted(
            ids | set(column.dropna()), key=lambda one: (names.of(kind, one), one)
        )
        if column.isna().any():
            everyone.append(None)
        for one in everyone:
            theirs = rows[column.isna() if one is None else column == one]
            found.append(_report(info, week, day, kind, one, theirs, recorded, names))
    return found


def tracker_report(engine: Engine, viewer: Viewer, info: AuthorityInfo, selection: Selection) -> Document:
    """The tracker of a selection: all its columns, worst state first."""
    rows = open_duties(engine, viewer, selection)
    names = Names.read(engine, viewer, info.authority)
    of = [names.of("iro", selection.iro_id)] if selection.iro_id else []
    of += [names.of("team", selection.team_id)] if selection.team_id else []
    title = one_line(["Weekly tracker", *of])
    columns = ("state", "child_id", *(name for name in COLUMNS if name not in ("state", "child_id")))
    children = words.count(len(rows), "child", "children")
    return Document(
        f"{selection.as_at} weekly tracker",
        Content(
            title=title,
            choice=_choice(info, selection.as_at),
            answer=words.sentence(f"{children} looked after{_state_words(rows)}."),
            as_at=selection.as_at,
            parts=(
                States(states(rows)),
                table(
                    rows, columns, names,
                    title="Every child looked after, worst state first",
                    sheet="Tracker",
                    said=words.sentence(f"{children}."),
                ),
                Meanings(),
            ),
        ),
    )  # fmt: skip


# -- whose week


def _week(engine: Engine, viewer: Viewer, info: AuthorityInfo, day: date) -> Selection:
    """The question of the week of a day, as at the day or the data."""
    if day - timedelta(days=day.weekday()) > info.as_at:
        raise NotInData(
            f"The week of {words.day(day)} is not in the data, which ends on {words.day(info.as_at)}. "
            "Ask for an earlier week, or load a newer extract."
        )
    as_at = min(day, info.as_at)
    first = first_day_in_care(engine, viewer, info.authority)
    if first is None or as_at < first:
        begins = f"which begins on {words.day(first)}" if first else "in which no child is looked after"
        raise NotInData(f"The week of {words.day(day)} is not in the data, {begins}.")
    return Selection(info.authority, as_at, as_at, as_at)


def _one(engine: Engine, viewer: Viewer, info: AuthorityInfo, kind: Kind, one: str, day: date) -> Document:
    week = _week(engine, viewer, info, day)
    asked = Selection(
        info.authority,
        week.as_at,
        week.as_at,
        week.as_at,
        **{f"{kind}_id": one},
    )
    rows = open_duties(engine, viewer, asked)
    names = Names.read(engine, viewer, info.authority)
    known = {"team": names.teams, "iro": names.iros}[kind]
    if one not in known and rows.empty:
        spoken = "team" if kind == "team" else "IRO"
        held = ", ".join(f"{other} ({name})" for other, name in sorted(known.items())[:40])
        raise NotInData(f"No {spoken} {one} in the data. " + (f"Choose from {held}." if held else ""))
    return _report(info, week, day, kind, one, rows, _recorded(engine, viewer, week), names)


def _recorded(engine: Engine, viewer: Viewer, week: Selection) -> list[Entry]:
    """The actions and concerns about children that are open on the day.

    What was agreed in an IRO's supervision, or belongs to another entry, is nobody else's to read here.
    """
    found = entries(engine, viewer, week.authority, as_at=week.as_at, kinds=RECORDED)
    return [one for one in found if one.is_open and one.is_about_the_child]


def _report(
    info: AuthorityInfo,
    week: Selection,
    day: date,
    kind: Kind,
    one: str | None,
    rows: pd.DataFrame,
    recorded: Sequence[Entry],
    names: Names,
) -> Document:
    monday = day - timedelta(days=day.weekday())
    name = names.of(kind, one)
    known: Mapping[str, str] = {"team": names.teams, "iro": names.iros}[kind]
    for_file = name if one is None else file_names({**known, one: name})[one]
    spoken = "team" if kind == "team" else "IRO"
    theirs = set(rows["child_id"])
    about = [one for one in recorded if one.child_id in theirs]
    tables = (team_tables if kind == "team" else iro_tables)(rows, about, names, week.as_at)
    children = words.count(len(rows), "child", "children")
    if rows.empty:
        answer = f"No child looked after was with this {spoken} on {words.day(week.as_at)}."
    else:
        answer = (
            f"{children} looked after: {_late_words(rows)}. {_answer(kind, tables, rows)}{_opened(about)}"
        )
    return Document(
        " ".join(
            part for part in (str(monday), "weekly report", "" if one is None else spoken, for_file) if part
        ),
        Content(
            title=f"Weekly report: {one_line([name])}, week of {words.day(monday)}",
            choice=_choice(info, week.as_at, day),
            answer=words.sentence(answer),
            as_at=week.as_at,
            parts=(States(states(rows)), *tables, Meanings()),
        ),
        to=names.address(kind, one),
    )


def _choice(info: AuthorityInfo, as_at: date, asked: date | None = None) -> str:
    """Whose data, as at which day, how fresh."""
    parts = [info.authority, *as_at_said(as_at, info.as_at)]
    if asked is not None and asked > as_at:
        parts.append(f"the data ends before {words.day(asked)}")
    return one_line(parts)


def _state_words(rows: pd.DataFrame) -> str:
    """`: 2 overdue, 1 booked late and 40 on track`; nothing without rows."""
    found = states(rows)
    said = [f"{found[state]:,} {mark.word}" for state, mark in STATES.items() if state in found]
    return f": {words.listed(said)}" if said else ""


def _late_words(rows: pd.DataFrame) -> str:
    """`1 review is overdue and 2 are booked late`."""
    overdue, booked_late = (int((rows["state"] == state).sum()) for state in RED)
    if not overdue and not booked_late:
        return "no review is overdue or booked late"
    verb = "is" if booked_late == 1 else "are"
    number = f"{booked_late:,}" if booked_late else "none"
    return f"{words.count(overdue, 'review is', 'reviews are')} overdue and {number} {verb} booked late"


def _answer(kind: Kind, tables: tuple[Table, ...], rows: pd.DataFrame) -> str:
    """What else stands in the tables, in a sentence or two, after how many are overdue or booked late."""
    if kind == "iro":
        number = len(tables[0].rows)
        return words.sentence(f"{words.count(number, 'child needs', 'children need')} action this week.")
    before, after, coming, midway = (len(found.rows) for found in tables[:4])
    said = []
    if before:
        said.append(f"{words.count(before, 'meeting lacks its', 'meetings lack their')} report or care plan")
    if after:
        has = words.count(after, "review already held has", "reviews already held have")
        said.append(f"{has} decisions, record or letter late")
    missing = words.sentence(words.listed(said)) if said else "Nothing is missing in this team this week"
    red = int(rows["state"].isin(RED).sum())
    more = "more " if red else ""
    ahead = words.count(coming - red, f"{more}review comes", f"{more}reviews come")
    late = words.count(midway, "midway review is", "midway reviews are")
    return f"{missing}. {words.sentence(ahead)} up in the next {WEEKS_AHEAD} weeks, and {late} late."


def _opened(recorded: Sequence[Entry]) -> str:
    """How much that people recorded is open; nothing where nothing is."""
    if not recorded:
        return ""
    opened = words.count(len(recorded), "action or concern is", "actions or concerns are")
    return f" {words.sentence(opened)} open."
