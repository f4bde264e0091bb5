"""Participation: was the child there, were their views conveyed, and who of the family took part?"""

from __future__ import annotations

from sqlalchemy import and_, true

from data_access.rows.codes import AGED_FOUR, ATTENDED, NOT_THERE, PARTICIPATION_CODES, VIEWS_CONVEYED
from metrics.measures.examples import child, example, held, short_breaks
from metrics.measures.measure import Measure, Paperwork
from metrics.rows.child_rows import CHILDREN_AT_PERIOD_END, at_end, coded
from metrics.rows.duty_rows import d
from metrics.rows.expressions import Condition, age_on, asked, setting_on
from metrics.rows.row_sets import LAST_DAY, REVIEWS_HELD

THEME = "Participation"

_code = d.c.participation_code
_OLD_ENOUGH = age_on(at_end.c.date_of_birth, LAST_DAY) >= setting_on("participation_age", LAST_DAY)
_TOOK_PART_THIS_YEAR = and_(
    at_end.c.period_started_on < asked("minimum_since"), coded.c.child_id.is_not(None), _OLD_ENOUGH
)

_CODED = "Only reviews with a participation code from PN1 to PN7 are looked at; PN0 is a child under 4."
_CHILD_CAVEATS = (
    "Reviews of an earlier period of care in the same year count; those in a series of short breaks do not.",
    "A child without any review coded PN1 to PN7 since 1 April is left out.",
)


def _family(key: str, who: str, applicable: Condition, involved: Condition, over_all: bool) -> Measure:
    """One person's involvement: of all reviews that record anybody, or of those that ask about them."""
    person = {"mothers": "mother", "fathers": "father", "other family": "connected_person"}[who]
    asks = f"reviews that ask about {who}, other than as not applicable"
    of = "reviews that record who took part" if over_all else asks
    others = " Other family are step-parents and connected persons." if "other" in who else ""
    denominator: Condition = d.c.people_recorded if over_all else applicable
    return Measure(
        key, THEME, REVIEWS_HELD, involved, denominator, "higher",
        Paperwork(
            f"{who.capitalize()} involved, of {'all reviews' if over_all else 'those it applies to'}",
            f"Of the {of}, in how many {who} attended or were consulted.{others}",
            "Parents and family know the child, and decisions they had no part in seldom hold.",
            "There is no standard: read both rates side by side, of all reviews and of those it applies to.",
            "S4 4.7; Handbook 7.11",
            (
                "A review counts once, however many such people took part.",
                "Where it is not recorded whether somebody took part, they did not."
                if not over_all
                else "A review where the person is not applicable counts against it, as S4 had it.",
            ),
            (
                example(
                    f"At one review {who} attended, at another they were not consulted.",
                    child("A", held("2026-01-30", **{person: "attended"})),
                    child("B", held("2026-01-30", **{person: "not_consulted"})), counts=1, of=2,
                ),
                example(
                    "At one review they were consulted, at another it does not apply.",
                    child("A", held("2026-01-30", **{person: "consulted"})),
                    child("B", held("2026-01-30", **{person: "not_applicable"})),
                    counts=1, of=2 if over_all else 1,
                ),
                example(
                    "Nothing is recorded of who took part.", child("A", held("2026-01-30")), counts=0, of=0,
                ),
            ),
        ),
    )  # fmt: skip


