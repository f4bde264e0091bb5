"""The footprint: what IROs leave on children's records, per full-time month, and whom it covers."""

from __future__ import annotations

from sqlalchemy import and_, or_, true

from metrics.child_rows import CHILDREN, reviewed, s, worked_with_after
from metrics.expressions import asked
from metrics.measure import Condition, Measure, Paperwork
from metrics.measures.examples import child, done, example, held, iro, with_iro
from metrics.rows import ACTIVITIES, REVIEWS_CHAIRED, a

THEME = "Footprint"
JANUARY = ("2026-01-01", "2026-01-31")


_ALLOCATED: Condition = s.c.iro_id.is_not(None)

_FTE = (
    "One FTE-month is a full-time IRO for a whole calendar month: part-time IROs, and those who began or "
    "left within it, count for their part. Without hours recorded (`iro_hours`) there is no value.",
    "Work counts for the IRO who did it, whoever the child is allocated to.",
    "FTE belongs to IROs, not to teams, so there is no figure by team.",
)

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
            "5 to 10. More is not better: it may be that drift needs more looking after.",
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
                    "An IRO who left after 14 of February's 28 days counts for half of it.",
                    child("A", done("midway_review", "2026-02-09", by="I2")),
                    iro("I2", until="2026-02-14"), counts=1, of=0.5, period=("2026-02-01", "2026-02-28"),
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
            "40 to 50. How many says nothing of how good they are: notes are dip-sampled too.",
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
            "Children looked at in six weeks",
            "Of the children looked after and allocated to an IRO on the as-at day, how many have had a "
            "review, a midway review or a case note in the 42 days up to it.",
            "The footprint began with it: every child allocated is looked at within six weeks. Volume alone "
            "can rest on a few children.",
            "All of them.",
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
            "Children with a midway review in six months",
            "Of the children looked after for 183 days or more on the as-at day, how many have had a midway "
            "review in the six months up to it.",
            "Between reviews half a year apart somebody has to look whether the plan is being carried out.",
            "There is no standard.",
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
        "caseload_per_fte", THEME, CHILDREN,
        numerator=_ALLOCATED,
        denominator="fte",
        direction="neither",
        paperwork=Paperwork(
            "Children per full-time IRO",
            "Children looked after and allocated to an IRO on the as-at day, divided by the full-time IROs "
            "in force that day.",
            "With too many children an IRO cannot know them; the Handbook asks for 50 to 70.",
            "50 to 70 for each full-time IRO.",
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
            "None.",
            "s.25A Children Act 1989",
            ("A child who became looked after in the last days may still be within the five working days.",),
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
            "Children with the same IRO all year",
            "Of the children looked after for the whole of the twelve months up to the as-at day, how many "
            "were allocated to one IRO on every day of them.",
            "An IRO who knows the child from one review to the next can tell whether a plan is drifting.",
            "There is no standard.",
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
