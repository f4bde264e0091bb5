"""What an authority's data can answer: which measures it cannot, and why, in words."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, exists, select

from data_access.store.schema import KIND_TABLES, load_files
from metrics.measures import CATALOGUE, NEEDS

_RETURN_ONLY = (
    "The statutory return (SSDA903) does not hold this. Load a review extract with the kind {kind} beside it."
)
_NOT_LOADED = "No file of the kind {kind} has been loaded. Load one, and this can be told."
_NO_REVIEWS = "The statutory return was loaded without its Reviews. Load them, and this can be told."
_NOT_FILLED = {
    "reviews": (
        "The reviews that were loaded never say whether consultation papers came back. Fill the column "
        "{column}."
    ),
    "team_allocations": (
        "No allocation to a team that was loaded names a social worker. Fill the column {column}."
    ),
}


def availability(engine: Engine, authority: str) -> dict[str, str]:
    """Measure -> why this authority's data cannot tell it, in words; measures it can tell are left out."""
    with engine.connect() as connection:
        return not_loaded(connection, authority) | unanswerable(connection, authority, CATALOGUE)


def not_loaded(connection: Connection, authority: str) -> dict[str, str]:
    """The measures that rest on a kind of which no file was loaded: counted, but telling nothing."""
    query = select(load_files.c.kind).where(
        load_files.c.authority == authority, load_files.c.current, load_files.c.format != "ssda903"
    )
    loaded = set(connection.execute(query.distinct()).scalars())
    return {
        key: _NOT_LOADED.format(kind=", ".join(missing))
        for key, kinds in NEEDS.items()
        if (missing := [kind for kind in kinds if kind not in loaded])
    }


def unanswerable(connection: Connection, authority: str, keys: Iterable[str]) -> dict[str, str]:
    """Those of the measures without a number: their source cannot say.

    With the statutory return alone, everything that rests on a kind it does not have, and without its
    Reviews all else too; consultation papers, where no review has the column filled (`measures.md`,
    participation), and social workers, where no allocation names one.
    """
    loaded = connection.execute(
        select(load_files.c.format, load_files.c.kind)
        .where(load_files.c.authority == authority, load_files.c.current)
        .distinct()
    ).all()
    found: dict[str, str] = {}
    if {file.format for file in loaded} == {"ssda903"}:
        found = {key: _RETURN_ONLY.format(kind=NEEDS[key][0]) for key in keys if key in NEEDS}
        if "ssda903_reviews" not in {file.kind for file in loaded}:
            found = dict.fromkeys(keys, _NO_REVIEWS) | found
    for key in keys:
        needed = CATALOGUE[key].filled
        if needed is None:
            continue
        kind, column = needed
        table = KIND_TABLES[kind]
        filled = exists().where(table.c.authority == authority, table.c[column].is_not(None))
        if not connection.execute(select(filled)).scalar():
            found[key] = _NOT_FILLED[kind].format(column=column)
    return found