def _consulted(key: str, who: str, column: str, *, from_four: bool = False) -> Measure:
    """Consultation papers that came back, of the reviews held."""
    returned = d.c[column]
    old_enough = age_on(d.c.date_of_birth, d.c.held_on) >= setting_on("participation_age", d.c.held_on)
    known = returned.is_not(None)
    whose = ", of children aged {participation_age} or over" if from_four else ""
    caveats = (
        "A blank counts as not returned where the source fills the column at all; where it never does, the "
        "measure is not available.",
    )
    examples = [
        example(
            "One consultation paper came back, another did not.",
            child("A", held("2026-01-30", **{column: "yes"})),
            child("B", held("2026-01-30", **{column: "no"})), counts=1, of=2,
        ),
        example(
            "One came back; for the other review nothing is recorded.",
            child("A", held("2026-01-30", **{column: "yes"})), child("B", held("2026-01-30")), counts=1, of=2,
        ),
    ]  # fmt: skip
    if from_four:
        examples.append(
            example(
                "The paper came back of a child aged 10; a child aged 3 is not asked for one.",
                child("A", held("2026-01-30", **{column: "yes"})),
                child("B", held("2026-01-30"), born="2022-06-01"),
                counts=1,
                of=1,
            )
        )
    return Measure(
        key, THEME, REVIEWS_HELD, returned, and_(known, old_enough) if from_four else known, "higher",
        Paperwork(
            f"Consultation papers from {who}",
            f"Of the reviews held in the period{whose}, for how many {who} returned the consultation paper.",
            "It is how somebody who will not speak at the meeting is heard, and shows that they were asked.",
            "{target}.",
            "S3 9.3",
            caveats,
            tuple(examples),
        ),
        filled=("reviews", column),
        shown=(column,),
    )  # fmt: skip


def _coded(
    key: str,
    title: str,
    definition: str,
    why: str,
    good: str,
    source: str,
    numerator: Condition,
    denominator: Condition,
    examples: tuple[tuple[str, tuple[str | None, ...], float, float], ...],
    caveats: tuple[str, ...] = (_CODED,),
    **columns: object,
) -> Measure:
    """A measure of the codes of reviews held; an example is words, a code for each review, and the answer."""
    return Measure(
        key, THEME, REVIEWS_HELD, numerator, denominator, "higher",
        Paperwork(
            title, definition, why, good, source, caveats,
            tuple(
                example(
                    words,
                    *(
                        child(f"C{place}", held("2026-01-30", participation_code=code, **columns))
                        for place, code in enumerate(codes)
                    ),
                    counts=counts, of=of,
                )
                for words, codes, counts, of in examples
            ),
        ),
    )  # fmt: skip


