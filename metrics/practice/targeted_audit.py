"""Targeted audits: reviews out of time or that the child was not at, looked into one by one.

Source: `domain.md` section 7 (S0): a sample of such reviews; the IRO of each writes a self-reflection; what
is learned becomes themes, then actions with an owner and a date. All of it is recorded here, as entries: no
load touches it, and a sample stays as it was drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine

from data_access.people.viewer import Viewer
from data_access.recorded.entries import Entry, EntryKind, entries
from data_access.recorded.kinds import SEED
from data_access.rows.codes import AUDIT_NATURES
from metrics.counting.members import members
from metrics.counting.question import Selection
from metrics.practice import sampling
from metrics.wording import words

OUT_OF_TIME, NOT_ATTENDED, EITHER, BOTH = "out_of_time", "not_attended", "either", "both"
"""What an audit looks at (`codes.AUDIT_NATURES`), and why a case is in it, which may be both."""
CASES = {
    OUT_OF_TIME: "out of time",
    NOT_ATTENDED: "the child not there",
    BOTH: "out of time and the child not there",
}
"""What is said of a case."""
_COUNTED = {OUT_OF_TIME: "reviews_due_on_time", NOT_ATTENDED: "children_attended"}
"""The measures whose shortfall the cases are: reviews due and not on time, reviews held without the child."""
ALL = "all"
PERIOD_START, PERIOD_END, TEAM, ASKED_FOR, DRAWN_FROM = (
    "First day", "Last day", "Team", "Cases asked for", "Drawn from",
)  # fmt: skip
"""How the cases were drawn, in the answers of the audit's entry."""
_KINDS = (EntryKind.AUDIT, EntryKind.AUDITED, EntryKind.LEARNING, EntryKind.ACTION, EntryKind.PROGRESS)


@dataclass(frozen=True, order=True)
class Case:
    """A review that may be looked into. on: the day it was held, else due. iro_id: who chaired it, else whose
    the child was when it fell due; None where nobody was. nature: of `CASES`. late_reason, absence_reason:
    the codes on record."""

    on: date
    child_id: str
    opens_on: date
    due_on: date
    nature: str
    held_on: date | None = None
    iro_id: str | None = None
    late_reason: str | None = field(default=None, compare=False)
    absence_reason: str | None = field(default=None, compare=False)
    team_id: str | None = field(default=None, compare=False)


Facts = dict[tuple[str | None, date], Case]
"""What the data say of cases, by child and the day the duty opened."""


def cases(engine: Engine, viewer: Viewer, selection: Selection, nature: str) -> list[Case]:
    """What an audit of a nature can draw from, in a period.

    Out of time: the reviews due in the period that were held late, never held or are overdue. The child not
    there: the reviews held in it without the child, of those aged 4 and over. Either: each review once.
    Raises KeyError for a nature that is none.
    """
    if nature not in AUDIT_NATURES:
        raise KeyError(nature)
    asked = replace(selection, by="service")
    found: dict[tuple[str, date], Case] = {}
    for one, key in _COUNTED.items():
        if nature not in (one, EITHER):
            continue
        for row in members(engine, viewer, key, asked, part="shortfall").to_dict("records"):
            place = (row["child_id"], row["opens_on"])
            found[place] = replace(found[place], nature=BOTH) if place in found else _case(row, one)
    return sorted(found.values())


def _case(row: Mapping[Any, Any], nature: str) -> Case:
    held_on: date | None = row["held_on"]
    iro_id: str | None = row["chaired_by"] or row["iro_id"]
    return Case(
        held_on or row["due_on"], row["child_id"], row["opens_on"], row["due_on"], nature, held_on, iro_id,
        row["late_reason"], row["non_attendance_reason"], row["team_id"],
    )  # fmt: skip


def drawn(found: Iterable[Case], seed: str, number: int | None) -> list[Case]:
    """So many cases, or all where no number is given, by day; the same seed draws the same."""
    things = list(found)

    def own(case: Case) -> float:
        return sampling.chance(seed, case.child_id, case.opens_on.isoformat())

    return sampling.drawn(things, len(things) if number is None else number, own)


def drawn_from(found: Iterable[Case]) -> str:
    """`13 reviews out of time, 24 that the child was not at and 2 that were both`, for the audit's record."""
    counted = Counter(case.nature for case in found)
    kinds = {OUT_OF_TIME: "out of time", NOT_ATTENDED: "that the child was not at", BOTH: "that were both"}
    parts = [f"{counted[one]:,} {which}" for one, which in kinds.items() if counted[one]]
    if not parts:
        return "no reviews"
    first, _, rest = parts[0].partition(" ")
    one = "review" if first == "1" else "reviews"
    return words.listed([f"{first} {one} {rest}", *parts[1:]])


def audit_entries(
    audit: Entry,
    found: Sequence[Case],
    period: tuple[date, date],
    seed: str,
    number: int | None,
    team: str = "",
) -> tuple[Entry, list[Entry]]:
    """The audit with how its cases were drawn, and an entry for each case, as yet without a reflection.

    audit: its authority, nature (`code`), auditor, purpose, day and identifier. period: the first and the
    last day of the reviews. number: of cases, None for all. team: the name of the only team it looks at.
    """
    answers = (
        (PERIOD_START, period[0].isoformat()),
        (PERIOD_END, period[1].isoformat()),
        (TEAM, team),
        (SEED, seed),
        (ASKED_FOR, ALL if number is None else str(number)),
        (DRAWN_FROM, drawn_from(found)),
    )
    chosen = [
        Entry(
            audit.authority, case.child_id, EntryKind.AUDITED, case.opens_on, code=case.nature,
            due_on=case.due_on, happened_on=case.held_on, iro_id=case.iro_id, part_of=audit.entry_id,
        )
        for case in drawn(found, seed, number)
    ]  # fmt: skip
    return replace(audit, answers=answers), chosen


