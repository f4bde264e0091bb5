"""What stands in the weekly reports to teams and IROs, table by table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from data_access.recorded.kinds import Entry, EntryKind
from metrics.rules.calendar import Flags, as_days
from metrics.tracker import CHECK, MISSING, ON_TRACK, OWED_ON, RED, SENT_AFTER
from metrics.wording import words
from reports.content import Table
from reports.tracker_rows import Names, table

WEEKS_AHEAD = 4
BEFORE_THE_MEETING = tuple(name for name in MISSING if name not in SENT_AFTER)
RECORDED = (EntryKind.ACTION, EntryKind.CONCERN)
"""What people record that stays open until somebody closes it."""
_WHO = ("social_worker", "iro_id")


def team_tables(
    rows: pd.DataFrame, recorded: Sequence[Entry], names: Names, as_at: date
) -> tuple[Table, ...]:
    """What a team is told: missing reports, late steps, what comes up, midway reviews, what was recorded."""
    return (
        _missing_reports(rows, names),
        _late_after(rows, names),
        _next_weeks(rows, names, as_at),
        _midway_reviews(rows, names, as_at),
        actions_and_concerns(recorded, names, as_at),
        _to_check(rows, names),
        _everyone(rows, names),
    )


def iro_tables(rows: pd.DataFrame, recorded: Sequence[Entry], names: Names, as_at: date) -> tuple[Table, ...]:
    """What an IRO is told: their children who need action, and what was recorded about any of theirs."""
    return (
        _need_action(rows, names, as_at),
        actions_and_concerns(recorded, names, as_at),
        _everyone(rows, names),
    )


def _missing_reports(rows: pd.DataFrame, names: Names) -> Table:
    before = rows[_any_owed(rows, BEFORE_THE_MEETING)]
    return table(
        before,
        ("child_id", *_WHO, "booked_for", *(OWED_ON[name] for name in BEFORE_THE_MEETING), "due_on"),
        names,
        title="Missing reports and care plans",
        sheet="Missing reports",
        headings={"booked_for": "Meeting on", "due_on": "Review due"},
        said=_said(
            before, "review", "is near and has no report or no updated care plan",
            many="are near and have no report or no updated care plan",
            none="Every meeting that is near has its report and an updated care plan.",
        ),
    )  # fmt: skip


def _late_after(rows: pd.DataFrame, names: Names) -> Table:
    after = rows[_any_owed(rows, SENT_AFTER)].sort_values("last_held_on", kind="stable")
    return table(
        after,
        ("child_id", *_WHO, "last_held_on", *(OWED_ON[name] for name in SENT_AFTER)),
        names,
        title="Late after the last review",
        sheet="Late after review",
        said=_said(
            after, "review", "was held and its decisions, record or letter to the child are late",
            many="were held and their decisions, records or letters to the child are late",
            none="Decisions, records and letters of the last reviews are sent, or still in time.",
        ),
    )  # fmt: skip


def _next_weeks(rows: pd.DataFrame, names: Names, as_at: date) -> Table:
    coming = _coming_up(rows, as_at)
    until = words.day(as_at + timedelta(weeks=WEEKS_AHEAD))
    return table(
        coming,
        (
            "state", "child_id", "age_band", *_WHO, "kind", "due_on", "working_days_to_due", "booked_for",
            "late_reason", "agreed_by", "agreed_on",
        ),
        names,
        title=f"Reviews coming up in the next {WEEKS_AHEAD} weeks",
        sheet="Coming up",
        said=_said(
            coming, "review", f"overdue, booked late, or due or booked up to {until}",
            none=f"No review is overdue, booked late, or due or booked up to {until}.",
        ),
    )  # fmt: skip


def _midway_reviews(rows: pd.DataFrame, names: Names, as_at: date) -> Table:
    midway = rows[_midway_late(rows, as_at)].sort_values("midway_due_on", kind="stable")
    return table(
        midway,
        ("child_id", *_WHO, "midway_due_on", "last_iro_contact_on", "due_on"),
        names,
        title="Midway reviews late",
        sheet="Midway late",
        headings={"due_on": "Next review due", "last_iro_contact_on": "Last contact by an IRO"},
        said=_said(
            midway, "midway review", "was due and is not done; it is the IRO's to do",
            many="were due and are not done, the oldest first; they are the IRO's to do",
            none="No midway review is late.",
        ),
    )  # fmt: skip


def _to_check(rows: pd.DataFrame, names: Names) -> Table:
    check = rows[rows["state"] == CHECK]
    return table(
        check,
        ("child_id", *_WHO, "to_check", "went_by_on", "last_held_on", "due_on", "booked_for"),
        names,
        title="Records to check",
        sheet="Records to check",
        said=_said(
            check, "child", "whose record is to be checked", plural="children",
            many="whose records are to be checked",
            none="No record needs checking.",
        ),
    )  # fmt: skip


def actions_and_concerns(recorded: Sequence[Entry], names: Names, as_at: date) -> Table:
    """What people recorded and nobody has closed, about children or not: actions by day, then concerns."""
    actions = sorted(
        (one for one in recorded if one.kind is EntryKind.ACTION), key=lambda one: one.due_on or date.max
    )
    concerns = [one for one in recorded if one.kind is EntryKind.CONCERN]
    said = []
    if actions:
        said.append(words.count(len(actions), "action"))
    if concerns:
        said.append(words.count(len(concerns), "concern"))
    return Table(
        title="Open actions and concerns",
        sheet="Actions and concerns",
        said=words.sentence(f"{words.listed(said)} recorded about these children and still open.")
        if said
        else "No action or concern about these children is open.",
        headings=("Child", "What", "In words", "Who", "By when", "State", "Recorded by", "Recorded on"),
        rows=tuple(
            (
                one.child_id,
                _what(one, names),
                one.said,
                one.who,
                one.due_on,
                "▲ overdue" if one.is_overdue(as_at) else "open",
                one.recorded_by,
                one.recorded_on,
            )
            for one in (*actions, *concerns)
        ),
    )


def _what(one: Entry, names: Names) -> str:
    """`Action`, and where it was agreed where that is not the tracker."""
    if one.kind is not EntryKind.ACTION:
        return "Concern"
    if one.iro_id:
        return f"Action, supervision of {names.of('iro', one.iro_id)}"
    return "Action, targeted audit" if one.part_of else "Action"


def _need_action(rows: pd.DataFrame, names: Names, as_at: date) -> Table:
    late = _midway_late(rows, as_at)
    needs = rows.assign(midway_due_on=rows["midway_due_on"].where(late))[
        (rows["state"] != ON_TRACK) | rows["missing"].notna() | late | rows["escalation_id"].notna()
    ]
    return table(
        needs,
        (
            "state", "child_id", "team_id", "social_worker", "due_on", "booked_for", "to_check",
            "missing", "missing_since", "midway_due_on", "last_iro_contact_on", "escalation_age_days",
            "late_reason",
        ),
        names,
        title="Children who need action",
        sheet="Need action",
        headings={
            "due_on": "Next review due",
            "midway_due_on": "Midway review late since",
            "last_iro_contact_on": "Last contact by an IRO",
        },
        said=_said(
            needs, "child",
            "not on track, or with something missing, a midway review late or an escalation open",
            plural="children",
            none="No child needs action: all are on track, nothing is missing, no midway review is late "
            "and no escalation is open.",
        ),
    )  # fmt: skip


def _said(
    rows: pd.DataFrame, one: str, what: str, *, none: str, many: str | None = None, plural: str | None = None
) -> str:
    """The sentence above a table: how many, and what they have in common; `none` where there are none."""
    if rows.empty:
        return none
    return f"{words.count(len(rows), one, plural)} {(many or what) if len(rows) > 1 else what}."


def _everyone(rows: pd.DataFrame, names: Names) -> Table:
    return table(
        rows,
        (
            "state", "child_id", "age_band", "team_id", "social_worker", "iro_id", "regime", "kind",
            "last_held_on", "due_on", "booked_for", "missing", "missing_since", "midway_due_on",
            "midway_done_on", "last_iro_contact_on", "escalation_age_days",
        ),
        names,
        title="Every child, worst state first",
        sheet="All children",
        said=words.sentence(f"{words.count(len(rows), 'child', 'children')} looked after."),
        in_full=True,
    )  # fmt: skip


def _any_owed(rows: pd.DataFrame, steps: Iterable[str]) -> Flags:
    return np.asarray(rows[[OWED_ON[step] for step in steps]].notna().any(axis=1), dtype=np.bool_)


def _midway_late(rows: pd.DataFrame, as_at: date) -> Flags:
    due = as_days(rows["midway_due_on"])
    return np.asarray((due < np.datetime64(as_at, "D")) & rows["midway_done_on"].isna().to_numpy())


def _coming_up(rows: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The rows due or booked within the weeks ahead; overdue and booked late first, then by day."""
    until = np.datetime64(as_at + timedelta(weeks=WEEKS_AHEAD), "D")
    due, booked = as_days(rows["due_on"]), as_days(rows["booked_for"])
    red = rows["state"].isin(RED).to_numpy(dtype=np.bool_)
    rank = rows["state"].map({state: place for place, state in enumerate(RED)}).fillna(len(RED)).to_numpy()
    soonest = np.fmin(due, booked)
    order = np.lexsort((soonest, rank))
    return rows.iloc[[place for place in order if red[place] or soonest[place] <= until]]
