"""Children who have another IRO from a day on, and the rule that spreads them with siblings kept together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from metrics.ahead.capacity_rows import OpenWork
from metrics.ahead.whatif import Move, lowest_fte
from metrics.counting.staff import Hours
from metrics.rules.calendar import Days, Flags, Integers

Names = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Handover:
    """From a day on, the children marked (by row of the duties) have the IRO in `to`."""

    on: date
    moves: Flags
    to: Names


def handovers(work: OpenWork, moves: Sequence[Move], hours: Sequence[Hours], last: date) -> list[Handover]:
    """What moves come to, in their order; those after `last` are left out, those in the past are of today.

    A move that names nobody who is looked after moves nobody.
    """
    found: list[Handover] = []
    duties = work.duties
    whose = duties["iro_id"].to_numpy(dtype=object).copy()
    families = duties["family"].to_numpy(dtype=object)
    for move in moves:
        on = max(move.from_on, work.as_at)
        if on > last:
            continue
        chosen: Flags = (whose == move.iro_id if move.family is None else families == move.family).astype(
            np.bool_
        )
        to = np.full(len(duties), move.to, dtype=object)
        if move.to is None:
            to = spread(duties, whose, chosen, lowest_fte(hours, on, last))
        found.append(Handover(on, chosen, to))
        whose = np.where(chosen, to, whose)
    return found


def spread(duties: pd.DataFrame, whose: Names, chosen: Flags, fte: dict[str, Fraction]) -> Names:
    """Who would have each child: a proposal that keeps siblings together.

    Sibling groups go one after another, the largest first (of two alike the one whose identifier comes
    first), each whole to the IRO who has the fewest children for each full-time IRO once it is with them (of
    two alike the one whose identifier comes first). Nobody gets children back whom they give, or without
    hours in every day of the time ahead: `fte` is the least each has. Where nobody is left, children stay.
    whose: who has each child before.
    """
    counts = (duties["regime"] != "short_break").to_numpy(dtype=np.bool_)
    givers = set(whose[chosen])
    load = {iro: int((counts & (whose == iro) & ~chosen).sum()) for iro in fte if iro not in givers}
    to = whose.copy()
    if not load:
        return to
    families = duties["family"].to_numpy(dtype=object)
    sizes = pd.Series(families[chosen]).value_counts()
    for family in sorted(sizes.index, key=lambda name: (-sizes[name], name)):
        group = chosen & (families == family)
        weight = int((group & counts).sum())
        taker = min(load, key=lambda iro: ((load[iro] + weight) / fte[iro], iro))
        load[taker] += weight
        to[group] = taker
    return to


def holders(duties: pd.DataFrame, moves: Sequence[Handover], child: Integers, on: Days) -> Names:
    """Who has each child (by row of the duties) on each day."""
    found: Any = duties["iro_id"].to_numpy(dtype=object)[child]
    for move in moves:
        moved = move.moves[child] & (on >= np.datetime64(move.on, "D"))
        found = np.where(moved, move.to[child], found)
    return found
