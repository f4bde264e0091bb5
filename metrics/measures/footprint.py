"""The footprint: what IROs leave on children's records, per full-time month, and whom it covers."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import and_, exists, or_, true

from data_access.rows.days import days_between
from data_access.store.schema import KIND_TABLES
from metrics.measures.examples import Piece, child, done, example, held, iro, with_iro
from metrics.measures.measure import Measure, Paperwork
from metrics.rows.child_rows import CHILDREN, reviewed, s, worked_with_after
from metrics.rows.duty_rows import d
from metrics.rows.expressions import Condition, asked
from metrics.rows.row_sets import ACTIVITIES, REVIEWS_CHAIRED, REVIEWS_HELD, a, at_review

THEME = "Footprint"
JANUARY = ("2026-01-01", "2026-01-31")
YEAR = ("2025-04-01", "2026-03-31")
AUTUMN = ("2025-10-01", "2025-12-31")
_FIRST_TWO = (held("2025-01-31"), held("2025-04-30"))
"""First and second review of a child looked after since 6 January 2025: the next is due on 30 October."""


_ALLOCATED: Condition = s.c.iro_id.is_not(None)

_FTE = (
    "One FTE-month is a full-time IRO for a whole calendar month: part-time IROs, and those who began or "
    "left within it, count for their part. Without hours recorded (`iro_hours`) there is no value.",
    "Work counts for the IRO who did it, whoever the child is allocated to.",
    "FTE belongs to IROs, not to teams, so there is no figure by team.",
)

_w = KIND_TABLES["activities"].alias("work_before_review")
_MIDWAY_BEFORE = exists().where(
    _w.c.authority == d.c.authority,
    _w.c.child_id == d.c.child_id,
    _w.c.activity_kind == "midway_review",
    _w.c.speaks,
    _w.c.done_on > d.c.opens_on,
    _w.c.done_on < d.c.held_on,
)
"""A midway review between the review before and this one (`domain.md` section 4)."""
_MIDWAY_FELL_DUE = and_(
    d.c.kind == "subsequent",
    2 * days_between(d.c.opens_on, d.c.held_on) > days_between(d.c.opens_on, d.c.due_on),
)
"""Six months apart, and held after the day halfway, on which a midway review is due."""
_ONE_IRO_THROUGHOUT = and_(at_review.c.iro_id == d.c.iro_id, at_review.c.iro_since <= d.c.opens_on)


def _croydons_year(iros: int) -> Piece:
    """Croydon's year: 645 midway reviews, 15 for each of 43 children, by so many full-time IROs."""
    first, names = date(2025, 4, 1), [f"I{number}" for number in range(1, iros + 1)]
    pieces = [piece for name in names for piece in iro(name)]
    for number in range(43):
        days = [first + timedelta(days=number + 22 * place) for place in range(15)]
        done_by = done("midway_review", *(day.isoformat() for day in days), by=names[number % iros])
        rows = [(kind, row) for kind, row in done_by if kind == "activities"]
        pieces += child(f"C{number}", rows, since="2024-04-01")
    return pieces