MEASURES = (
    _coded(
        "children_attended", "Children at their reviews",
        "Of the reviews of children aged 4 or over, at how many the child was there for some or all of it "
        "(PN1 to PN4).",
        "A plan is made about the child: being there is the surest way to be heard.",
        "{target}.",
        "S3: Croydon's target; 903 REVIEW_CODE",
        _code.in_(ATTENDED), _code.in_(AGED_FOUR),
        (
            ("One child was there and spoke (PN1), another sent a message (PN6).", ("PN1", "PN6"), 1, 2),
            ("A child was there and conveyed nothing (PN4).", ("PN4",), 1, 1),
            ("A child under 4 is left out (PN0).", ("PN0", "PN2"), 1, 1),
        ),
        (_CODED, "Being there is not the same as conveying views: see the next measure."),
    ),
    _coded(
        "children_participated", "Children whose views were conveyed",
        "Of the reviews of children aged 4 or over, at how many the child's views were conveyed, by the "
        "child or through somebody or something (PN1, PN2, PN3, PN5, PN6).",
        "A child who stays away can still be heard, and one who sits there silent was not.",
        "{target}.",
        "S4; 903 REVIEW_CODE",
        _code.in_(VIEWS_CONVEYED), _code.in_(AGED_FOUR),
        (
            ("One child was there and spoke (PN1), another briefed an advocate (PN5).", ("PN1", "PN5"), 2, 2),
            ("A child was there and conveyed nothing (PN4).", ("PN4",), 0, 1),
            ("A child neither came nor sent word (PN7).", ("PN7", "PN3"), 1, 2),
        ),
    ),
    Measure(
        "children_participated_every_review", THEME, CHILDREN_AT_PERIOD_END,
        numerator=coded.c.always_conveyed == 1,
        denominator=_TOOK_PART_THIS_YEAR,
        direction="higher",
        paperwork=Paperwork(
            "Children heard at every review",
            "Of the children aged {participation_age} or over and looked after for more than "
            "{minimum_days_looked_after:days} at the period's end who have had a review since 1 April, how "
            "many had their views conveyed at each of them.",
            "Being heard once is not enough: plans change at each review.",
            "{target}.",
            "S4; former PAF C63",
            _CHILD_CAVEATS,
            (
                example(
                    "One child's views were conveyed at both reviews, another's at the second only.",
                    child("A", held("2025-12-22", participation_code="PN1"),
                          held("2026-03-20", participation_code="PN5"), since="2025-12-01"),
                    child("B", held("2025-12-22", participation_code="PN7"),
                          held("2026-03-20", participation_code="PN1"), since="2025-12-01"),
                    counts=1, of=2,
                ),
                example(
                    "A child aged 3, and a child whose only review has no code, are left out.",
                    child("A", held("2026-01-30", participation_code="PN0"), born="2022-06-01"),
                    child("B", held("2026-01-30")), counts=0, of=0,
                ),
                example(
                    "A child in a series of short breaks at the period's end is left out.",
                    child("A", held("2026-01-30", participation_code="PN1"), short_breaks("2026-03-02")),
                    counts=0, of=0,
                ),
            ),
        ),
    ),
    Measure(
        "children_participated_latest_review", THEME, CHILDREN_AT_PERIOD_END,
        numerator=coded.c.latest_conveyed_on == coded.c.latest_on,
        denominator=_TOOK_PART_THIS_YEAR,
        direction="higher",
        paperwork=Paperwork(
            "Children heard at their latest review",
            "Of the same children, how many had their views conveyed at the latest review.",
            "It shows where things stand now, and is higher than being heard every time: the two must not "
            "be mixed.",
            "{target}.",
            "S4",
            _CHILD_CAVEATS,
            (
                example(
                    "Both children were heard at the second review, one of them not at the first.",
                    child("A", held("2025-12-22", participation_code="PN1"),
                          held("2026-03-20", participation_code="PN5"), since="2025-12-01"),
                    child("B", held("2025-12-22", participation_code="PN7"),
                          held("2026-03-20", participation_code="PN1"), since="2025-12-01"),
                    counts=2, of=2,
                ),
                example(
                    "A child heard at first was not at the latest review.",
                    child("A", held("2025-12-22", participation_code="PN1"),
                          held("2026-03-20", participation_code="PN4"), since="2025-12-01"),
                    counts=0, of=1,
                ),
            ),
        ),
    ),
    _coded(
        "participation_recorded", "Reviews that say how the child took part",
        "Of the reviews held in the period, how many have a valid participation code (PN0 to PN7).",
        "What is not recorded is in no figure about participation, and the statutory return asks for it.",
        "{target}.",
        "903 REVIEW_CODE",
        _code.in_(PARTICIPATION_CODES), true(),
        (
            ("One review has a code, the other has none.", ("PN1", None), 1, 2),
            ("PN0, a child under 4, is a valid code.", ("PN0",), 1, 1),
        ),
        (),
    ),
    Measure(
        "absences_explained", THEME, REVIEWS_HELD,
        numerator=d.c.non_attendance_reason.is_not(None),
        denominator=_code.in_(NOT_THERE),
        direction="higher",
        paperwork=Paperwork(
            "Absences with a reason",
            "Of the reviews that a child aged 4 or over was not at (PN5, PN6, PN7), how many say why.",
            "Why children stay away is what the service can change: the hour, the place, who is there.",
            "{target}.",
            "S0; domain.md section 8",
            (_CODED,),
            (
                example(
                    "One child chose not to come (NA01); of another nobody wrote why.",
                    child("A", held("2026-01-30", participation_code="PN7", non_attendance_reason="NA01")),
                    child("B", held("2026-01-30", participation_code="PN6")), counts=1, of=2,
                ),
                example(
                    "A child who was there needs no reason.",
                    child("A", held("2026-01-30", participation_code="PN1")), counts=0, of=0,
                ),
            ),
        ),
    ),
    *(
        _family(
            f"{stem}_involved{'_all' if over_all else ''}", who,
            d.c[f"{column}_applicable"], d.c[f"{column}_involved"], over_all,
        )
        for over_all in (True, False)
        for stem, who, column in (
            ("mothers", "mothers", "mother"),
            ("fathers", "fathers", "father"),
            ("other_family", "other family", "other_family"),
        )
    ),
    _consulted("child_consulted", "the child", "child_paper_returned", from_four=True),
    _consulted("parents_consulted", "parents", "parent_paper_returned"),
    _consulted("carers_consulted", "carers", "carer_paper_returned"),
)  # fmt: skip
"""In the order of `measures.md`."""
