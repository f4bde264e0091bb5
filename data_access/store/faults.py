"""Failures of the store in the words of who has to cure them."""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

STORE_FAULTS = (DBAPIError, sqlite3.Error, psycopg.Error)
"""What the store raises. Rows go in through the driver itself, whose errors SQLAlchemy does not wrap."""

_LOCKED = ("locked",)
_WORDS = {
    ("full", "no space", "disk i/o"): (
        "the disk is full. Free some space (a load needs about eight times the size of its files), "
        "and {again}."
    ),
    _LOCKED: "another load is writing to it. Wait until that has ended, and {again}.",
    ("readonly", "read-only"): "it may not be written to. Check the rights of its file and its folder.",
    ("connection", "server closed"): "the database was lost. Check that it runs, and {again}.",
}


def words_of(fault: BaseException, again: str) -> str | None:
    """What is wrong with the store, and what to do: a cure, then `again`. None of a fault not known here."""
    return next((words.format(again=again) for signs, words in _WORDS.items() if _has(fault, signs)), None)


def is_locked(fault: BaseException) -> bool:
    """Whether another is writing to the store, for longer than is waited for."""
    return _has(fault, _LOCKED)


def _has(fault: BaseException, signs: tuple[str, ...]) -> bool:
    text = str(fault.orig if isinstance(fault, DBAPIError) else fault).lower()
    return any(sign in text for sign in signs)
