"""What a child's circumstances were on a day: legal status, placement, and what does not change with the day.

One place from which the population, participation and the annual report are broken down.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine, select

from data_access.people.viewer import Viewer, visible
from data_access.rows.codes import ETHNIC_GROUPS, LEGAL_GROUPS, PLACEMENT_GROUPS, SEXES
from data_access.store.schema import KIND_TABLES
from metrics.rules.calendar import as_days

UNKNOWN = "Not recorded"
COLUMNS = (
    "sex", "ethnicity", "unaccompanied", "legal_status", "placement", "national_placement",
    "inside_authority",
)  # fmt: skip
"""What `circumstances` adds, each in words; `UNKNOWN` where nothing is on record."""
NATIONAL_PLACEMENTS: Mapping[str, str] = {
    "Foster: relative or friend": "Foster",
    "Foster: other carer": "Foster",
    "Secure children's home": "Secure or children's home",
    "Children's home": "Secure or children's home",
}
"""Groups of placements that the national statistics have as one; the others are alike."""

ORDER: Mapping[str, tuple[str, ...]] = {
    "sex": (*dict.fromkeys(SEXES.values()), UNKNOWN),
    "ethnicity": (*dict.fromkeys(ETHNIC_GROUPS.values()), UNKNOWN),
    "unaccompanied": ("Unaccompanied", "Not unaccompanied", UNKNOWN),
    "legal_status": (*dict.fromkeys(LEGAL_GROUPS.values()), UNKNOWN),
    "placement": (*dict.fromkeys(PLACEMENT_GROUPS.values()), UNKNOWN),
    "national_placement": (
        *dict.fromkeys(NATIONAL_PLACEMENTS.get(group, group) for group in PLACEMENT_GROUPS.values()),
        UNKNOWN,
    ),
    "inside_authority": ("Inside the authority", "Outside the authority", UNKNOWN),
}
"""The groups of each, in the order in which they are shown."""


def circumstances(
    engine: Engine, viewer: Viewer, authority: str, rows: pd.DataFrame, day: str
) -> pd.DataFrame:
    """`rows` with each child's circumstances on the day in their column `day`: `COLUMNS`.

    Legal status and placement are those in force on the day; of two that overlap the later. The rows keep
    their order and number.
    """
    with engine.connect() as connection:
        children = _children(connection, viewer, authority)
        legal = _in_force(connection, viewer, authority, "legal_statuses", ("legal_status",))
        placed = _in_force(
            connection, viewer, authority, "placements", ("placement_type", "inside_authority")
        )
    asked = pd.DataFrame({"child_id": rows["child_id"].astype(str), "day": as_days(rows[day])})
    found = asked.merge(children, on="child_id", how="left")
    status = _on_day(asked, legal, ("legal_status",))
    home = _on_day(asked, placed, ("placement_type", "inside_authority"))
    placement = home["placement_type"].map(PLACEMENT_GROUPS)
    added = {
        "sex": found["sex"].str.strip().str.upper().map(SEXES),
        "ethnicity": found["ethnicity"].str.strip().str.upper().map(ETHNIC_GROUPS),
        "unaccompanied": _either(found["uasc"], *ORDER["unaccompanied"][:2]),
        "legal_status": status["legal_status"].map(LEGAL_GROUPS),
        "placement": placement,
        "national_placement": placement.replace(dict(NATIONAL_PLACEMENTS)),
        "inside_authority": _either(home["inside_authority"], *ORDER["inside_authority"][:2]),
    }
    said = {name: column.fillna(UNKNOWN).to_numpy(dtype=object) for name, column in added.items()}
    return rows.assign(**said)


def _children(connection: Connection, viewer: Viewer, authority: str) -> pd.DataFrame:
    table = KIND_TABLES["children"]
    query = select(table.c.child_id, table.c.sex, table.c.ethnicity, table.c.uasc).where(
        visible(viewer, table, authority), table.c.speaks
    )
    found = pd.DataFrame(connection.execute(query).all(), columns=["child_id", "sex", "ethnicity", "uasc"])
    return found.astype({"child_id": str, "sex": "str", "ethnicity": "str"})


def _in_force(
    connection: Connection, viewer: Viewer, authority: str, kind: str, columns: tuple[str, ...]
) -> pd.DataFrame:
    """The rows of a kind that hold over days, by their first day."""
    table = KIND_TABLES[kind]
    query = select(
        table.c.child_id, table.c.from_date, table.c.to_date, *(table.c[name] for name in columns)
    ).where(visible(viewer, table, authority), table.c.speaks)
    found = pd.DataFrame(
        connection.execute(query).all(), columns=["child_id", "from_date", "to_date", *columns]
    )
    found["from_date"], found["to_date"] = as_days(found["from_date"]), as_days(found["to_date"])
    return found.astype({"child_id": str}).sort_values("from_date", kind="stable")


def _on_day(asked: pd.DataFrame, held: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Of each row what was in force on its day; where several were, the latest to begin."""
    pairs = asked.assign(place=np.arange(len(asked))).merge(held, on="child_id")
    until = pairs["to_date"]
    in_force = (pairs["from_date"] <= pairs["day"]) & (until.isna() | (until >= pairs["day"]))
    latest = pairs[in_force].sort_values("from_date", kind="stable").drop_duplicates("place", keep="last")
    return latest.set_index("place")[list(columns)].reindex(range(len(asked)))


def _either(column: pd.Series, yes: str, no: str) -> pd.Series:
    known = column.map(lambda value: None if pd.isna(value) else bool(value))
    return known.map({True: yes, False: no})
