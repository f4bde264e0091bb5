"""A world of extract rows, read: every kind as a list of plain rows with days, and who had whom when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

World = Mapping[str, Sequence[Mapping[str, Any]]]
Row = dict[str, Any]

DAYS = frozenset({"date_of_birth", "from_date", "to_date", "booked_for", "rearranged_from"})
YES_NO = frozenset({"start_known", "child_paper_returned", "parent_paper_returned", "carer_paper_returned"})


class Blank(dict):
    """A row in which a column that was left out reads as blank."""

    def __missing__(self, column: str) -> None:
        return None


def _read(column: str, text: Any) -> Any:
    if text is None or text == "":
        return None
    if column in DAYS or column.endswith("_on"):
        return text if isinstance(text, date) else date.fromisoformat(text)
    if column in YES_NO:
        return str(text).lower() in {"yes", "y", "true", "1"}
    return Fraction(str(text)) if column == "fte" else text


def in_force(row: Row, day: date) -> bool:
    """Ranges are closed: `to_date` is the last day it held, blank is still (`formats.md` section 1)."""
    return row["from_date"] <= day and (row["to_date"] is None or day <= row["to_date"])


class Story:
    """The rows of a world by kind, and by child."""

    def __init__(self, world: World, reviews_from: date | None = None) -> None:
        self.reviews_from = reviews_from
        self.rows: dict[str, list[Row]] = {
            kind: [Blank({column: _read(column, text) for column, text in row.items()}) for row in rows]
            for kind, rows in world.items()
        }
        self._by_child: dict[str, dict[str, list[Row]]] = {}
        for kind, rows in self.rows.items():
            for row in rows:
                if row["child_id"] is not None:
                    self._by_child.setdefault(kind, {}).setdefault(row["child_id"], []).append(row)

    def all(self, kind: str) -> list[Row]:
        return self.rows.get(kind, [])

    def of(self, kind: str, child_id: str) -> list[Row]:
        return self._by_child.get(kind, {}).get(child_id, [])

    def born(self, child_id: str) -> date:
        return self.of("children", child_id)[0]["date_of_birth"]

    def iro_on(self, child_id: str, day: date) -> str | None:
        return self._allocated("iro_allocations", "iro_id", child_id, day)

    def team_on(self, child_id: str, day: date) -> str | None:
        return self._allocated("team_allocations", "team_id", child_id, day)

    def _allocated(self, kind: str, column: str, child_id: str, day: date) -> str | None:
        for row in self.of(kind, child_id):
            if in_force(row, day):
                return row[column]
        return None
