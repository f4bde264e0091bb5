"""Everything that sources said of one child by a day, each kind of row found by the child.

What follows from it (duties, the tracker's row) is `metrics`'; what was recorded here is in `entries.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, Table, func, or_, select

from data_access.people.viewer import Viewer, visible
from data_access.store.schema import KIND_TABLES, escalation_facts, spans

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """What held from a day up to and with another, None while it goes on. what: a code or an identifier."""

    from_on: date
    until_on: date | None
    what: str


@dataclass(frozen=True)
class ChildReview:
    """A review of the child. held_on: empty where it was not held by the day."""

    status: str
    booked_for: date | None
    held_on: date | None
    chaired_by: str | None
    participation_code: str | None
    attendance_mode: str | None
    child_seen_on: date | None
    social_worker_visit_on: date | None


@dataclass(frozen=True)
class Work:
    """An activity of an IRO. kind: one of `codes.ActivityKind`."""

    done_on: date
    kind: str
    iro_id: str


@dataclass(frozen=True)
class Escalation:
    """resolved_on: empty where it was not resolved by the day; deadline_on ends the formal process."""

    escalation_id: str
    raised_on: date
    resolved_on: date | None
    deadline_on: date
    theme: str
    stage: str
    iro_id: str | None


@dataclass(frozen=True)
class ChildRecord:
    """What sources said of one child by a day, each kind in the order of its days.

    iros and teams: identifier -> name of everybody in it. A child's record names the IRO and the team, to
    whoever may see the child.
    """

    child_id: str
    born_on: date | None
    care: tuple[Stretch, ...]
    legal_statuses: tuple[Stretch, ...]
    placements: tuple[Stretch, ...]
    iro_spans: tuple[Stretch, ...]
    team_spans: tuple[Stretch, ...]
    worker_spans: tuple[Stretch, ...]
    reviews: tuple[ChildReview, ...]
    work: tuple[Work, ...]
    escalations: tuple[Escalation, ...]
    iros: dict[str, str]
    teams: dict[str, str]


def child_record(
    engine: Engine, viewer: Viewer, authority: str, child_id: str, as_at: date
) -> ChildRecord | None:
    """What is on record of a child by a day: what began after it is left out, what ended after it goes on.

    None for a child whom the store does not hold or the viewer may not see.
    """
    with engine.connect() as connection:
        of = _Child(connection, viewer, authority, child_id, as_at)
        children = KIND_TABLES["children"]
        born = of.rows(children, children.c.date_of_birth)
        if not born:
            return None
        iro_spans, team_spans, worker_spans = (
            of.spans(name) for name in ("iro_id", "team_id", "social_worker")
        )
        reviews, work, escalations = of.reviews(), of.work(), of.escalations()
        iros = {span.what for span in iro_spans} | {one.iro_id for one in work}
        iros |= {one.iro_id for one in escalations if one.iro_id}
        iros |= {one.chaired_by for one in reviews if one.chaired_by}
        return ChildRecord(
            child_id=child_id,
            born_on=born[0].date_of_birth,
            care=of.stretches("care_periods", "started_on", "ended_on"),
            legal_statuses=of.stretches("legal_statuses", "from_date", "to_date", "legal_status"),
            placements=of.stretches("placements", "from_date", "to_date", "placement_type"),
            iro_spans=iro_spans,
            team_spans=team_spans,
            worker_spans=worker_spans,
            reviews=reviews,
            work=work,
            escalations=escalations,
            iros=of.names("iro", iros),
            teams=of.names("team", {span.what for span in team_spans}),
        )


def find_children(engine: Engine, viewer: Viewer, authority: str, typed: str, *, most: int = 20) -> list[str]:
    """The identifier that was typed, whatever its case; else the first that begin with what was typed."""
    sought = typed.strip()
    if not sought:
        return []
    children = KIND_TABLES["children"]
    here = select(children.c.child_id).where(visible(viewer, children, authority), children.c.speaks)
    exactly = here.where(children.c.child_id.in_({sought, sought.upper(), sought.lower()}))
    beginning = func.upper(children.c.child_id).startswith(sought.upper(), autoescape=True)
    with engine.connect() as connection:
        found = connection.execute(exactly).scalars().all()
        if not found:
            first = here.where(beginning).order_by(children.c.child_id).limit(most)
            found = connection.execute(first).scalars().all()
    return list(found)


@dataclass(frozen=True)
class _Child:
    """Reads one child's rows, and no others'."""

    connection: Connection
    viewer: Viewer
    authority: str
    child_id: str
    as_at: date

    def rows(
        self, table: Table, *columns: Column[Any], where: ColumnElement[bool] | None = None
    ) -> list[Any]:
        """The child's rows of a table, in the order of the first column."""
        query = select(*columns).where(
            visible(self.viewer, table, self.authority), table.c.child_id == self.child_id
        )
        if "speaks" in table.c:
            query = query.where(table.c.speaks)
        if where is not None:
            query = query.where(where)
        return list(self.connection.execute(query.order_by(columns[0])))

    def by(self, day: date | None) -> date | None:
        """A day, if it has come."""
        return day if day is not None and day <= self.as_at else None

    def stretches(self, kind: str, start: str, end: str, *columns: str) -> tuple[Stretch, ...]:
        table = KIND_TABLES[kind]
        more = [table.c[name] for name in columns]
        found = self.rows(table, table.c[start], table.c[end], *more, where=table.c[start] <= self.as_at)
        return tuple(
            Stretch(from_on, self.by(until_on), *["" if one is None else one for one in (what or ("",))])
            for from_on, until_on, *what in found
        )

    def spans(self, name: str) -> tuple[Stretch, ...]:
        """Who held it, in unbroken stretches: neighbours alike are one."""
        found: list[Stretch] = []
        for from_on, until_on, who in self.rows(
            spans, spans.c.from_on, spans.c.until_on, spans.c[name], where=spans.c.from_on <= self.as_at
        ):
            if who is None:
                continue
            last_day = self.by(until_on - DAY)
            if found and found[-1].what == who and found[-1].until_on == from_on - DAY:
                found[-1] = Stretch(found[-1].from_on, last_day, who)
            else:
                found.append(Stretch(from_on, last_day, who))
        return tuple(found)

    def reviews(self) -> tuple[ChildReview, ...]:
        r = KIND_TABLES["reviews"].c
        found = self.rows(
            KIND_TABLES["reviews"], r.held_on, r.review_status, r.booked_for, r.chaired_by,
            r.participation_code, r.attendance_mode, r.child_seen_on, r.social_worker_visit_on,
            where=or_(r.held_on <= self.as_at, r.booked_on.is_(None), r.booked_on <= self.as_at),
        )  # fmt: skip
        return tuple(
            ChildReview(
                status=row.review_status,
                booked_for=row.booked_for,
                held_on=held_on,
                chaired_by=row.chaired_by,
                participation_code=row.participation_code if held_on else None,
                attendance_mode=row.attendance_mode if held_on else None,
                child_seen_on=self.by(row.child_seen_on),
                social_worker_visit_on=self.by(row.social_worker_visit_on),
            )
            for row in found
            for held_on in [self.by(row.held_on) if row.review_status == "held" else None]
        )

    def work(self) -> tuple[Work, ...]:
        table = KIND_TABLES["activities"]
        found = self.rows(
            table, table.c.done_on, table.c.activity_kind, table.c.iro_id, where=table.c.done_on <= self.as_at
        )
        return tuple(Work(*row) for row in found)

    def escalations(self) -> tuple[Escalation, ...]:
        e = escalation_facts.c
        found = self.rows(
            escalation_facts, e.raised_on, e.escalation_id, e.resolved_on, e.deadline_on, e.theme, e.stage,
            e.iro_id, where=e.raised_on <= self.as_at,
        )  # fmt: skip
        return tuple(
            Escalation(
                row.escalation_id, row.raised_on, self.by(row.resolved_on), row.deadline_on, row.theme,
                row.stage, row.iro_id,
            )
            for row in found
        )  # fmt: skip

    def names(self, kind: str, of: set[str]) -> dict[str, str]:
        """The names of those in this child's rows, which are part of the record; nothing else of theirs is.

        So they are told to whoever may see the child, a team manager too, who may not see rows of IROs.
        """
        table = KIND_TABLES[f"{kind}s"]
        who = table.c[f"{kind}_id"]
        query = select(who, table.c[f"{kind}_name"]).where(
            table.c.authority == self.authority, table.c.speaks, who.in_(sorted(of))
        )
        return {row[0]: row[1] for row in self.connection.execute(query)}
