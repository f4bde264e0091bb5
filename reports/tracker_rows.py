"""Rows of the weekly tracker as a reader sees them, whatever document they stand in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from charts.palette import STATES
from data_access.people.viewer import Viewer
from data_access.reading import iros, teams
from metrics.wording import words
from reports.content import Cell, Table


@dataclass(frozen=True)
class Names:
    """What IROs and teams are called and where to write to them, as far as the viewer may know."""

    iros: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Kind and identifier -> address, as the extract has it."""

    @classmethod
    def read(cls, engine: Engine, viewer: Viewer, authority: str) -> Names:
        staff = {"iro": iros(engine, viewer, authority), "team": teams(engine, viewer, authority)}
        named = {
            kind: dict(zip(found["id"], found["name"].fillna(found["id"]), strict=True))
            for kind, found in staff.items()
        }
        written_to = {
            (kind, one): address
            for kind, found in staff.items()
            for one, address in zip(found["id"], found["email"], strict=True)
            if address and pd.notna(address)
        }
        return cls(named["iro"], named["team"], written_to)

    def of(self, kind: str, one: str | None) -> str:
        """An IRO or a team by name, by identifier where it has none; nobody in words."""
        if one is None:
            return f"No {'IRO' if kind == 'iro' else 'team'} allocated"
        return {"iro": self.iros, "team": self.teams}[kind].get(one, one)

    def address(self, kind: str, one: str | None) -> str:
        """Where to write to an IRO or a team's manager; nothing where the extract does not say."""
        return "" if one is None else self.addresses.get((kind, one), "")


def table(
    rows: pd.DataFrame,
    columns: Sequence[str],
    names: Names,
    *,
    title: str,
    sheet: str,
    said: str,
    headings: Mapping[str, str] | None = None,
    in_full: bool = False,
) -> Table:
    """The columns of some rows of the tracker in words; `headings` are those that differ from elsewhere."""
    said_as: dict[str, Callable[[str], Cell]] = {
        "state": lambda state: STATES[state],
        "kind": lambda code: words.KINDS.get(code, code),
        "age_band": lambda code: words.AGES.get(code, code),
        "regime": lambda code: words.REGIMES.get(code, code),
        "late_reason": words.late_reason,
        "missing": words.missing,
        "to_check": words.to_check,
    }
    shown: list[list[Cell]] = []
    for name in columns:
        if name in ("iro_id", "team_id"):
            kind = name.removesuffix("_id")
            shown.append([names.of(kind, one) for one in _values(rows[name])])
        else:
            values = _values(rows[name])
            if name in said_as:
                values = [None if value is None else said_as[name](value) for value in values]
            shown.append(values)
    return Table(
        title=title,
        sheet=sheet,
        said=said,
        headings=tuple((headings or {}).get(name) or words.heading(name) for name in columns),
        rows=tuple(zip(*shown, strict=True)),
        key=list(columns).index("child_id"),
        in_full=in_full,
    )


def states(rows: pd.DataFrame) -> dict[str, int]:
    """How many children are in each state."""
    return {str(state): int(number) for state, number in rows["state"].value_counts().items()}


def _values(column: pd.Series) -> list[Any]:
    """A column's values as Python has them; None for nothing."""
    return [None if pd.isna(value) else value for value in column.astype(object)]
