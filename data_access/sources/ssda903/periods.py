"""From the statutory return's episodes to periods of care, legal statuses and placements: pure rules.

Source: `formats.md` section 2. Contradictions between episodes are never refused: each has a rule here,
and a finding (`data_access/findings.py`) says where the return should be corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, pairwise

STARTED = "S"
"""RNE: the child became looked after."""
CONTINUES = "X1"
"""REC: the episode ended and another begins at once."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Episode:
    """A stretch under one legal status in one placement, and the row that says so."""

    child: str
    decom: date
    rne: str | None
    ls: str | None
    place: str | None
    provider: str | None
    dec: date | None
    rec: str | None
    collection_year: int
    file_name: str
    file_id: int
    line: int

    @property
    def ends_care(self) -> bool:
        """Whether the child ceased to be looked after with it."""
        return self.dec is not None and self.rec != CONTINUES


@dataclass(frozen=True)
class Period:
    """A period of care, and the episode it begins with."""

    first: Episode
    started_on: date
    ended_on: date | None
    end_reason: str | None
    start_known: bool


@dataclass(frozen=True)
class Stretch:
    """Days under one code (legal status, or placement and provider); `to_date` is the last of them."""

    first: Episode
    code: str
    provider: str | None
    from_date: date
    to_date: date | None


def told_once(episodes: Iterable[Episode]) -> list[Episode]:
    """The episodes in order of child and day, each once.

    An episode is the same when child, DECOM and RNE agree; the row of the later collection year (then
    of the later file name, then the later line) is believed.
    """
    latest: dict[tuple[str, date, str | None], Episode] = {}
    for episode in sorted(episodes, key=lambda e: (e.collection_year, e.file_name, e.line)):
        latest[episode.child, episode.decom, episode.rne] = episode
    return sorted(latest.values(), key=lambda e: (e.child, e.decom, e.dec or date.max, e.rne != STARTED))


def periods_of(episodes: Sequence[Episode]) -> Iterator[tuple[Period, list[Episode]]]:
    """The periods of care of episodes in order (`told_once`), each with its own.

    The episodes given back are cut where they overlap the next one, and open where care goes on.
    """
    for _, of_child in groupby(episodes, key=lambda episode: episode.child):
        yield from _periods_of_child(list(of_child))


def _periods_of_child(episodes: list[Episode]) -> Iterator[tuple[Period, list[Episode]]]:
    groups: list[list[Episode]] = []
    for episode in episodes:
        begins = not groups or episode.rne == STARTED or groups[-1][-1].ends_care
        if begins:
            groups.append([episode])
        else:
            groups[-1].append(episode)
    for place, group in enumerate(groups):
        following = groups[place + 1][0].decom if place + 1 < len(groups) else None
        ended_on = _end_of(group[-1], following)
        if ended_on == group[0].decom and following == ended_on and group[-1].dec != ended_on:
            continue  # nothing is left of it: the next one begins on the day it began
        period = Period(
            first=group[0],
            started_on=group[0].decom,
            ended_on=ended_on,
            end_reason=group[-1].rec if group[-1].ends_care else None,
            start_known=group[0].rne == STARTED,
        )
        yield period, _cut(group, ended_on)


def _end_of(last: Episode, following: date | None) -> date | None:
    """The day the period ends: the day of ceasing, but no later than the day the next period begins."""
    ended_on = last.dec if last.ends_care else None
    if following is None:
        return ended_on
    return following if ended_on is None else min(ended_on, following)


def _cut(group: list[Episode], ended_on: date | None) -> list[Episode]:
    """The episodes with DEC as the day the next begins or care ends; empty where care goes on."""
    cut = [replace(one, dec=min(one.dec or after.decom, after.decom)) for one, after in pairwise(group)]
    return [*cut, replace(group[-1], dec=ended_on)]


def legal_statuses(episodes: Sequence[Episode]) -> list[Stretch]:
    """The legal statuses of one period's episodes; neighbours alike are one."""
    return _stretches(episodes, lambda episode: (episode.ls, None))


def placements(episodes: Sequence[Episode]) -> list[Stretch]:
    """The placements of one period's episodes; neighbours alike are one."""
    return _stretches(episodes, lambda episode: (episode.place, episode.provider))


def _stretches(
    episodes: Sequence[Episode], code_of: Callable[[Episode], tuple[str | None, str | None]]
) -> list[Stretch]:
    found: list[Stretch] = []
    for episode in episodes:
        code, provider = code_of(episode)
        if code is None or episode.dec == episode.decom:
            continue  # not said, or no day left of it
        to_date = episode.dec - _DAY if episode.dec else None
        last = found[-1] if found else None
        joins = (
            last is not None
            and (last.code, last.provider) == (code, provider)
            and last.to_date is not None
            and last.to_date + _DAY == episode.decom
        )
        if last is not None and joins:
            found[-1] = replace(last, to_date=to_date)
        else:
            found.append(Stretch(episode, code, provider, episode.decom, to_date))
    return found
