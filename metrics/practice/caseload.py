"""An IRO's caseload as at a day: each child as the tracker has them, and the last work on the record."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import Connection, Engine, and_, func, literal, select, union_all

from data_access.people.viewer import Viewer, visible
from data_access.store.schema import KIND_TABLES
from metrics.counting.question import Selection, asked_of
from metrics.rows.duty_rows import AS_AT, d, now
from metrics.rows.expressions import AUTHORITY, asked_text
from metrics.tracker import open_duties

REVIEW = "review"
TOUCHES = (REVIEW, "midway_review", "child_contact", "case_note")
"""What an IRO does on a child's record; of two on one day the first of these is told."""


class Touch(NamedTuple):
    """The latest work of an IRO on a child's record. by: None where that is not on record."""

    on: date
    what: str
    by: str | None


def caseload(engine: Engine, viewer: Viewer, selection: Selection) -> pd.DataFrame:
    """The children looked after and allocated to the selection's IRO on its as-at day.

    The columns of `tracker.open_duties`, and `with_iro_since`, `last_touch_on`, `last_touch` (one of
    `TOUCHES`), `last_touch_by` (any IRO: cover work counts for the child), empty where nothing is on record;
    `days_untouched` since then, or since the child came to this IRO. The longest untouched first.
    """
    rows = open_duties(engine, viewer, selection)
    with engine.connect() as connection:
        touches = _touches(connection, viewer, selection)
        since = _with_iro_since(connection, viewer, selection)
    children = list(rows["child_id"])
    found = [touches.get(child) for child in children]
    began = [touch.on if touch else since[child] for child, touch in zip(children, found, strict=True)]
    rows = rows.assign(
        with_iro_since=pd.Series([since[child] for child in children], dtype=object),
        last_touch_on=pd.Series([touch and touch.on for touch in found], dtype=object),
        last_touch=pd.Series([touch and touch.what for touch in found], dtype=object),
        last_touch_by=pd.Series([touch and touch.by for touch in found], dtype=object),
        days_untouched=pd.Series([(selection.as_at - day).days for day in began], dtype="Int64"),
    )
    return rows.sort_values("days_untouched", ascending=False, kind="stable").reset_index(drop=True)


_theirs = and_(
    now.c.from_on <= AS_AT, now.c.until_on > AS_AT, now.c.in_care, now.c.iro_id == asked_text("iro_id")
)


def _touches(connection: Connection, viewer: Viewer, selection: Selection) -> dict[str, Touch]:
    """The latest touch of each child of the caseload."""
    a = KIND_TABLES["activities"]
    children = select(now.c.child_id).where(visible(viewer, now, AUTHORITY), _theirs)
    work = (
        select(a.c.child_id, a.c.activity_kind, a.c.iro_id, func.max(a.c.done_on))
        .where(
            visible(viewer, a, AUTHORITY),
            a.c.speaks,
            a.c.done_on <= AS_AT,
            a.c.activity_kind.in_(TOUCHES),
            a.c.child_id.in_(children),
        )
        .group_by(a.c.child_id, a.c.activity_kind, a.c.iro_id)
    )
    held = (
        select(d.c.child_id, literal(REVIEW), d.c.chaired_by, func.max(d.c.held_on))
        .where(visible(viewer, d, AUTHORITY), d.c.held_on <= AS_AT, d.c.child_id.in_(children))
        .group_by(d.c.child_id, d.c.chaired_by)
    )
    found: dict[str, Touch] = {}
    for child, what, by, on in connection.execute(union_all(work, held), asked_of(selection)):
        one = Touch(on, what, by)
        if child not in found or _latest(one) > _latest(found[child]):
            found[child] = one
    return found


def _latest(touch: Touch) -> tuple[Any, ...]:
    return touch.on, -TOUCHES.index(touch.what), touch.by or ""


def _with_iro_since(connection: Connection, viewer: Viewer, selection: Selection) -> dict[str, date]:
    query = select(now.c.child_id, now.c.iro_since).where(visible(viewer, now, AUTHORITY), _theirs)
    return {row.child_id: row.iro_since for row in connection.execute(query, asked_of(selection))}
