"""What pages read, kept in memory until the authority's next load, or until something is recorded.

Every result is kept under (store, authority's version and entries, viewer, what was asked), so that two
readers who may see different rows never share one. It is kept as it is and handed to all who ask, never
copied: nobody changes what they are given. (Streamlit's own cache pickles a result at each use, which costs
more than the rest of a page.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import pandas as pd
from sqlalchemy import Engine

from data_access import reading
from data_access.child import find_children
from data_access.people.viewer import Viewer
from data_access.recorded.entries import Entry
from data_access.recorded.entries import entries as entries_in
from data_access.store.opening import open_store, store_url
from metrics.absences import involvement, with_contact
from metrics.ahead.capacity import Ahead
from metrics.ahead.capacity import ahead as ahead_of
from metrics.ahead.capacity_rows import OpenWork
from metrics.ahead.capacity_rows import open_work as open_work_on
from metrics.ahead.whatif import Plan
from metrics.chance import compare
from metrics.child import KnownChild, known_child
from metrics.circumstances import circumstances as circumstances_of
from metrics.counting import calculate
from metrics.counting.calculate import Selection
from metrics.counting.promptness import step_rows
from metrics.disclosure.share import shareable_tables
from metrics.population import Population
from metrics.population import population as population_on
from metrics.practice import targeted_audit
from metrics.practice.monitoring import TeamMonth
from metrics.practice.monitoring import team_month as team_month_of
from metrics.practice.practice import Practice
from metrics.practice.practice import practice as practice_of
from metrics.recorded.due_dates import recorded_due_dates as due_dates
from metrics.teams import teams_beside as teams_beside_of
from metrics.tracker import open_duties
from reports.published import Published

kept = lru_cache(maxsize=256)
"""Keep what a function works out, the latest 256 of them, by its arguments, which are values."""

MIDWAYS = "midway_reviews_per_fte_month"
LONGEST = 20
"""How many years back a month is looked for."""


@dataclass(frozen=True)
class Asking:
    """Who asks for which authority's rows, in which state of the store."""

    url: str
    info: reading.AuthorityInfo
    viewer: Viewer

    @property
    def authority(self) -> str:
        return self.info.authority


@lru_cache(maxsize=4)
def engine_of(url: str) -> Engine:
    """The store, opened once per server. Raises StoreProblem."""
    return open_store(url)


def engine() -> Engine:
    """The store that this server reads."""
    return engine_of(store_url())


def authorities() -> list[reading.AuthorityInfo]:
    """Every authority in the store, read anew at each run: it says whether a load has come in."""
    return reading.authorities_in(engine())


@kept
def iros(asking: Asking) -> dict[str, str]:
    """IRO identifier -> name, no two alike."""
    return _named(reading.iros(engine_of(asking.url), asking.viewer, asking.authority))


@kept
def teams(asking: Asking) -> dict[str, str]:
    """Team identifier -> name, no two alike."""
    return _named(reading.teams(engine_of(asking.url), asking.viewer, asking.authority))


def _named(rows: pd.DataFrame) -> dict[str, str]:
    repeated = rows["name"].duplicated(keep=False)
    named = rows["name"].where(~repeated, rows["name"] + " (" + rows["id"] + ")")
    return dict(sorted(zip(rows["id"], named, strict=True), key=lambda pair: pair[1]))


@kept
def measures(asking: Asking, selection: Selection, keys: tuple[str, ...]) -> pd.DataFrame:
    """The results of some measures, as `calculate.measure_rows` has them."""
    return calculate.measure_rows(engine_of(asking.url), asking.viewer, selection, keys)


def published(asking: Asking, selection: Selection) -> Published:
    """The figures of a selection as they may be printed for publication."""
    return Published(engine_of(asking.url), asking.viewer, selection, whole=False)


