"""Who was not at a review though the IRO met them about then, and who of the family took part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pandas as pd
from sqlalchemy import Engine, and_, case, func, select

from data_access.contacts import contact_around
from data_access.people.viewer import Viewer, visible
from data_access.recorded.entries import Entry
from data_access.rows.codes import NOT_THERE, Involvement, Person
from data_access.store.schema import KIND_TABLES
from metrics.counting.queries import narrowed
from metrics.counting.question import Selection, asked_of
from metrics.recorded.reasons import absence_reason
from metrics.rows.duty_rows import d
from metrics.rows.expressions import AUTHORITY
from metrics.rows.row_sets import REVIEWS_HELD

_reviews, _people = KIND_TABLES["reviews"], KIND_TABLES["review_people"]

FAMILY = (Person.MOTHER, Person.FATHER, Person.STEP_PARENT, Person.CONNECTED_PERSON)
"""Whom an annual report asks about (S4 4.7)."""


def with_contact(engine: Engine, viewer: Viewer, selection: Selection, absent: pd.DataFrame) -> pd.DataFrame:
    """Reviews that a child was not at, with `contact_on`: a day on which the IRO met the child about then.

    absent: with `child_id` and `held_on`, as `members` of `absences_explained` has them. A review with such a
    day is likely coded wrongly, or the reason is that the child was seen before or after instead
    (`domain.md` section 3). Contacts after the as-at date are not known.
    """
    r = _reviews.c
    seen_on = case((r.child_seen_on <= selection.as_at, r.child_seen_on))
    query = select(r.child_id, r.held_on, contact_around(seen_on, selection.as_at)).where(
        visible(viewer, _reviews, selection.authority), r.speaks, r.participation_code.in_(NOT_THERE)
    )
    with engine.connect() as connection:
        contact_on = {(child_id, held_on): day for child_id, held_on, day in connection.execute(query) if day}
    found = [contact_on.get(review) for review in zip(absent["child_id"], absent["held_on"], strict=True)]
    return absent.assign(contact_on=pd.Series(found, index=absent.index, dtype=object))


def with_recorded_reasons(absent: pd.DataFrame, recorded: Iterable[Entry]) -> pd.DataFrame:
    """Reviews that a child was not at, with the reason recorded here where the extract gives none.

    absent: with `child_id`, `held_on` and `non_attendance_reason`. What was settled here counts first, as in
    the tracker.
    """
    about: dict[str | None, list[Entry]] = defaultdict(list)
    for entry in recorded:
        about[entry.child_id].append(entry)
    reasons = [
        absence_reason(about[child_id], held_on, said)
        for child_id, held_on, said in zip(
            absent["child_id"], absent["held_on"], absent["non_attendance_reason"], strict=True
        )
    ]
    return absent.assign(non_attendance_reason=pd.Series(reasons, index=absent.index, dtype=object))


def involvement(
    engine: Engine, viewer: Viewer, selection: Selection, people: Sequence[Person] = FAMILY
) -> pd.DataFrame:
    """Of the reviews held in the period, how each person was involved: a row for each of `people`.

    Columns: `person`, and how many reviews by `Involvement`; a review counts once for each person and way.
    """
    rows = REVIEWS_HELD
    conditions = narrowed(
        rows, viewer, to_iro=selection.iro_id is not None, to_team=selection.team_id is not None
    )
    query = (
        select(_people.c.person, _people.c.involvement, func.count(d.c.duty_id.distinct()))
        .join(
            _people,
            and_(_people.c.authority == AUTHORITY, _people.c.review_id == d.c.review_id, _people.c.speaks),
        )
        .where(*conditions)
        .group_by(_people.c.person, _people.c.involvement)
    )
    with engine.connect() as connection:
        counted = {
            (person, how): number for person, how, number in connection.execute(query, asked_of(selection))
        }
    return pd.DataFrame(
        [[str(person), *(_number(counted, person, how) for how in Involvement)] for person in people],
        columns=["person", *(str(how) for how in Involvement)],
    )


def _number(counted: dict[tuple[str, str], int], person: str, how: str) -> int:
    return counted.get((str(person), str(how)), 0)
