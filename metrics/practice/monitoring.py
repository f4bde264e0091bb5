"""What monitoring forms of a month tell a team: what was in place at its reviews and what not, good practice.

The reviews are those held in the month of children whom the team answered for (`measures.md`, attribution).
Whether the report, the care plan, the invitations and so on were in place is what the catalogue's measures
say of each review, so that the summary and the steps page cannot disagree. What else the forms say is the
extract's kind `monitoring`. Source: `domain.md` section 4 (S4 5.2); good practice section 6 (S3 12.6).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Engine, and_, case, func, literal, null, or_, select

from data_access.people.viewer import SERVICE_VIEWER, Viewer, visible
from data_access.reading import teams
from data_access.rows.codes import Met
from data_access.store.schema import KIND_TABLES
from metrics.counting.coverage import availability
from metrics.counting.members import members
from metrics.counting.queries import from_rows, in_denominator, in_numerator, narrowed
from metrics.counting.question import Selection, asked_of, month_end
from metrics.measures import CATALOGUE
from metrics.measures.measure import Measure
from metrics.practice.practice import late_rows
from metrics.rows.duty_rows import AS_AT, d
from metrics.rows.expressions import AUTHORITY
from metrics.rows.row_sets import REVIEWS_HELD, at_review
from metrics.wording.words import LIES

IN_PLACE, LATE, MISSING = "in_place", "late", "missing"
"""How a point stood at a review. Nothing where it does not apply to the review or is not recorded."""

STEPS = {
    "report_2_days_before": "report_received_on",
    "care_plan_2_days_before": "care_plan_updated_on",
    "invitations_10_days_before": "invitations_sent_on",
    "social_worker_visited_10_days_before": "social_worker_visit_on",
}
"""Points with a last day -> the column of reviews that holds the day."""
POINTS = (
    *STEPS,
    "child_consulted", "parents_consulted", "carers_consulted", "children_attended", "children_participated",
    "mothers_involved", "fathers_involved",
)  # fmt: skip
"""The points of a review, each by its measure."""
GOOD_PRACTICE = "good_practice"
"""The item of a form, and the theme of an escalation, under which good practice is logged."""
_SENT_ON = "monitoring_sent_on"
_NEVER_SAID = "The reviews that were loaded never say when this was done."

_form = KIND_TABLES["monitoring"]
_escalations = KIND_TABLES["escalations"]


@dataclass(frozen=True, eq=False)
class TeamMonth:
    """A team's month.

    reviews: a row per review held, the earliest first: `review_id, child_id, held_on, social_worker, sent_on`
    (of the form), `has_form`, `undated` (a form without a day of sending) and a column for each of `points`:
    `IN_PLACE`, `LATE`, `MISSING` or None. answers: a row per item of a form: `review_id, item, met, comment`.
    praised: good practice passed on as an escalation: `child_id, raised_on, outcome`. late: the reviews due
    in the month that were late, missed or are overdue for a reason that lies with the team
    (`practice.late_rows`). points: those that can be told, the others are in `untold` with the reason.
    forms_known: the data hold monitoring forms at all.
    """

    team_id: str
    name: str
    month_start: date
    month_end: date
    as_at: date
    reviews: pd.DataFrame
    answers: pd.DataFrame
    praised: pd.DataFrame
    late: pd.DataFrame
    points: tuple[str, ...]
    untold: Mapping[str, str]
    forms_known: bool

    @property
    def in_progress(self) -> bool:
        """The month is not over."""
        return self.as_at < self.month_end

    @property
    def with_form(self) -> pd.DataFrame:
        """The reviews that a form tells of."""
        return self.reviews[self.reviews["has_form"]]

    @property
    def without_form(self) -> pd.DataFrame:
        """The reviews without a form by the day."""
        return self.reviews[~self.reviews["has_form"]]

    @property
    def all_in_place(self) -> pd.DataFrame:
        """Of `with_form` the reviews with every step that can be told in time and no item missing.

        Whether the child or a parent was there is not the team's to have in place, and is left out.
        """
        steps = [key for key in STEPS if key in self.points]
        missing = set(self.answers.loc[self.answers["met"] == Met.NO, "review_id"])
        told = self.with_form if steps else self.with_form[:0]
        fine = (told[steps] == IN_PLACE).all(axis=1) & ~told["review_id"].isin(list(missing))
        return told[fine.astype(bool)]

    def counts(self, key: str) -> dict[str, int]:
        """Of the reviews with a form, how many stood how at a point; those it does not apply to left out."""
        standing = self.with_form[key].dropna()
        return {how: int(standing.eq(how).sum()) for how in (IN_PLACE, LATE, MISSING)}


def team_month(
    engine: Engine, viewer: Viewer, authority: str, team_id: str, month: date, as_at: date
) -> TeamMonth | None:
    """The month of a day of a team, as it is known on `as_at`.

    None where the data, or the viewer, does not have the team.
    """
    known = teams(engine, viewer, authority)
    names = dict(zip(known["id"], known["name"].fillna(known["id"]), strict=True))
    if team_id not in names:
        return None
    first, last = month.replace(day=1), month_end(month)
    selection = Selection(authority, first, last, as_at, team_id=team_id)
    reasons = availability(engine, authority)
    good = _good_practice(engine, viewer, selection)
    with engine.connect() as connection:
        untold = {key: reasons[key] for key in POINTS if key in reasons}
        filled = _filled(connection, authority)
        untold |= {key: _NEVER_SAID for key in STEPS if key not in untold and STEPS[key] not in filled}
        points = tuple(key for key in POINTS if key not in untold)
        reviews = _reviews(connection, viewer, selection, points)
        answers = _answers(connection, viewer, selection)
        praised = _praised(connection, viewer, selection, good)
    late = late_rows(engine, viewer, selection)
    return TeamMonth(
        team_id,
        names[team_id],
        first,
        last,
        as_at,
        _with_forms(reviews, set(answers["review_id"])),
        answers,
        praised,
        late[late["lies"] == LIES["team"]].reset_index(drop=True),
        points,
        untold,
        forms_known=bool({_SENT_ON, _form.name} & filled),
    )


def _filled(connection: Connection, authority: str) -> set[str]:
    """The columns of steps and forms that any review of the authority has; for others nobody is blamed."""
    names = (*STEPS.values(), _SENT_ON)
    latest = select(*(func.max(d.c[name]) for name in names)).where(visible(SERVICE_VIEWER, d, authority))
    found = {name for name, day in zip(names, connection.execute(latest).one(), strict=True) if day}
    form = select(_form.c.review_id).where(_form.c.authority == authority, _form.c.speaks).limit(1)
    return found | ({_form.name} if connection.execute(form).scalar() else set())


def _standing(measure: Measure) -> ColumnElement[Any]:
    """How a review stands at a measure's point, by the measure's own conditions."""
    below = in_denominator(measure)
    assert below is not None
    done = measure.done
    if done is None:
        return case((below, case((in_numerator(measure), IN_PLACE), else_=MISSING)), else_=null())
    return case((below, case((in_numerator(measure), IN_PLACE), (done, LATE), else_=MISSING)), else_=null())


def _reviews(
    connection: Connection, viewer: Viewer, selection: Selection, points: Collection[str]
) -> pd.DataFrame:
    shown: dict[str, ColumnElement[Any]] = {
        "review_id": d.c.review_id,
        "child_id": d.c.child_id,
        "held_on": d.c.held_on,
        "social_worker": at_review.c.social_worker,
        "sent_on": case((d.c.monitoring_sent_on <= AS_AT, d.c.monitoring_sent_on)),
        **{key: _standing(CATALOGUE[key]) for key in points},
    }
    columns = [column.label(name) for name, column in shown.items()]
    conditions = narrowed(REVIEWS_HELD, viewer, to_iro=False, to_team=True)
    query = (
        select(*columns)
        .select_from(from_rows(REVIEWS_HELD, [*columns, *conditions]))
        .where(*conditions)
        .order_by(*REVIEWS_HELD.order)
    )
    rows = connection.execute(query, asked_of(selection)).all()
    return pd.DataFrame(rows, columns=list(shown), dtype=object)


def _with_forms(reviews: pd.DataFrame, answered: set[str]) -> pd.DataFrame:
    """`reviews` with `has_form` and `undated`: whose form was sent by the day, or has no day of sending.

    A form that was sent later is not known yet, whatever it says.
    """
    sent = reviews["sent_on"].notna()
    undated = ~sent & reviews["review_id"].isin(list(answered))
    return reviews.assign(has_form=(sent | undated).astype(bool), undated=undated.astype(bool))


def _answers(connection: Connection, viewer: Viewer, selection: Selection) -> pd.DataFrame:
    """What the forms say that are known by the day; one without a day of sending always is."""
    conditions = narrowed(REVIEWS_HELD, viewer, to_iro=False, to_team=True)
    query = (
        select(_form.c.review_id, _form.c.item, _form.c.met, _form.c.comment)
        .select_from(
            d.join(
                _form,
                and_(_form.c.authority == AUTHORITY, _form.c.review_id == d.c.review_id, _form.c.speaks),
            )
        )
        .where(*conditions, or_(d.c.monitoring_sent_on.is_(None), d.c.monitoring_sent_on <= AS_AT))
        .order_by(d.c.held_on, d.c.child_id, _form.c.item)
    )
    rows = connection.execute(query, asked_of(selection)).all()
    return pd.DataFrame(rows, columns=["review_id", "item", "met", "comment"], dtype=object)


def _good_practice(engine: Engine, viewer: Viewer, selection: Selection) -> pd.DataFrame:
    rows = members(engine, viewer, "escalations_raised", selection)
    return rows[rows["theme"] == GOOD_PRACTICE].reset_index(drop=True)


def _praised(
    connection: Connection, viewer: Viewer, selection: Selection, rows: pd.DataFrame
) -> pd.DataFrame:
    """The rows with what was written of each as its outcome, once that is known."""
    said = select(_escalations.c.escalation_id, _escalations.c.outcome).where(
        visible(viewer, _escalations, selection.authority),
        _escalations.c.speaks,
        _escalations.c.escalation_id.in_(list(rows["escalation_id"])),
        or_(_escalations.c.resolved_on.is_(None), _escalations.c.resolved_on <= literal(selection.as_at)),
    )
    outcomes: dict[str, str | None] = {row[0]: row[1] for row in connection.execute(said)}
    outcome = pd.Series([outcomes.get(one) for one in rows["escalation_id"]], dtype=object)
    return rows[["child_id", "raised_on"]].assign(outcome=outcome)
