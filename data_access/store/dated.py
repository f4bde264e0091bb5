"""Dated settings (`standards/`) as expressions: what follows of each row from the value in force then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, case

import standards

_Value = TypeVar("_Value")


def by_setting(
    name: str, on: ColumnElement[date], what: Callable[[int], ColumnElement[Any]]
) -> ColumnElement[Any]:
    """What follows, row by row, from the value of a whole-numbered setting in force on a day of the row."""
    return by_history(standards.setting_history(name), on, lambda value: what(int(value)))


def by_history(
    history: Sequence[tuple[date, _Value]],
    on: ColumnElement[date],
    what: Callable[[_Value], ColumnElement[Any]],
) -> ColumnElement[Any]:
    """The same of a history of (first day, value), oldest first; the first holds for every earlier day."""
    (_, first), *later = history
    since = [(on >= start, what(value)) for start, value in reversed(later)]
    return case(*since, else_=what(first)) if since else what(first)
