"""What a finding's rule is, and small expressions that several of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby, starmap
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select
from sqlalchemy.sql.selectable import FromClause

from data_access.rows.bank_holidays import bank_holidays
from data_access.sources.ssda903.periods import Episode, told_once
from data_access.store.schema import RETURN_TABLES, load_files
from standards.wording import checked, worded

Severity = Literal["error", "warning", "information"]


@dataclass(frozen=True)
class Asked:
    """Whose rows are looked at, and as at which day."""

    connection: Connection
    authority: str
    as_at: date

    @cached_property
    def files(self) -> Sequence[Row[int, str, str, date | None]]:
        """The files that the rows are from: `file_id, kind, format, reviews_from`."""
        f = load_files.c
        files = select(f.file_id, f.kind, f.format, f.reviews_from)
        current = files.where(f.authority == self.authority, f.current.is_(True))
        return self.connection.execute(current).all()

    @property
    def of_return(self) -> list[int]:
        """Which of them are of the statutory return."""
        return [file.file_id for file in self.files if file.format == "ssda903"]

    @cached_property
    def episodes(self) -> list[list[Episode]]:
        """Each child's episodes of the statutory return, in order."""
        table = RETURN_TABLES["ssda903_episodes"]
        e = table.c
        query = (
            select(
                e.child, e.decom, e.rne, e.ls, e.place, e.place_provider, e.dec, e.rec, e.collection_year,
                load_files.c.name, e.file_id, e.line,
            )
            .join(load_files, load_files.c.file_id == e.file_id)
            .where(of_authority(self, table))
        )  # fmt: skip
        told = told_once(starmap(Episode, self.connection.execute(query)))
        return [list(of_child) for _, of_child in groupby(told, key=lambda episode: episode.child)]


Place: TypeAlias = tuple[int | None, int | None, str | None]
"""Where a finding is: file, line and child."""
Found: TypeAlias = ColumnElement[bool] | Select[Any] | Iterable[Place]
"""A condition on the reviews that speak, a query of (file_id, line, child_id), or these as rows.

`reviews` is wide: all conditions are looked at while it is read once."""


@dataclass(frozen=True)
class Rule:
    """A rule over the rows of a load: its code, how grave, what it means, what to do, and how it is found.

    `meaning` and `cure` are in a practice manager's words and never hold an identifier. A number in `meaning`
    that is a setting stands as its field (`standards/wording.py`); `means` has it in words. `find` is None
    for rules under which rows are refused at reading. `find_in_return` looks for the same in the statutory
    return's own rows, where a rule looks in both.
    """

    code: str
    severity: Severity
    meaning: str
    cure: str
    find: Callable[[Asked], Found] | None
    find_in_return: Callable[[Asked], Found] | None = None

    def __post_init__(self) -> None:
        checked(self.meaning)

    def means(self, on: date) -> str:
        """What it means, with the settings in force on a day."""
        return worded(self.meaning, on)

    def message(self, on: date) -> str:
        """What it means and what to do, with the settings in force on a day."""
        return f"{self.means(on)} {self.cure}"


def of_authority(asked: Asked, table: FromClause) -> ColumnElement[bool]:
    """The authority's rows; of the kinds, those that speak."""
    here = table.c.authority == asked.authority
    return and_(here, table.c.speaks) if "speaks" in table.c else here


def where(table: FromClause, child: str = "child_id") -> tuple[ColumnElement[Any], ...]:
    """The columns of a `Place`."""
    return table.c.file_id, table.c.line, table.c[child].label("child_id")


def is_for_another_age(born: date | None, day: date, *, after: bool) -> bool:
    """Whether `day` is after, or before, the 4th birthday; on it neither (`domain.md` section 3)."""
    if born is None:
        return False
    birthday, on = (born.year + 4, born.month, born.day), (day.year, day.month, day.day)
    return on > birthday if after else on < birthday


def is_working_day(day: date) -> bool:
    """Neither a Saturday, a Sunday nor a bank holiday of England."""
    return day.weekday() < 5 and day not in bank_holidays()


def working_days_ago(day: date, number: int) -> date:
    """The latest day that lies `number` working days or more before `day`."""
    while number:
        number -= is_working_day(day)
        day -= timedelta(days=1)
    return day
