"""What stands in lists in the pack for a supervision: children, late reviews, escalations, actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from data_access.rows.codes import ESCALATION_THEMES
from metrics.practice.practice import Practice
from metrics.tracker import ON_TRACK, RED
from metrics.wording import words
from reports.content import Paragraph, Part, Table
from reports.tracker_rows import Names, table
from standards import setting

_WIDTHS = (2.1, 1.4, 4.1, 1.1, 2.4, 2.4, 2.5)


def children_to_talk_about(found: Practice, names: Names, room: int) -> list[Part]:
    """The children to talk about, the most pressing first; those there is no room for by identifier."""
    rows = _to_talk_about(found)
    shown, rest = rows.head(room), rows.iloc[room:]
    work = [_work(row, names, found.iro.iro_id) for row in shown.to_dict("records")]
    parts: list[Part] = [
        replace(
            table(
                shown.assign(last_work=pd.Series(work, index=shown.index, dtype=object)),
                ("state", "child_id", "last_work", "days_untouched", "due_on", "midway_due_on", "missing"),
                names,
                title="Children to talk about",
                sheet="Children",
                said=_said(found, len(rows)),
                headings={
                    "last_work": "Last work on the record",
                    "days_untouched": "Days since",
                    "due_on": "Review due",
                    "midway_due_on": "Midway late since",
                },
            ),
            widths=_WIDTHS,
        )
    ]
    if len(rest):
        also = words.count(len(rest), "child", "children")
        parts.append(Paragraph(f"And {also} more: {', '.join(rest['child_id'])}."))
    return parts


def _said(found: Practice, number: int) -> str:
    """The sentence above them: how many of whom, and what puts a child there."""
    everyone, on = f"{len(found.caseload):,}", words.day(found.as_at)
    breaks = words.short_breaks(found.in_short_breaks, len(found.caseload))
    days = f"{setting('coverage_days', found.as_at):g} days"
    if found.caseload.empty:
        return f"No child was with this IRO on {on}."
    if not number:
        on_track = (
            f"All {everyone} children with this IRO are on track and were looked at in the last {days}."
        )
        return on_track + breaks
    children = words.sentence(words.count(number, "child", "children"))
    return (
        f"{children} of {everyone} with this IRO on {on}: not on track, not looked at for more than {days}, "
        f"with something missing, a midway review late or an escalation open.{breaks}"
    )


def _to_talk_about(found: Practice) -> pd.DataFrame:
    """The rows of the caseload that need something: overdue and booked late first, then longest untouched."""
    rows = found.caseload
    if rows.empty:
        return rows.assign(midway_due_on=[], rank=[])
    after = setting("coverage_days", found.as_at)
    late = [
        not pd.isna(due) and due < found.as_at and pd.isna(done)
        for due, done in zip(rows["midway_due_on"], rows["midway_done_on"], strict=True)
    ]
    rows = rows.assign(midway_due_on=rows["midway_due_on"].where(pd.Series(late, index=rows.index)))
    needs = (
        (rows["state"] != ON_TRACK)
        | (rows["days_untouched"] > after)
        | rows["missing"].notna()
        | pd.Series(late, index=rows.index)
        | rows["escalation_id"].notna()
    )
    order = {state: place for place, state in enumerate(RED)}
    rank = rows["state"].map(order).fillna(len(RED))
    return (
        rows[needs]
        .assign(rank=rank)
        .sort_values(["rank", "days_untouched"], ascending=[True, False], kind="stable")
    )


def _work(row: Mapping[Any, Any], names: Names, iro_id: str) -> str:
    """`Case note, Fri 2 Oct 2026`, and by whom where it was somebody else."""
    on, what, by = row["last_touch_on"], row["last_touch"], row["last_touch_by"]
    if not isinstance(on, date):
        return "none on record"
    said = f"{words.sentence(str(what).replace('_', ' '))}, {words.day(on)}"
    return said if by is None or by == iro_id else f"{said}, by {names.of('iro', str(by))}"


def late_in_the_month(found: Practice, most: int) -> Table:
    """The reviews due or held in the month that were held late, never held or are overdue, each with why.

    One due before the month and held in it is why fewer of the reviews held were on time than of those due.
    most: how many rows it has at most, as with the lists below; how many there are is said.
    """
    rows = found.late_reviews
    days = [(row["due_on"], row["held_on"]) for row in rows.to_dict("records")]
    month = [any(found.month_start <= on <= found.month_end for on in both if pd.notna(on)) for both in days]
    rows = rows[pd.Series(month, index=rows.index, dtype=bool)]
    spoken = f"{found.month_start:%B %Y}"
    count = words.count(len(rows), "review", "reviews")
    return Table(
        "Reviews of the month that were late",
        "Late reviews",
        f"{words.sentence(count)} due in {spoken} or held in it{_first(len(rows), most)}."
        if len(rows)
        else f"No review due in {spoken} or held in it was late, missed or is overdue.",
        ("Child", "Due", "Outcome", "Days late", "Why", "Agreed"),
        tuple(
            (
                row["child_id"], row["due_on"], words.OUTCOMES[row["outcome"]], int(row["days_late"]),
                words.late_reason(row["late_reason"]) if row["late_reason"] else "no reason recorded",
                row["agreed"],
            )
            for row in rows.head(most).to_dict("records")
        ),
        widths=(1.5, 2.3, 1.6, 1.1, 7.0, 1.8),
    )  # fmt: skip


def open_escalations(found: Practice, most: int) -> Table:
    """The escalations of the twelve months that nobody has resolved."""
    rows = found.escalations[found.escalations["resolved_on"].isna()]
    count = words.sentence(words.count(len(rows), "escalation"))
    up_to = words.day(min(found.month_end, found.as_at))
    return Table(
        "Escalations open",
        "Escalations",
        f"{count} raised in the twelve months up to {up_to} and not resolved{_first(len(rows), most)}."
        if len(rows)
        else f"No escalation raised in the twelve months up to {up_to} is open.",
        ("Child", "Raised", "Theme", "Stage", "To be resolved by"),
        tuple(
            (
                row["child_id"], row["raised_on"],
                words.sentence(ESCALATION_THEMES.get(row["theme"], "other")),
                words.sentence(words.STAGES.get(row["stage"], "")),
                None if pd.isna(row["deadline_on"]) else row["deadline_on"],
            )
            for row in rows.head(most).to_dict("records")
        ),
    )  # fmt: skip


def open_actions(found: Practice, most: int) -> Table:
    """What was agreed, in supervision or in the tracker, and is not done."""
    rows = tuple(
        (
            one.entry.said, one.entry.who, one.entry.due_on,
            words.together("▲ overdue") if one.entry.is_overdue(found.as_at) else "open", one.entry.child_id,
            f"supervision, {words.day(one.agreed_on)}" if one.agreed_on else "tracker",
        )
        for one in found.records.open_actions[: most]
    )  # fmt: skip
    number = len(found.records.open_actions)
    count = words.count(number, "action is", "actions are")
    return Table(
        "Open actions",
        "Open actions",
        f"{words.sentence(count)} open, the first due on top{_first(number, most)}."
        if rows
        else "No action is open.",
        ("What is to be done", "Who", "By when", "State", "Child", "Agreed in"),
        rows,
        widths=(6.4, 1.9, 2.2, 1.5, 1.4, 2.2),
    )


def _first(number: int, most: int) -> str:
    """That a list is not all of them; nothing where it is."""
    return f"; the first {most} are shown" if number > most else ""