# -- what was recorded


@dataclass(frozen=True)
class Recommendation:
    """An action of an audit, and what was said of how far it is, the latest last."""

    entry: Entry
    progress: tuple[Entry, ...]


@dataclass(frozen=True)
class TargetedAudit:
    """An audit as it stands on a day. number: which it is of the authority's audits, the first being 1.

    learning: of the audit as a whole and of its cases, in the order recorded.
    """

    number: int
    as_at: date
    entry: Entry
    cases: tuple[Entry, ...]
    learning: tuple[Entry, ...]
    recommendations: tuple[Recommendation, ...]

    @property
    def nature(self) -> str:
        """`reviews out of time`."""
        return AUDIT_NATURES.get(self.entry.code or "", "")

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last day of the reviews it was drawn from."""
        start, end = (date.fromisoformat(self.entry.answer(one)) for one in (PERIOD_START, PERIOD_END))
        return start, end

    @property
    def team(self) -> str:
        """The team it looks at, where it is of one alone."""
        return self.entry.answer(TEAM)

    @property
    def reflected(self) -> tuple[Entry, ...]:
        """The cases whose self-reflection is written."""
        return tuple(case for case in self.cases if any(said for _, said in case.answers))

    @property
    def open_recommendations(self) -> tuple[Recommendation, ...]:
        """Those still to be done."""
        return tuple(one for one in self.recommendations if one.entry.is_open)

    @property
    def overdue_recommendations(self) -> tuple[Recommendation, ...]:
        """Those still to be done though the day by which they were to be has passed."""
        return tuple(one for one in self.recommendations if one.entry.is_overdue(self.as_at))

    @property
    def themes(self) -> dict[str, int]:
        """Theme -> how often it was learned from, the most often first; those of one number by name."""
        counted = Counter(one.code or "other" for one in self.learning)
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))

    def learning_of(self, case: Entry) -> tuple[Entry, ...]:
        """What was learned from one case."""
        return tuple(one for one in self.learning if one.part_of == case.entry_id)


def facts_of(engine: Engine, viewer: Viewer, audit: TargetedAudit) -> Facts:
    """What the data now say of the audit's cases.

    A case that a later load has corrected away is not in it, and stays in the audit.
    """
    asked = Selection(audit.entry.authority, *audit.period, audit.as_at)
    drawn_as = {(case.child_id, case.about_on) for case in audit.cases}
    known = cases(engine, viewer, asked, audit.entry.code or EITHER)
    return {key: case for case in known if (key := (case.child_id, case.opens_on)) in drawn_as}


def held_on(case: Entry) -> date:
    """The day of a case's review: when it was held, else when it was due."""
    return case.happened_on or case.due_on or case.about_on


def targeted_audits(engine: Engine, viewer: Viewer, authority: str, as_at: date) -> list[TargetedAudit]:
    """Every targeted audit opened by a day, the latest first, as it stood on that day."""
    recorded = entries(engine, viewer, authority, as_at=as_at, kinds=_KINDS)
    of: dict[str | None, list[Entry]] = {}
    for one in recorded:
        of.setdefault(one.part_of, []).append(one)
    opened = [one for one in recorded if one.kind is EntryKind.AUDIT]
    return [_audit(number, audit, of, as_at) for number, audit in reversed(list(enumerate(opened, start=1)))]


def _audit(number: int, audit: Entry, of: Mapping[str | None, list[Entry]], as_at: date) -> TargetedAudit:
    theirs = of.get(audit.entry_id, [])
    chosen = sorted(
        (one for one in theirs if one.kind is EntryKind.AUDITED),
        key=lambda case: (held_on(case), case.child_id or ""),
    )
    learned = [one for one in theirs if one.kind is EntryKind.LEARNING]
    for case in chosen:
        learned += [one for one in of.get(case.entry_id, []) if one.kind is EntryKind.LEARNING]
    actions = sorted(
        (one for one in theirs if one.kind is EntryKind.ACTION), key=lambda one: one.due_on or date.max
    )
    return TargetedAudit(
        number,
        as_at,
        audit,
        tuple(chosen),
        tuple(learned),
        tuple(Recommendation(one, tuple(of.get(one.entry_id, []))) for one in actions),
    )


def said(audit: TargetedAudit) -> str:
    """How far an audit is, in a sentence."""
    parts = [
        f"{len(audit.reflected):,} of {words.count(len(audit.cases), 'self-reflection')} "
        f"{'is' if len(audit.reflected) == 1 else 'are'} written"
    ]
    learned = sum(audit.themes.values())
    parts.append(f"{words.count(learned, 'point') if learned else 'nothing'} learned")
    actions = audit.recommendations
    if actions:
        left, late = len(audit.open_recommendations), len(audit.overdue_recommendations)
        overdue = f", {late:,} overdue" if late else ""
        parts.append(
            f"{len(actions) - left:,} of {words.count(len(actions), 'recommendation')} done{overdue}"
        )
    else:
        parts.append("nothing recommended yet")
    return words.sentence(words.listed(parts)) + "."