MEASURES = (
    Measure(
        "midway_reviews_per_fte_month", THEME, ACTIVITIES,
        numerator=a.c.activity_kind == "midway_review",
        denominator="fte_months",
        direction="neither",
        paperwork=Paperwork(
            "Midway reviews per full-time month",
            "Midway reviews done in the period, divided by the months of full-time work of the IROs.",
            "Half-way between two reviews the IRO looks whether what was decided is being done: drift is "
            "seen here first.",
            "{target}. More is not better: it may be that drift needs more looking after.",
            "S3 3.3",
            _FTE,
            (
                example(
                    "In January an IRO who works half of full time did four midway reviews: 8 for each "
                    "full-time month.",
                    child("A", done("midway_review", "2026-01-12", "2026-01-19")),
                    child("B", done("midway_review", "2026-01-13", "2026-01-20")), iro("I1", 0.5),
                    counts=4, of=0.5, period=JANUARY, as_at="2026-01-31",
                ),
                example(
                    "A case note is not a midway review, and one done in February is not in January.",
                    child("A", done("case_note", "2026-01-12"), done("midway_review", "2026-02-02")),
                    iro("I1"), counts=0, of=1, period=JANUARY,
                ),
                example(
                    "Croydon's benchmark: 645 midway reviews in a year are 4.9 a month for each of 11 "
                    "full-time IROs, below the range (S3).",
                    _croydons_year(11), counts=645, of=132, period=YEAR, as_at="2026-03-31",
                ),
                example(
                    "Shared by 14 full-time IROs the same 645 are 3.8 a month for each: below it again.",
                    _croydons_year(14), counts=645, of=168, period=YEAR, as_at="2026-03-31",
                ),
            ),
        ),
    ),
    Measure(
        "case_notes_per_fte_month", THEME, ACTIVITIES,
        numerator=a.c.activity_kind == "case_note",
        denominator="fte_months",
        direction="neither",
        paperwork=Paperwork(
            "Case notes per full-time month",
            "Case notes of IROs in the period, divided by the months of full-time work of the IROs.",
            "A note on the child's record shows that the IRO was in touch, followed something up or was "
            "consulted.",
            "{target}. How many says nothing of how good they are: notes are dip-sampled too.",
            "S3 3.3",
            _FTE,
            (
                example(
                    "In January a full-time IRO wrote two notes about one child and one about another.",
                    child("A", done("case_note", "2026-01-12", "2026-01-12")),
                    child("B", done("case_note", "2026-01-20")), iro("I1"),
                    counts=3, of=1, period=JANUARY,
                ),
                example(
                    "An IRO who left after 14 of February's 28 days counts for half of it.",
                    child("A", done("case_note", "2026-02-09", by="I2")),
                    iro("I2", until="2026-02-14"), counts=1, of=0.5, period=("2026-02-01", "2026-02-28"),
                ),
                example(
                    "Seen from 16 January, a note of the 20th is not yet written, and 16 of 31 days have "
                    "passed: with 0.775 of full time that is 0.4 of a month.",
                    child("A", done("case_note", "2026-01-12", "2026-01-20")), iro("I1", 0.775),
                    counts=1, of=0.4, period=JANUARY, as_at="2026-01-16",
                ),
            ),
        ),
    ),
    Measure(
        "reviews_per_fte_month", THEME, REVIEWS_CHAIRED,
        numerator=true(),
        denominator="fte_months",
        direction="neither",
        paperwork=Paperwork(
            "Reviews chaired per full-time month",
            "Reviews held in the period, divided by the months of full-time work of the IROs.",
            "Reviews are the largest part of the work: midway reviews and notes have to be read beside it.",
            "There is no benchmark: set it beside the reviews that were due.",
            "domain.md section 5",
            (*_FTE, "A review counts for the IRO who chaired it, and for nobody where that is not recorded."),
            (
                example(
                    "An IRO chaired a colleague's review in January: it is the work of who chaired it.",
                    child("A", with_iro("I2"), held("2026-01-30", chaired_by="I1")), iro("I1"),
                    iro("I2", fte=None), counts=1, of=1, period=JANUARY,
                ),
                example(
                    "Two reviews were held by a service with 1.5 full-time IROs.",
                    child("A", held("2026-01-28", chaired_by="I1")),
                    child("B", held("2026-01-29", chaired_by="I2")),
                    iro("I1"), iro("I2", 0.5), counts=2, of=1.5, period=JANUARY,
                ),
            ),
        ),
    ),
    Measure(
        "children_seen_in_six_weeks", THEME, CHILDREN,
        numerator=or_(
            s.c.child_id.in_(reviewed),
            worked_with_after(asked("coverage_after"), "midway_review", "case_note"),
        ),
        denominator=_ALLOCATED,
        direction="higher",
        paperwork=Paperwork(
            "Children looked at in {coverage_days:days as weeks}",
            "Of the children looked after and allocated to an IRO on the as-at day, how many have had a "
            "review, a midway review or a case note in the {coverage_days:days} up to it.",
            "The footprint began with it: every child allocated is looked at within "
            "{coverage_days:days as weeks}. Volume alone can rest on a few children.",
            "{target}.",
            "S3 3.3",
            ("It counts any IRO's work on the child's record, not only the allocated IRO's.",),
            (
                example(
                    "One child has a note of 2 March, another nothing since January; a third has no IRO and "
                    "is not looked at here.",
                    child("A", with_iro(), done("case_note", "2026-03-02")),
                    child("B", with_iro(), held("2026-01-30")), child("C"), counts=1, of=2,
                ),
                example(
                    "The 42 days up to 31 March begin on 18 February: a note of the 17th is too old.",
                    child("A", with_iro(), done("case_note", "2026-02-17")),
                    child("B", with_iro(), done("midway_review", "2026-02-18")), counts=1, of=2,
                ),
                example(
                    "A review is enough.", child("A", with_iro(), held("2026-02-25")), counts=1, of=1,
                ),
            ),
        ),
    ),
    Measure(
        "midway_coverage", THEME, CHILDREN,
        numerator=worked_with_after(asked("midway_after"), "midway_review"),
        denominator=s.c.period_started_on <= asked("midway_since"),
        direction="higher",
        paperwork=Paperwork(
            "Children with a midway review in {midway_coverage_months:months in words}",
            "Of the children looked after for {midway_coverage_days:days} or more on the as-at day, how many "
            "have had a midway review in the {midway_coverage_months:months in words} up to it.",
            "Between reviews {later_review_months:months as years} apart somebody has to look whether the "
            "plan is being carried out.",
            "{target}.",
            "S1; domain.md section 5",
            (),
            (
                example(
                    "Of two children looked after since the summer one has had a midway review.",
                    child("A", done("midway_review", "2026-01-19"), since="2025-07-01"),
                    child("B", since="2025-07-01"), iro(), counts=1, of=2,
                ),
                example(
                    "A child looked after for 182 days is left out, one for 183 days is looked at.",
                    child("A", done("midway_review", "2026-01-19"), since="2025-09-30"),
                    child("B", done("midway_review", "2026-01-19"), since="2025-09-29"), iro(),
                    counts=1, of=1,
                ),
            ),
        ),
    ),
    Measure(
        "midway_before_review", THEME, REVIEWS_HELD,
        numerator=_MIDWAY_BEFORE,
        denominator=and_(_MIDWAY_FELL_DUE, _ONE_IRO_THROUGHOUT),
        direction="higher",
        paperwork=Paperwork(
            "Reviews with a midway review before them",
            "Of the reviews held in the period {later_review_months:months in words} after the one before, "
            "how many had a midway review in between. Only of children whose IRO was the same all that time.",
            "It is what IROs are compared by: their own work, over a year, with nobody answering for a "
            "colleague.",
            "There is no standard: set it beside that of the whole service.",
            "S1; domain.md section 4",
            (
                "A midway review by a colleague on duty counts: the child was looked at.",
                "A review held before the day halfway is left out: no midway review was due.",
                "After a change of IRO between two reviews nobody answers for the time in between.",
            ),
            (
                example(
                    "Two children were reviewed in October. One had a midway review in August, done by a "
                    "colleague; the other had none.",
                    child("A", with_iro(since="2025-01-06"), *_FIRST_TWO, held("2025-10-30"),
                          done("midway_review", "2025-08-01", by="I2"), since="2025-01-06"),
                    child("B", with_iro(since="2025-01-06"), *_FIRST_TWO, held("2025-10-30"),
                          since="2025-01-06"), counts=1, of=2, period=AUTUMN,
                ),
                example(
                    "The IRO changed in September: the review counts for neither of the two.",
                    child("A", with_iro(since="2025-01-06", until="2025-08-31"),
                          with_iro("I2", since="2025-09-01"), *_FIRST_TWO, held("2025-10-30"),
                          since="2025-01-06"), counts=0, of=0, period=AUTUMN,
                ),
                example(
                    "A first review has no midway review before it, and a midway review on the day of the "
                    "review is not before it.",
                    child("A", with_iro(since="2025-01-06"), *_FIRST_TWO, held("2025-10-30"),
                          done("midway_review", "2025-10-30"), since="2025-01-06"),
                    child("B", with_iro(since="2025-10-06"), held("2025-10-30"), since="2025-10-06"),
                    counts=0, of=1, period=AUTUMN,
                ),
            ),
        ),
        by_name_only=True,
    ),
    Measure(
        "caseload_per_fte", THEME, CHILDREN,
        numerator=_ALLOCATED,
        denominator="fte",
        direction="neither",
        paperwork=Paperwork(
            "Children per full-time IRO",
            "Children looked after and allocated to an IRO on the as-at day, divided by the full-time IROs "
            "in force that day.",
            "With too many children an IRO cannot know them; the Handbook asks for 50 to 70.",
            "{target}.",
            "IRO Handbook; S3 4.1, S4 3.9",
            (
                "Where IROs chair child protection conferences too, only the IRO share of their hours "
                "should be recorded.",
                "Children in a series of short breaks are left out.",
            ),
            (
                example(
                    "An IRO who works half of full time has two children: as many as four for full time.",
                    child("A", with_iro()), child("B", with_iro()), iro("I1", 0.5), counts=2, of=0.5,
                ),
                example(
                    "A child without an IRO is in nobody's caseload.",
                    child("A", with_iro()), child("B"), iro("I1"), counts=1, of=1,
                ),
            ),
        ),
    ),
    Measure(
        "children_without_an_iro", THEME, CHILDREN,
        numerator=s.c.iro_id.is_(None),
        denominator=true(),
        direction="lower",
        paperwork=Paperwork(
            "Children without an IRO",
            "Of the children looked after on the as-at day, how many have no IRO allocated.",
            "The law asks for an IRO before the first review; without one nobody watches over the plan.",
            "{target}.",
            "s.25A Children Act 1989",
            (
                "A child who became looked after in the last days may still be within the "
                "{iro_allocated_working_days:working days in words}.",
            ),
            (
                example(
                    "One child has an IRO, the other has none.", child("A", with_iro()), child("B"),
                    counts=1, of=2,
                ),
                example(
                    "The IRO's allocation ended on 30 March and nobody followed.",
                    child("A", with_iro(until="2026-03-30")), counts=1, of=1,
                ),
            ),
        ),
    ),
    Measure(
        "same_iro_all_year", THEME, CHILDREN,
        numerator=and_(_ALLOCATED, s.c.iro_since <= asked("continuity_from")),
        denominator=s.c.period_started_on <= asked("continuity_after"),
        direction="higher",
        paperwork=Paperwork(
            "Children with the same IRO {continuity_months:months throughout}",
            "Of the children looked after for the whole of the {continuity_months:months in words} up to the "
            "as-at day, how many were allocated to one IRO on every day of them.",
            "An IRO who knows the child from one review to the next can tell whether a plan is drifting.",
            "{target}.",
            "S3 3.11",
            ("A single day without an IRO breaks it.",),
            (
                example(
                    "One child has had the same IRO since before; the other changed in October.",
                    child("A", with_iro(since="2025-03-01"), since="2025-03-01"),
                    child("B", with_iro("I1", "2025-03-01", "2025-09-30"), with_iro("I2", "2025-10-01"),
                          since="2025-03-01"), counts=1, of=2,
                ),
                example(
                    "A child looked after for less than twelve months is left out.",
                    child("A", with_iro(since="2025-06-01"), since="2025-06-01"), counts=0, of=0,
                ),
            ),
        ),
    ),
)  # fmt: skip
