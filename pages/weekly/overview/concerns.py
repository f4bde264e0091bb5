"""What a practice manager looks out for on a Monday: each concern, how it is counted and how it is said."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date

from metrics.wording import words
from standards.wording import checked, worded


@dataclass(frozen=True)
class Concern:
    """Something to act on: the measure that counts it, which part of it, and the words for it.

    `oldest` is the column of the rows behind whose earliest day says how long it has been so.
    """

    key: str
    part: str
    title: str
    one: str
    many: str
    rows_one: str
    rows_many: str
    good: str
    oldest: str
    since: str

    def __post_init__(self) -> None:
        for words_of in astuple(self):
            checked(words_of)

    def on(self, day: date) -> Concern:
        """The same with the settings in force on a day."""
        return Concern(*(worded(words_of, day) for words_of in astuple(self)))

    def said(self, number: int) -> str:
        """`2 reviews are overdue`."""
        return f"{words.count(number, self.one, self.many)}"

    def link(self, number: int) -> str:
        """`The 2 reviews overdue`, `The review overdue`."""
        return f"The {self.rows_one}" if number == 1 else f"The {number:,} {self.rows_many}"


CONCERNS = (
    Concern(
        "reviews_overdue", "numerator", "Reviews overdue",
        "review is overdue", "reviews are overdue", "review overdue", "reviews overdue",
        "No review is overdue.", "due_on", "longest overdue since",
    ),
    Concern(
        "reviews_due_soon_unbooked", "numerator", "Due soon, not booked",
        "review due in the next {due_soon_working_days:working days} has no booking",
        "reviews due in the next {due_soon_working_days:working days} have no booking",
        "review not booked", "reviews not booked",
        "Every review due in the next {due_soon_working_days:working days} is booked.", "due_on", "first due",
    ),
    Concern(
        "reviews_booked_late", "numerator", "Booked too late",
        "review is booked too late", "reviews are booked too late",
        "review booked too late", "reviews booked too late",
        "No review is booked for a day after it is due.", "due_on", "first due",
    ),
    Concern(
        "children_without_an_iro", "numerator", "Children without an IRO",
        "child has no IRO", "children have no IRO", "child without an IRO", "children without an IRO",
        "Every child has an IRO.", "period_started_on", "looked after since",
    ),
    Concern(
        "children_seen_in_six_weeks", "shortfall", "Not looked at in {coverage_days:days as weeks}",
        "child has not been looked at in {coverage_days:days as weeks}",
        "children have not been looked at in {coverage_days:days as weeks}",
        "child not looked at", "children not looked at",
        "Every child has been looked at in the last {coverage_days:days as weeks}.", "", "",
    ),
    Concern(
        "escalations_open_over_20_days", "numerator", "Escalations open too long",
        "formal escalation is open too long", "formal escalations are open too long",
        "escalation open too long", "escalations open too long",
        "No formal escalation has been open for more than {escalation_working_days:working days}.",
        "raised_on", "oldest raised on",
    ),
)  # fmt: skip
