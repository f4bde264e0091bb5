"""Who is looked after on a day: by age and sex, ethnicity, legal status and placement, beside England.

Children in a series of short breaks are left out, as in every headline measure. Source: the tables of the
annual report (`domain.md` section 10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Engine

from data_access.people.viewer import Viewer
from metrics.circumstances import ORDER, UNKNOWN, circumstances
from metrics.comparators import ChildPopulation, National, comparators
from metrics.counting.calculate import members
from metrics.counting.question import Selection
from metrics.rows.expressions import AGE_BANDS

GROUPINGS: Mapping[str, tuple[str, ...]] = {
    "age_band": tuple(band for band, _ in AGE_BANDS),
    "sex": ORDER["sex"],
    "ethnicity": ORDER["ethnicity"],
    "legal_status": ORDER["legal_status"],
    "national_placement": ORDER["national_placement"],
    "unaccompanied": ORDER["unaccompanied"],
}
"""What a population is told by, and the groups of each in their order."""


@dataclass(frozen=True, eq=False)
class Population:
    """The children looked after on a day, a row each with their circumstances, and what they stand beside."""

    on: date
    children: pd.DataFrame
    national: National | None
    under_18: ChildPopulation | None

    @property
    def rate_per_10000(self) -> float | None:
        """Children looked after for each 10,000 under 18 in the area; None where that is not known."""
        return 10_000 * len(self.children) / self.under_18.under_18 if self.under_18 else None

    def is_recorded(self, by: str) -> bool:
        """Whether anything is recorded of a circumstance: otherwise nobody is in any group of it."""
        return bool((self.children[by] != UNKNOWN).any())

    def by(self, grouping: str) -> pd.DataFrame:
        """Each group with any child, or a national figure: `group, children, percent, national`.

        percent: of all the children, unrounded, and empty where there are none; national: as published.
        """
        counted = self.children[grouping].value_counts()
        beside = self.national.percent.get(grouping, {}) if self.national else {}
        groups = [one for one in GROUPINGS[grouping] if counted.get(one, 0) or one in beside]
        groups += sorted(set(counted.index) - set(GROUPINGS[grouping]))
        of = len(self.children)
        return pd.DataFrame(
            {
                "group": groups,
                "children": [int(counted.get(group, 0)) for group in groups],
                "percent": [100 * counted.get(group, 0) / of if of else float("nan") for group in groups],
                "national": [beside.get(group, float("nan")) for group in groups],
            }
        )

    def across(self, down: str, over: str) -> pd.DataFrame:
        """Children by two things: a row for each group of the one, a column for each of the other."""
        table = pd.crosstab(self.children[down], self.children[over])
        rows = [one for one in _order(down) if one in table.index]
        columns = [one for one in _order(over) if one in table.columns]
        return table.reindex(index=rows, columns=columns)


def _order(grouping: str) -> tuple[str, ...]:
    return GROUPINGS.get(grouping) or ORDER[grouping]


def population(engine: Engine, viewer: Viewer, selection: Selection, on: date) -> Population:
    """The children looked after on a day, of the selection's authority, IRO and team."""
    at = selection.at(on)
    children = members(engine, viewer, "children_without_an_iro", at, part="denominator").assign(on=on)
    found = circumstances(engine, viewer, selection.authority, children, "on")
    found["age_band"] = found["age_band"].fillna(UNKNOWN)
    figures = comparators()
    return Population(on, found, figures.national_on(on), figures.population_on(selection.authority, on))