@kept
def shareable(asking: Asking, selection: Selection, keys: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Results that may leave the service, as `share.shareable_tables` has them."""
    return shareable_tables(engine_of(asking.url), asking.viewer, selection, keys)


@kept
def steps(asking: Asking, selection: Selection, keys: tuple[str, ...]) -> pd.DataFrame:
    """The steps around a review in three parts, as `promptness.step_rows` has them."""
    return step_rows(engine_of(asking.url), asking.viewer, selection, keys)


@kept
def compared(
    asking: Asking, selection: Selection, quarter: compare.Quarter, rebased: tuple[tuple[str, str], ...]
) -> list[compare.Compared]:
    """A quarter beside others, as `compare.compared` has it."""
    return compare.compared(engine_of(asking.url), asking.viewer, selection, quarter, rebased=rebased)


@kept
def behind(
    asking: Asking, key: str, selection: Selection, part: str, group: str | None = None
) -> pd.DataFrame:
    """The rows behind a number, as `calculate.members` has them."""
    return calculate.members(engine_of(asking.url), asking.viewer, key, selection, part=part, group=group)


def circumstances(asking: Asking, rows: pd.DataFrame, day: str) -> pd.DataFrame:
    """`circumstances.circumstances`; not kept, for it is asked with rows."""
    return circumstances_of(engine_of(asking.url), asking.viewer, asking.authority, rows, day)


@kept
def population(asking: Asking, selection: Selection) -> Population:
    """Who is looked after on the selection's day, as `population.population` has it."""
    return population_on(engine_of(asking.url), asking.viewer, selection, selection.as_at)


@kept
def recorded_due_dates(asking: Asking, selection: Selection) -> pd.DataFrame:
    """The case system's due dates beside ours, as `due_dates.recorded_due_dates` has them."""
    return due_dates(engine_of(asking.url), asking.viewer, selection)


@kept
def absences(asking: Asking, selection: Selection) -> pd.DataFrame:
    """Reviews that a child was not at, with the contacts about then, as `absences.with_contact` has them."""
    rows = behind(asking, "absences_explained", selection, "denominator")
    return with_contact(engine_of(asking.url), asking.viewer, selection, rows)


@kept
def family(asking: Asking, selection: Selection) -> pd.DataFrame:
    """How the family took part, as `absences.involvement` has it."""
    return involvement(engine_of(asking.url), asking.viewer, selection)


def tracker(asking: Asking, selection: Selection) -> pd.DataFrame:
    """The weekly tracker as at the selection's day, as `tracker.open_duties` has it."""
    return _tracker(asking, selection.at(selection.as_at))


@kept
def _tracker(asking: Asking, selection: Selection) -> pd.DataFrame:
    return open_duties(engine_of(asking.url), asking.viewer, replace(selection, by="service"))


@kept
def open_work(asking: Asking, as_at: date) -> OpenWork:
    """What is open in the service on a day, as `capacity_rows.open_work` has it."""
    return open_work_on(
        engine_of(asking.url), asking.viewer, Selection(asking.authority, as_at, as_at, as_at)
    )


@kept
def months_ahead(asking: Asking, as_at: date, plan: Plan) -> Ahead:
    """The six months from a day on by a plan, as `capacity.ahead` has them."""
    return ahead_of(open_work(asking, as_at), plan)


@kept
def entries(asking: Asking, as_at: date) -> list[Entry]:
    """What was recorded here, as `entries.entries` has it."""
    return entries_in(engine_of(asking.url), asking.viewer, asking.authority, as_at=as_at)


@kept
def child(asking: Asking, child_id: str, as_at: date) -> KnownChild:
    """Everything known of one child as at a day, as `child.known_child` has it."""
    first = first_months(asking, (MIDWAYS,)).get(MIDWAYS)
    return known_child(
        engine_of(asking.url),
        asking.viewer,
        asking.authority,
        child_id,
        as_at,
        midways_from=date.fromisoformat(f"{first}-01") if first else None,
    )


@kept
def audit_cases(asking: Asking, selection: Selection, nature: str) -> list[targeted_audit.Case]:
    """What a targeted audit can draw from, as `targeted_audit.cases` has it."""
    return targeted_audit.cases(engine_of(asking.url), asking.viewer, selection, nature)


@kept
def practice(asking: Asking, iro_id: str, month: date, as_at: date) -> Practice | None:
    """One IRO's practice in a month, as `practice.practice` has it."""
    return practice_of(engine_of(asking.url), asking.viewer, asking.authority, iro_id, month, as_at)


@kept
def teams_beside(asking: Asking, selection: Selection, key: str) -> pd.DataFrame:
    """A measure of every team, as `teams.teams_beside` has it."""
    return teams_beside_of(engine_of(asking.url), asking.viewer, selection, key)


@kept
def team_month(asking: Asking, team_id: str, month: date, as_at: date) -> TeamMonth | None:
    """A team's month by its monitoring forms, as `monitoring.team_month` has it."""
    return team_month_of(engine_of(asking.url), asking.viewer, asking.authority, team_id, month, as_at)


@kept
def iros_at_work(asking: Asking, on: date) -> frozenset[str]:
    """`reading.iros_at_work`."""
    return frozenset(reading.iros_at_work(engine_of(asking.url), asking.viewer, asking.authority, on))


@kept
def children_called(asking: Asking, typed: str) -> list[str]:
    """The children whose identifier is, or begins with, what was typed, as `child.find_children` has it."""
    return find_children(engine_of(asking.url), asking.viewer, asking.authority, typed)


@kept
def load_history(asking: Asking) -> pd.DataFrame:
    """`reading.load_history`."""
    return reading.load_history(engine_of(asking.url), asking.authority)


@kept
def current_files(asking: Asking) -> pd.DataFrame:
    """`reading.current_files`."""
    return reading.current_files(engine_of(asking.url), asking.authority)


@kept
def refused_rows(asking: Asking) -> pd.DataFrame:
    """`reading.refused_rows`."""
    return reading.refused_rows(engine_of(asking.url), asking.viewer, asking.authority)


def findings(asking: Asking) -> pd.DataFrame:
    """`reading.findings`; not kept, for it may be long: pages keep the counts."""
    return reading.findings(engine_of(asking.url), asking.viewer, asking.authority)


@kept
def finding_counts(asking: Asking) -> pd.DataFrame:
    """Findings by rule: `rule, severity, rows`, the gravest first."""
    found = findings(asking)
    return found.groupby(["rule", "severity"], sort=False).size().rename("rows").reset_index()


@kept
def unavailable(asking: Asking) -> dict[str, str]:
    """Measure -> why this authority's data cannot answer it, in words."""
    return calculate.availability(engine_of(asking.url), asking.authority)


BOOKINGS = "reviews_due_soon_unbooked"
"""The measure that cannot be answered where nothing is known of bookings."""


def bookings_told(asking: Asking) -> bool:
    """Whether the data say for which day a review is booked."""
    return BOOKINGS not in unavailable(asking)


@kept
def months_of_iros(asking: Asking, selection: Selection, keys: tuple[str, ...]) -> pd.DataFrame:
    """Some measures by IRO and month, as `calculate.monthly_rows` has them."""
    by_iro = replace(selection, by="iro")
    return calculate.monthly_rows(engine_of(asking.url), asking.viewer, by_iro, keys)


@kept
def first_months(asking: Asking, keys: tuple[str, ...]) -> dict[str, str]:
    """Measure -> the first month (`YYYY-MM`) in which it counted anything; left out where it never did."""
    as_at = asking.info.as_at
    ever = Selection(
        asking.authority, as_at.replace(year=as_at.year - LONGEST, day=1), as_at, as_at, by="month"
    )
    counted = measures(asking, ever, keys)
    counted = counted[counted["numerator"] > 0]
    return {str(key): str(first) for key, first in counted.groupby("measure")["group"].min().items()}


@kept
def errors(asking: Asking) -> int:
    """How many rows were refused or are wrong, so that figures that rest on them are too."""
    counts = finding_counts(asking)
    return int(counts.loc[counts["severity"] == "error", "rows"].sum())
