"""Who is looking, and therefore which rows of children and staff they may read.

Every function that reads child-level or staff-level rows takes a `Viewer` and narrows its query
with `visible`: the one place where the rule lives (`design.md`, idea 4; `domain.md` section 11).
Until sign-in comes, the pages and the command line use `SERVICE_VIEWER`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, false, or_
from sqlalchemy.sql.selectable import FromClause

from data_access.store.schema import entries, spans


class Role(StrEnum):
    """What somebody is in the service; `visible` says what each may see."""

    PRACTICE_MANAGER = "practice_manager"
    HEAD_OF_QA = "head_of_qa"
    IRO = "iro"
    TEAM_MANAGER = "team_manager"


SERVICE_ROLES = frozenset({Role.PRACTICE_MANAGER, Role.HEAD_OF_QA})


@dataclass(frozen=True)
class Viewer:
    """A reader of the store: a role, the IRO they are, the teams they manage."""

    role: Role
    iro_id: str | None = None
    team_ids: frozenset[str] = frozenset()

    @property
    def sees_the_service(self) -> bool:
        """Whether nothing of an authority is hidden from them."""
        return self.role in SERVICE_ROLES


SERVICE_VIEWER = Viewer(Role.PRACTICE_MANAGER)


def visible(viewer: Viewer, table: FromClause, authority: str) -> ColumnElement[bool]:
    """The condition that limits `table` to one authority and to what `viewer` may see.

    An IRO sees rows of the children allocated to them and their own staff rows; a team manager
    the rows of children of their teams, and no staff rows of IROs.
    """
    here = table.c.authority == authority
    if viewer.sees_the_service:
        return here
    if "child_id" in table.c:
        child = spans.alias()
        return and_(
            here,
            exists().where(
                child.c.authority == table.c.authority,
                child.c.child_id == table.c.child_id,
                _is_or_was_theirs(viewer, child),
            ),
        )
    if "iro_id" in table.c:
        return and_(here, table.c.iro_id == viewer.iro_id if viewer.role is Role.IRO else false())
    if "team_id" in table.c:
        return and_(here, or_(*(table.c.team_id == team for team in sorted(viewer.team_ids)), false()))
    return and_(here, false())


def visible_entries(viewer: Viewer, authority: str) -> ColumnElement[bool]:
    """The condition for `entries`: what is about an IRO's practice is for that IRO and the service alone.

    What is about neither a child nor an IRO is about the service, and for those who see it.
    """
    if viewer.sees_the_service:
        return visible(viewer, entries, authority)
    own = entries.c.iro_id == viewer.iro_id if viewer.role is Role.IRO else false()
    childs = and_(entries.c.iro_id.is_(None), visible(viewer, entries, authority))
    return and_(entries.c.authority == authority, or_(own, childs))


def _is_or_was_theirs(viewer: Viewer, span: FromClause) -> ColumnElement[bool]:
    """Over `spans`: on some day the child was the viewer's, so their work with it can be shown."""
    if viewer.role is Role.IRO:
        return span.c.iro_id == viewer.iro_id
    return or_(*(span.c.team_id == team for team in sorted(viewer.team_ids)), false())
