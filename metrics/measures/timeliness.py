"""Timeliness: were reviews held when they were due? Duties of every kind but short breaks."""

from __future__ import annotations

from sqlalchemy import and_, or_, true

from data_access.rows.codes import RECORD_ONLY_REASONS
from metrics.measures.examples import booked, child, example, held, placed_for_adoption, short_breaks
from metrics.measures.measure import Measure, Paperwork
from metrics.rows import duty_rows
from metrics.rows.child_rows import CHILDREN, CHILDREN_AT_PERIOD_END, at_end, failed, o
from metrics.rows.duty_rows import AS_AT, d
from metrics.rows.expressions import asked
from metrics.rows.row_sets import REVIEWS_DUE, REVIEWS_HELD, REVIEWS_TO_COME

THEME = "Timeliness"

_ADOPTION = (
    "Reviews of children placed for adoption are counted by their own schedule; reviews of children in a "
    "series of short breaks are left out."
)
_RECORDED_HERE = (
    "What was recorded in the tracker counts where the extract says nothing, or once that was settled."
)
_RECORD_ONLY = (
    "A series of meetings is judged by its first date. A review whose first date was not recorded looks "
    "late and stays late until the record is corrected."
)

MEASURES = (
    Measure(
        "reviews_held", THEME, REVIEWS_HELD, true(), None, "neither",
        Paperwork(
            "Reviews held",
            "How many reviews were held in the period, whether on time or late.",
            "It is how much reviewing the service did, and what every other figure about reviews rests on.",
            "There is no standard: set it beside the reviews that were due.",
            "Regs 33; AAR 36",
            (_ADOPTION, "Two reviews of one child on one day count once and are a finding."),
            (
                example(
                    "One review was held on time, another child's two days late: both were held.",
                    child("A", held("2026-01-30")), child("B", held("2026-02-04")), counts=2,
                ),
                example(
                    "Of a child's two reviews one was held before the period began.",
                    child("A", held("2025-12-22"), held("2026-03-20"), since="2025-12-01"), counts=1,
                ),
                example(
                    "A child in a series of short breaks was reviewed: such reviews are left out.",
                    child("A", short_breaks(), held("2026-03-20")), counts=0,
                ),
            ),
        ),
    ),
    Measure(
        "reviews_held_on_time", THEME, REVIEWS_HELD,
        numerator=d.c.held_on <= d.c.due_on,
        denominator=d.c.due_on.is_not(None),
        direction="higher",
        paperwork=Paperwork(
            "Reviews held on time, of those held",
            "Of the reviews held in the period, how many were held on or before the day they were due.",
            "It is the figure services have long reported. It cannot see a review that was never held.",
            "{target}.",
            "S3: Croydon's target; domain.md section 2",
            (
                "The kindest of the three bases: overdue and missed reviews are not among those held. Read "
                "it beside the reviews due and the children.",
                "A review whose due date is not known is left out.",
                _RECORD_ONLY,
            ),
            (
                example(
                    "Both reviews were due on Monday 2 February: one was held on Friday 30 January, the "
                    "other on Wednesday 4 February.",
                    child("A", held("2026-01-30")), child("B", held("2026-02-04")), counts=1, of=2,
                ),
                example(
                    "One review was held on time; another, due on 2 February, has not been held and is not "
                    "seen.",
                    child("A", held("2026-01-30")), child("B"), counts=1, of=1,
                ),
                example(
                    "Nobody knows when the child became looked after, so when the review was due is not "
                    "known.",
                    child("A", held("2026-01-30"), start_known="no"), counts=0, of=0,
                ),
            ),
        ),
    ),
    Measure(
        "reviews_due_on_time", THEME, REVIEWS_DUE,
        numerator=duty_rows.ON_TIME,
        denominator=true(),
        direction="higher",
        paperwork=Paperwork(
            "Reviews held on time, of those due",
            "Of the reviews that fell due in the period, how many were held on or before that day. Those "
            "held late, those overdue and those never held before the child left care all count against it.",
            "Every review that was owed is in it, so nothing can be made to look better by not holding a "
            "review.",
            "{target}.",
            "S3: Croydon's target; domain.md section 2",
            (
                "A child who leaves care before the review is due is owed none.",
                "A review due in the period and held early counts as soon as it is held.",
                _RECORD_ONLY,
            ),
            (
                example(
                    "Both reviews were due on Monday 2 February: one was held on 30 January, the other "
                    "never yet.",
                    child("A", held("2026-01-30")), child("B"), counts=1, of=2,
                ),
                example(
                    "The child left care on 26 January, before the review was due: none was owed.",
                    child("A", until="2026-01-26"), counts=0, of=0,
                ),
                example(
                    "The child left care on 20 February; the review due on 2 February was never held.",
                    child("A", until="2026-02-20"), counts=0, of=1,
                ),
                example(
                    "Seen from 2 February, the day it is due, a review not yet held is not due before the "
                    "day is over.",
                    child("A"), counts=0, of=0, as_at="2026-02-02",
                ),
            ),
        ),
    ),
    Measure(
        "first_reviews_on_time", THEME, REVIEWS_DUE,
        numerator=duty_rows.ON_TIME,
        denominator=d.c.kind == "first",
        direction="higher",
        paperwork=Paperwork(
            "First reviews held on time, of those due",
            "Of the first reviews that fell due in the period, how many were held on or before that day. A "
            "first review is due {first_review_working_days:working days} after the child became looked "
            "after, or {adoption_first_days:days} after a placement for adoption.",
            "The first review settles the plan. It is also the hardest to hold in time: the service must be "
            "told, an IRO allocated and people invited within "
            "{first_review_working_days:working days as weeks}.",
            "{target}.",
            "Regs 33(1); AAR 36(3)",
            (
                "{first_review_working_days:working days in words} are not {adoption_first_days:days}: who "
                "comes into care on a weekend has fewer.",
            ),
            (
                example(
                    "One child's first review was on time. Another's second review is overdue: it is not a "
                    "first.",
                    child("A", held("2026-01-30")), child("B", held("2025-11-03"), since="2025-10-06"),
                    counts=1, of=1,
                ),
                example(
                    "A child who became looked after on Saturday 3 January was due by Friday 30 January; the "
                    "review was held on Monday 2 February.",
                    child("A", held("2026-02-02"), since="2026-01-03"), counts=0, of=1,
                ),
            ),
        ),
    ),
    Measure(
        "children_all_reviews_on_time", THEME, CHILDREN_AT_PERIOD_END,
        numerator=at_end.c.child_id.not_in(failed),
        denominator=and_(
            at_end.c.period_started_on <= asked("minimum_since"), at_end.c.regime != "adoption"
        ),
        direction="higher",
        paperwork=Paperwork(
            "Children with every review on time",
            "Of the children looked after at the period's end for {minimum_days_looked_after:days} or more, "
            "how many have had no review late, missed or overdue since 1 April.",
            "It is what reviews on time mean to a child: one that fails is enough. It is always lower than "
            "the share of reviews on time, because a child has several.",
            "{target}.",
            "S4; former NI 66 and PAF C68",
            (
                "Children placed for adoption or in a series of short breaks at the period's end are left "
                "out.",
                "The year begins on 1 April, so it starts near 100% in April and falls as the year goes on.",
            ),
            (
                example(
                    "One child's review was on time, another's two days late.",
                    child("A", held("2026-01-30")), child("B", held("2026-02-04")), counts=1, of=2,
                ),
                example(
                    "One child has been looked after for 21 days, another was placed for adoption on 2 "
                    "March: neither is looked at.",
                    child("A", since="2026-03-10"),
                    child("B", held("2026-01-30"), placed_for_adoption("2026-03-02")),
                    counts=0, of=0,
                ),
                example(
                    "In the new year: a review that was due and late before 1 April counts no longer; the "
                    "one due on 4 May was on time.",
                    child("A", held("2026-02-04"), held("2026-04-30")), counts=1, of=1,
                    period=("2026-04-01", "2026-06-30"), as_at="2026-06-30",
                ),
            ),
        ),
    ),
    Measure(
        "reviews_overdue", THEME, CHILDREN,
        numerator=o.c.due_on < AS_AT,
        denominator=true(),
        direction="lower",
        paperwork=Paperwork(
            "Children with a review overdue",
            "Of the children looked after on the as-at day, how many have a review that was due before that "
            "day and has not been held.",
            "A child without a review has nobody independent looking at the plan. It can still be put right.",
            "{target}.",
            "Regs 33; domain.md section 9",
            (
                "On the day a review is due it is not yet overdue.",
                "A child has one review to come at a time, so children with a review overdue and reviews "
                "overdue are the same number.",
            ),
            (
                example(
                    "Both reviews were due on 2 February; one has been held.",
                    child("A", held("2026-01-30")), child("B"), counts=1, of=2,
                ),
                example(
                    "On 2 February, the day it is due, it is not overdue.",
                    child("A"), counts=0, of=1, as_at="2026-02-02",
                ),
                example(
                    "Seen from 10 February, a review that was held on the 12th had not been held.",
                    child("A", held("2026-02-12")), counts=1, of=1, as_at="2026-02-10",
                ),
            ),
        ),
    ),
    Measure(
        "reviews_due_soon_unbooked", THEME, REVIEWS_TO_COME,
        numerator=duty_rows.BOOKED_FOR.is_(None),
        denominator=d.c.due_on <= asked("due_soon"),
        direction="lower",
        paperwork=Paperwork(
            "Reviews due soon that are not booked",
            "Of the reviews due within {due_soon_working_days:working days} of the as-at day, how many have "
            "no meeting booked for that day or later.",
            "Invitations go out {invitations_working_days_before:working days in words} before: a review not "
            "booked by then will be late or ill-prepared.",
            "{target}.",
            "S0; domain.md section 9",
            (
                "A review booked for a day after it is due has a booking, and is not counted here: see the "
                "reviews booked too late.",
                "A booking counts from the day it was made, or always where that day is not recorded.",
            ),
            (
                example(
                    "On 12 January two reviews are due on 2 February: one is booked for 30 January.",
                    child("A"), child("B", booked("2026-01-30")), counts=1, of=2, as_at="2026-01-12",
                ),
                example(
                    "The booking was called off.",
                    child("A", booked("2026-01-30", status="cancelled")), counts=1, of=1, as_at="2026-01-12",
                ),
                example(
                    "The booking was only made on 20 January: on the 12th there was none.",
                    child("A", booked("2026-01-30", booked_on="2026-01-20")),
                    counts=1, of=1, as_at="2026-01-12",
                ),
            ),
        ),
    ),
    Measure(
        "reviews_booked_late", THEME, REVIEWS_TO_COME,
        numerator=d.c.due_on < duty_rows.BOOKED_FOR,
        denominator=None,
        direction="lower",
        paperwork=Paperwork(
            "Reviews booked too late",
            "How many reviews to come are booked for a day after they are due, with no booking before.",
            "These reviews will be late unless somebody moves them now.",
            "{target}.",
            "S0; domain.md section 9",
            ("A review already overdue is counted there and not here.",),
            (
                example(
                    "On 12 January a review due on 2 February is booked for the 6th.",
                    child("A", booked("2026-02-06")), counts=1, as_at="2026-01-12",
                ),
                example(
                    "It is booked for 30 January too: it can be held in time.",
                    child("A", booked("2026-01-30"), booked("2026-02-06")), counts=0, as_at="2026-01-12",
                ),
            ),
        ),
        by_name_only=True,
    ),
    Measure(
        "late_reviews_agreed", THEME, REVIEWS_DUE,
        numerator=d.c.due_on >= duty_rows.AGREED_ON,
        denominator=duty_rows.LATE,
        direction="higher",
        recorded_here=True,
        paperwork=Paperwork(
            "Late reviews agreed beforehand",
            "Of the reviews due in the period and held late, for how many the lateness was agreed on or "
            "before the day the review was due.",
            "An IRO who thinks a review may go out of time must speak to the practice manager first.",
            "{target}.",
            "S0",
            (
                "A late review that was agreed is still late.",
                "Who agreed is shown with the review and not asked for.",
                _RECORDED_HERE,
            ),
            (
                example(
                    "Two reviews due on 2 February were held on the 4th. One had been agreed on 30 January, "
                    "the other was agreed on 3 February, too late.",
                    child("A", held("2026-02-04", late_agreed_on="2026-01-30")),
                    child("B", held("2026-02-04", late_agreed_on="2026-02-03")), counts=1, of=2,
                ),
                example(
                    "A review that has not been held is overdue, not late.", child("A"), counts=0, of=0,
                ),
            ),
        ),
    ),
    Measure(
        "late_reviews_explained", THEME, REVIEWS_DUE,
        numerator=duty_rows.LATE_REASON.is_not(None),
        denominator=or_(duty_rows.LATE, duty_rows.MISSED, duty_rows.OVERDUE),
        direction="higher",
        recorded_here=True,
        paperwork=Paperwork(
            "Late reviews with a reason",
            "Of the reviews due in the period that were held late, are overdue or were never held, how many "
            "have a reason recorded.",
            "Without reasons nobody can learn what would bring reviews back into time.",
            "{target}.",
            "S0; domain.md section 8",
            (
                "A review that was not held takes the reason of its latest booked or cancelled meeting.",
                "Any reason counts, those that only ask for the record to be corrected included.",
                _RECORDED_HERE,
            ),
            (
                example(
                    "Two reviews were held late; one says that the social work report was not completed "
                    "(LR04).",
                    child("A", held("2026-02-04", late_reason="LR04")), child("B", held("2026-02-04")),
                    counts=1, of=2,
                ),
                example(
                    "A review is overdue. The meeting booked for 30 January was called off, with a reason.",
                    child("A", booked("2026-01-30", status="cancelled", late_reason="LR10")), counts=1, of=1,
                ),
                example(
                    "A review held on time needs no reason.", child("A", held("2026-01-30")), counts=0, of=0,
                ),
            ),
        ),
    ),
    Measure(
        "late_reviews_record_only", THEME, REVIEWS_HELD,
        numerator=d.c.late_reason.in_(sorted(RECORD_ONLY_REASONS)),
        denominator=d.c.held_on > d.c.due_on,
        direction="lower",
        paperwork=Paperwork(
            "Late reviews that only look late",
            "Of the reviews held late in the period, how many are late on paper only: the first date of a "
            "series was not recorded (LR90), or the review was recorded late (LR91).",
            "Correcting these records is the quickest way to a truer figure.",
            "There is no standard: each is a record to correct.",
            "S0, S3; domain.md sections 1 and 8",
            ("They stay late in every count until the record is corrected.",),
            (
                example(
                    "Of two reviews held late one was the second meeting of a series (LR90).",
                    child("A", held("2026-02-04", late_reason="LR90")),
                    child("B", held("2026-02-04", late_reason="LR04")), counts=1, of=2,
                ),
                example("No review was late.", child("A", held("2026-01-30")), counts=0, of=0),
            ),
        ),
    ),
)  # fmt: skip
