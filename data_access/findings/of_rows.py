"""Findings in what speaks, whichever source it is from: reviews, periods of care, escalations."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, true, tuple_

from data_access.contacts import contact_around
from data_access.findings.rule import (
    Asked,
    Found,
    Rule,
    is_working_day,
    of_authority,
    where,
    working_days_ago,
)
from data_access.rows.codes import AGED_FOUR, ESCALATION_THEMES, NOT_THERE, UNDER_FOUR
from data_access.rows.days import as_number, moved
from data_access.sources.ssda903 import findings as of_return
from data_access.store.dated import by_setting
from data_access.store.schema import KIND_TABLES, authorities, duties
from standards import setting

reviews, periods = KIND_TABLES["reviews"], KIND_TABLES["care_periods"]
children, escalations = KIND_TABLES["children"], KIND_TABLES["escalations"]

_EIGHTEEN_YEARS = 18_0000
_FOURTH_BIRTHDAY = moved(children.c.date_of_birth, "4 years")


def _held(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(reviews.c.review_status == "held", *conditions)


def _outside_care(asked: Asked) -> Found:
    held_on = reviews.c.held_on
    care = select(periods.c.child_id, periods.c.started_on, periods.c.ended_on)
    care_periods = care.where(of_authority(asked, periods)).cte("care")
    # Put aside SQLite finds a child's in half the time; PostgreSQL would go through all for each review.
    care_periods = care_periods.prefix_with("MATERIALIZED", dialect="sqlite")
    p = care_periods.prefix_with("NOT MATERIALIZED", dialect="postgresql").c
    in_care = exists().where(
        p.child_id == reviews.c.child_id,
        p.started_on <= held_on,
        or_(p.ended_on.is_(None), p.ended_on >= held_on),
    )
    return _held(not_(in_care))


def _twice_on_one_day(asked: Asked) -> Found:
    """Rows of an extract beyond the first of a child and day."""
    r = reviews.c
    days = select(r.child_id, r.held_on).where(r.authority == asked.authority, r.held_on.is_not(None))
    # Of whatever rows, as the index tells: numbering those of every day would take ten times as long.
    twice = days.group_by(r.child_id, r.held_on).having(func.count() > 1)
    place = func.row_number().over(partition_by=(r.child_id, r.held_on), order_by=(r.file_id, r.line))
    of_those = _held(tuple_(r.child_id, r.held_on).in_(twice))
    ranked = select(*where(reviews), place.label("place")).where(of_authority(asked, reviews), of_those)
    found = ranked.subquery()
    return select(found.c.file_id, found.c.line, found.c.child_id).where(found.c.place > 1)


def _in_the_future(asked: Asked) -> Found:
    return _held(reviews.c.held_on > asked.as_at)


def _booked_for_the_past(asked: Asked) -> Found:
    return and_(reviews.c.review_status == "booked", reviews.c.booked_for < asked.as_at)


def _on_a_day_off(asked: Asked) -> Found:
    r = reviews.c
    # Of whatever rows, as the index tells.
    days = asked.connection.scalars(select(r.held_on).where(r.authority == asked.authority).distinct()).all()
    return _held(r.held_on.in_([day for day in days if day and not is_working_day(day)]))


def _long_without(asked: Asked) -> Found:
    """Children whose open duty opened longer ago than reviews are apart, at the row of their period of care.

    Nothing where no source has reviews. Where it is not known when the first duty was due, only the
    days that the source's reviews cover count.
    """
    has_reviews, covered_from = _reviews_covered(asked)
    if not has_reviews:
        return ()
    apart = int(setting("later_review_months", asked.as_at))
    covered = covered_from is None or covered_from < _months_back(asked.as_at, apart)
    open_since = and_(
        duties.c.authority == asked.authority,
        by_setting(
            "later_review_months",
            duties.c.opens_on,
            lambda months: duties.c.opens_on < _months_back(asked.as_at, months),
        ),
        or_(duties.c.closes_on.is_(None), duties.c.closes_on > asked.as_at),
        true() if covered else duties.c.kind != "unknown",
    )
    return (
        select(*where(periods))
        .join(
            duties,
            and_(duties.c.child_id == periods.c.child_id, duties.c.period_started_on == periods.c.started_on),
        )
        .where(of_authority(asked, periods), open_since)
    )


def _reviews_covered(asked: Asked) -> tuple[bool, date | None]:
    """Whether any file of reviews is loaded, and the first day they cover (None: all days)."""
    kinds = ("reviews", "ssda903_reviews")
    days = [file.reviews_from for file in asked.files if file.kind in kinds]
    said = asked.connection.execute(
        select(authorities.c.reviews_from).where(authorities.c.authority == asked.authority)
    ).scalar()
    return bool(days), said or (None if None in days else min(days, default=None))


def _months_back(day: date, months: int) -> date:
    """The same day of an earlier month, or the last day of a shorter one (`domain.md` rule 4)."""
    count = day.year * 12 + day.month - 1 - months
    first = date(count // 12, count % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _past_eighteen(asked: Asked) -> Found:
    c, today = children.c, int(f"{asked.as_at:%Y%m%d}")
    grown = select(c.child_id).where(
        of_authority(asked, children), today - as_number(c.date_of_birth) > _EIGHTEEN_YEARS
    )
    return select(*where(periods)).where(
        of_authority(asked, periods),
        periods.c.started_on <= asked.as_at,
        or_(periods.c.ended_on.is_(None), periods.c.ended_on > asked.as_at),
        periods.c.child_id.in_(grown),
    )


def _unfinished_series(asked: Asked) -> Found:
    r = reviews.c
    long_ago = by_setting(
        "series_warning_working_days",
        r.held_on,
        lambda allowed: r.held_on <= working_days_ago(asked.as_at, allowed),
    )
    return _held(r.is_series, or_(r.completed_on.is_(None), r.completed_on > asked.as_at), long_ago)


# On the 4th birthday itself either code passes (`domain.md` section 3). Reviews of the return are looked at
# row by row there.


def _aged_four(asked: Asked) -> Found:
    c = children.c
    before = exists().where(
        of_authority(asked, children),
        c.child_id == reviews.c.child_id,
        reviews.c.held_on > _FOURTH_BIRTHDAY,
    )
    return _held(
        reviews.c.participation_code == UNDER_FOUR, reviews.c.file_id.not_in(asked.of_return), before
    )


def _not_yet_four(asked: Asked) -> Found:
    # A query from the children on: by their index it meets none of the many reviews after the birthday.
    c = children.c
    return (
        select(*where(reviews))
        .join(children, c.child_id == reviews.c.child_id)
        .where(
            of_authority(asked, children),
            of_authority(asked, reviews),
            reviews.c.held_on < _FOURTH_BIRTHDAY,
            _held(reviews.c.participation_code.in_(AGED_FOUR), reviews.c.file_id.not_in(asked.of_return)),
        )
    )


def _likely_miscoded(asked: Asked) -> Found:
    """Coded as not there, yet the IRO had contact with the child within a fortnight (S0, S3 7.2)."""
    r = reviews.c
    absent = _held(r.participation_code.in_(NOT_THERE), r.held_on <= asked.as_at)
    return and_(absent, contact_around(r.child_seen_on, asked.as_at).is_not(None))


def _unknown_theme(asked: Asked) -> Found:
    word = func.replace(func.replace(func.lower(func.trim(escalations.c.theme)), " ", "_"), "-", "_")
    return select(*where(escalations)).where(
        of_authority(asked, escalations),
        escalations.c.theme.is_not(None),
        word.not_in(sorted(ESCALATION_THEMES)),
    )


RULES = (
    Rule("440", "error", "Coded as under 4 (PN0) after the child's 4th birthday.",
         "Correct the participation code, or the date of birth.",
         _aged_four, of_return.coded_for_another_age((UNDER_FOUR,), after=True)),
    Rule("441", "error", "Coded as aged 4 or over (PN1 to PN7) before the child's 4th birthday.",
         "Correct the participation code to PN0, or the date of birth.",
         _not_yet_four, of_return.coded_for_another_age(AGED_FOUR, after=False)),
    Rule("IF01", "warning", "A review held before or after the child was looked after: it counts nowhere.",
         "Correct the review's date, or the period of care.", _outside_care),
    Rule("IF02", "warning", "Two reviews of one child on one day: they count once.",
         "Remove the one entered twice, or correct its date.", _twice_on_one_day,
         of_return.twice_on_one_day),
    Rule("IF03", "warning", "The review's date is after the day of this load: it does not count yet.",
         "Correct its date, or its status to booked.", _in_the_future),
    Rule("IF04", "information", "The review was held on a weekend or a bank holiday.",
         "Check its date.", _on_a_day_off),
    Rule("IF05", "warning",
         "The child has been looked after for more than {later_review_months:months in words} without a "
         "review.",
         "Record the review if it was held, or hold it.", _long_without),
    Rule("IF06", "warning", "The period of care is open past the child's 18th birthday: care ends at 18.",
         "Record the day on which the child ceased to be looked after.", _past_eighteen),
    Rule("IF07", "warning",
         "A series of meetings is unfinished {series_warning_working_days:working days} after its first "
         "meeting.",
         "Finish it, or record the day of its last meeting.", _unfinished_series),
    Rule("IF08", "information", "The escalation's theme is not one of the list: it counts as other.",
         "Use one of the themes, or leave it so.", _unknown_theme),
    Rule("IF09", "information",
         "Coded as not there, though the IRO met the child within {miscoding_days:days} of it.",
         "Check the participation code: it may be PN1 to PN4, or the reason NA04.", _likely_miscoded),
    Rule("IF10", "warning", "Booked for a day that has passed, and neither held nor cancelled.",
         "Record the review as held or cancelled, or correct the day.", _booked_for_the_past),
)  # fmt: skip
