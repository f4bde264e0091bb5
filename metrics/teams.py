"""Teams beside each other, for whoever may see one of them: counts of all, names of nobody else's."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from sqlalchemy import Engine

from data_access.people.viewer import SERVICE_VIEWER, Viewer
from data_access.reading import teams
from metrics.counting.calculate import measure_rows
from metrics.counting.numbers import UNALLOCATED
from metrics.counting.question import Selection


def teams_beside(engine: Engine, viewer: Viewer, selection: Selection, key: str) -> pd.DataFrame:
    """The rows of `measure_rows` of one measure by team, without those of no team.

    Counted as the service counts them, whoever looks: a team manager's own rows would make every other team
    out of children they share. A team that the viewer may not see is `group` "other 1", "other 2" and so on,
    in the order of size, so that neither its name nor its identifier is handed on.
    """
    asked = replace(selection, by="team", team_id=None, iro_id=None)
    rows = measure_rows(engine, SERVICE_VIEWER, asked, (key,))
    rows = rows[(rows["group"] != UNALLOCATED) & rows["denominator"].notna()]
    known = set(teams(engine, viewer, selection.authority)["id"])
    others = [group for group in rows.sort_values("denominator")["group"] if group not in known]
    unnamed = {group: f"other {number}" for number, group in enumerate(others, start=1)}
    return rows.assign(group=rows["group"].replace(unnamed)).reset_index(drop=True)
