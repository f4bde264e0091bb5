"""What follows from an authority's rows, and by which rules it was made.

Duties, facts and the cube carry the digest of the rules they were made by, in `authorities`. Where that is
not the digest of the rules in force they are made anew before a figure is shown: by a load, by the dashboard,
by a command that reads. How they are made comes as a callable, so that nothing here imports `metrics`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, update

from data_access.findings import raise_findings
from data_access.loading.collecting import not_collecting
from data_access.loading.log import authority_row
from data_access.loading.resolve import resolve
from data_access.sources.ssda903 import rows as ssda903
from data_access.store.faults import STORE_FAULTS, is_locked, words_of
from data_access.store.opening import StoreProblem, one_at_a_time, writing
from data_access.store.schema import authorities

Progress = Callable[[str, int, int], None]

_PATIENCE = 1800.0
"""Seconds for which is waited until another has ended writing: a load of the nation takes long."""


@dataclass(frozen=True)
class Derivation:
    """How what follows from an authority's rows is made, and the digest of the rules that it is made by.

    derive: called as `derive(connection, authority, as_at)` once the rows are in, in the same transaction.
    """

    digest: str
    derive: Callable[[Connection, str, date], None]


def make_anew(
    connection: Connection, authority: str, as_at: date, derivation: Derivation, tell: Progress
) -> int:
    """Make all that follows from an authority's rows anew, in the caller's transaction.

    Returns how many findings there are then: they follow from the duties.
    """
    tell("settling which source speaks", 0, 3)
    ssda903.to_extract(connection, authority)
    resolve(connection, authority)
    tell("deriving duties and facts", 1, 3)
    derivation.derive(connection, authority, as_at)
    tell("looking for findings", 2, 3)
    found = raise_findings(connection, authority, as_at)
    by_these_rules = update(authorities).where(authorities.c.authority == authority)
    connection.execute(by_these_rules.values(rules_digest=derivation.digest))
    tell("done", 3, 3)
    return found


def bring_up_to_date(
    engine: Engine,
    authority: str,
    derivation: Derivation,
    *,
    even_if_current: bool = False,
    progress: Progress | None = None,
) -> bool:
    """Make what follows from an authority's rows anew, in one transaction, if it was made by other rules.

    even_if_current: or by the same. Whoever else wants it meanwhile waits, and finds it made.
    Returns whether it was made here. Raises StoreProblem, and leaves the store as it was, where it cannot be.
    """
    tell = progress or (lambda what, done, total: None)
    patience_ends = time.monotonic() + _PATIENCE
    while True:
        try:
            with writing(engine) as connection:
                one_at_a_time(connection)
                held = authority_row(connection, authority)
                if held is None or (held.rules_digest == derivation.digest and not even_if_current):
                    return False
                with not_collecting():
                    make_anew(connection, authority, held.as_at, derivation, tell)
            return True
        except STORE_FAULTS as fault:
            if is_locked(fault) and time.monotonic() < patience_ends:
                tell("waiting until another has ended writing", 0, 1)
                continue
            words = words_of(fault, "try again")
            if words is None:
                raise
            raise StoreProblem(f"{_NOT_MADE} The store: {words}") from fault


_NOT_MADE = (
    "The figures in this store were made by other rules than those in force, so they are not shown before "
    "they have been made anew, and that failed."
)
