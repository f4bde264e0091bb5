"""The words in which worked examples are written: a child, a review, a note, as rows of the extract.

Unless an example says otherwise it is about January to March 2026, seen from the 31st of March; a child
is aged 10 and became looked after on Monday 5 January 2026, so that the first review is due on Monday
2 February.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from metrics.measures.measure import Example

Row = Mapping[str, object]
Piece = list[tuple[str, Row]]

SINCE = "2026-01-05"
_BORN = "2015-06-01"


def example(
    words: str,
    *pieces: Piece,
    counts: float,
    of: float | None = None,
    period: tuple[str, str] = ("2026-01-01", "2026-03-31"),
    as_at: str = "2026-03-31",
) -> Example:
    """An example: what happened, and that the measure `counts` so many `of` so many (nothing for a count).

    What is said last of an IRO counts.
    """
    world: dict[str, list[Row]] = defaultdict(list)
    for piece in pieces:
        for kind, row in piece:
            if kind == "iros":
                world[kind] = [other for other in world[kind] if other["iro_id"] != row["iro_id"]]
            if row not in world[kind]:
                world[kind].append(row)
    start, end = map(date.fromisoformat, period)
    return Example(words, dict(world), (start, end), date.fromisoformat(as_at), counts, of)


def child(
    name: str,
    *pieces: Piece,
    since: str = SINCE,
    until: str | None = None,
    born: str = _BORN,
    **columns: object,
) -> Piece:
    """A child and their period of care, with what else happened to them."""
    row: Row = {"child_id": name, "date_of_birth": born}
    care: Row = {"child_id": name, "started_on": since, "ended_on": until, **columns}
    return [("children", row), ("care_periods", care), *_of(name, pieces)]


def _of(name: str, pieces: Iterable[Piece]) -> Iterable[tuple[str, Row]]:
    for piece in pieces:
        for kind, row in piece:
            if kind == "reviews" or kind == "review_people":
                yield kind, {**row, "review_id": f"{name} {row['review_id']}", **_child(kind, name)}
            elif kind == "activities":
                yield kind, {**row, "activity_id": f"{name} {row['activity_id']}", **_child(kind, name)}
            elif kind == "escalations":
                yield kind, {**row, "escalation_id": f"{name} {row['escalation_id']}", **_child(kind, name)}
            elif kind in ("iros", "teams", "iro_hours"):
                yield kind, row
            else:
                yield kind, {**row, **_child(kind, name)}


def _child(kind: str, name: str) -> Row:
    return {} if kind == "review_people" else {"child_id": name}


def held(on: str, **columns: object) -> Piece:
    """A review held on a day; `mother="attended"` and the like say who of the family was there."""
    people = {
        person: columns.pop(person)
        for person in ("mother", "father", "step_parent", "connected_person")
        if person in columns
    }
    review: Row = {"review_id": on, "review_status": "held", "held_on": on, **columns}
    return [
        ("reviews", review),
        *(
            ("review_people", {"review_id": on, "person": person, "involvement": involvement})
            for person, involvement in people.items()
        ),
    ]


def booked(on: str, **columns: object) -> Piece:
    """A review booked for a day and not held; `status="cancelled"` for one called off."""
    status = columns.pop("status", "booked")
    return [("reviews", {"review_id": f"b {on}", "review_status": status, "booked_for": on, **columns})]


def short_breaks(since: str = SINCE, until: str | None = None) -> Piece:
    """Accommodated in an agreed series of short breaks (V4)."""
    return [("legal_statuses", {"legal_status": "V4", "from_date": since, "to_date": until})]


def placed_for_adoption(since: str) -> Piece:
    """Placed for adoption (A3), until now."""
    return [("placements", {"placement_type": "A3", "from_date": since})]


def iro(
    name: str = "I1", fte: float | None = 1.0, since: str = "2020-01-01", until: str | None = None
) -> Piece:
    """An IRO of the service, with their share of full time; None where no hours are recorded."""
    pieces: Piece = [("iros", {"iro_id": name, "iro_name": name, "started_on": since, "ended_on": until})]
    if fte is not None:
        pieces.append(("iro_hours", {"iro_id": name, "from_date": since, "fte": fte}))
    return pieces


def with_iro(name: str = "I1", since: str = SINCE, until: str | None = None) -> Piece:
    """An IRO is allocated to the child."""
    return [
        *iro(name, fte=None),
        ("iro_allocations", {"iro_id": name, "from_date": since, "to_date": until}),
    ]


def with_team(
    name: str = "T1", worker: str | None = None, since: str = SINCE, until: str | None = None
) -> Piece:
    """The child is with a team; worker: the social worker named, None where nobody is."""
    row = {"team_id": name, "from_date": since, "to_date": until, "social_worker": worker}
    return [("teams", {"team_id": name, "team_name": name}), ("team_allocations", row)]


def done(kind: str, *days: str, by: str = "I1") -> Piece:
    """Midway reviews, case notes or child contacts of an IRO, on these days."""
    pieces = iro(by, fte=None)
    for place, day in enumerate(days):
        row = {"activity_id": f"{kind} {place} {day}", "iro_id": by, "activity_kind": kind, "done_on": day}
        pieces.append(("activities", row))
    return pieces


def raised(on: str, stage: str = "formal_1", resolved: str | None = None, theme: str = "permanence") -> Piece:
    """An escalation raised about the child."""
    row = {"escalation_id": on, "raised_on": on, "stage": stage, "theme": theme, "resolved_on": resolved}
    return [("escalations", row)]


def audited(name: str, on: str, theme: str, grade: str) -> Piece:
    """A section of an audit, graded."""
    row = {
        "audit_id": name, "programme": "Focus Five", "audited_on": on, "audit_theme": theme, "grade": grade,
    }  # fmt: skip
    return [("audits", row)]
