"""What a quarter says beside others, in words that claim no more than it shows."""

from __future__ import annotations

from datetime import date

from metrics.chance.compare import WITHOUT_LIMITS, Compared, Quarter, Reading
from metrics.chance.spc_words import assurance_said, change_said
from metrics.counting.promptness import TOO_EARLY, owed_before
from metrics.measures import CATALOGUE
from metrics.wording import words
from standards.wording import checked, worded


def variation(one: Compared) -> str:
    """What the months say: `improvement: the latest month lies above the upper limit`."""
    if one.verdict is None:
        return worded(WITHOUT_LIMITS[one.key], one.on)
    text = change_said(one.verdict, one.rules)
    if one.verdict.on_trial and one.verdict.points:
        text += f" (limits on trial: {one.verdict.points} of {one.rules.enough} months)"
    return text


def assurance(one: Compared) -> str:
    """Whether the standard will be met as things are; nothing without a standard."""
    is_range = one.low is not None and one.high is not None
    return assurance_said(one.verdict, ranged=is_range) if one.verdict else ""


def in_all(found: list[Compared], quarter: str) -> str:
    """How many figures met their standard, and of how many the months show more than chance."""
    judged = [one for one in found if one.now.status]
    met = [one for one in judged if one.now.status in ("met", "within")]
    limited = [one for one in found if one.verdict]
    changed = [one for one in limited if one.verdict and one.verdict.signals]
    return (
        f"In {quarter}, {len(met):,} of {len(judged):,} headline figures with a standard met it; the months "
        f"show more than chance in {len(changed) or 'none'} of {len(limited):,}."
    )


def reading(found: Reading, unit: str) -> str:
    """`95.7% (516 of 539)`, `4.8 (164 in 34.2 FTE months)`; of a count the count; or that there is none."""
    if found.denominator == 0:
        return "none to count"
    counts = "" if found.value is None else words.out_of(found.numerator, found.denominator, unit)
    return words.value(found.value, unit) + (f" ({counts})" if counts else "")


def change(now: Reading, before: Reading, unit: str) -> str:
    """`1.2 points more`, `59 more`, `the same`; nothing where one of the two has no value."""
    if now.value is None or before.value is None:
        return ""
    difference = words.rounded(now.value) - words.rounded(before.value)
    if not difference:
        return "the same"
    size = abs(difference)
    number = f"{size:,.0f}" if unit == "count" else f"{size:,}"
    if unit == "percent":
        number += " points"
    return f"{number} {'more' if difference > 0 else 'less' if unit != 'count' else 'fewer'}"


def what_we_saw(found: list[Compared], quarter: str) -> list[str]:
    """Sentences made from the figures of a quarter: what changed, what falls short, what would be misread."""
    by_key = {one.key: one for one in found}
    said = [*_of_the_number_of_reviews(by_key, quarter)]
    changed = [one for one in found if one.verdict and one.verdict.signals]
    said += [f"{_title(one)} - {variation(one)}." for one in changed]
    if not changed and found:
        said.append("No figure has changed by more than chance makes.")
    short = [one for one in found if one.verdict and one.verdict.assurance == "not_met"]
    if short:
        said.append(
            "As things are, these will not meet their standard, in a good month or a bad one: "
            f"{words.listed([words.within(_title(one)) for one in short])}."
        )
    return said


def too_early(found: list[Compared], quarter: Quarter, as_at: date) -> list[str]:
    """What to say of a quarter over by a day on which its steps are not all owed; nothing where they are."""
    waiting = [one for one in found if owed_before(one.key, as_at) <= quarter.end <= as_at]
    return [TOO_EARLY.format(of="the quarter")] if waiting else []


def _title(one: Compared) -> str:
    return CATALOGUE[one.key].paper(one.on).title


_FOLLOWS = checked(
    "How many fall due follows from the reviews held {second_review_months:in words} and "
    "{later_review_months:months in words} earlier, not from how well the service does."
)


def _of_the_number_of_reviews(found: dict[str, Compared], quarter: str) -> list[str]:
    """Fewer reviews are not fewer reviews on time: how many fall due follows from those held before."""
    held, due = found.get("reviews_held"), found.get("reviews_due_on_time")
    if held is None or due is None or held.now.value is None or held.before.value is None:
        return []
    difference = held.now.value - held.before.value
    if not difference or due.now.denominator is None or due.before.denominator is None:
        return []
    fell = due.now.denominator - due.before.denominator
    due_said = f"{abs(fell):,.0f} {'more' if fell > 0 else 'fewer'}" if fell else "as many as before"
    text = (
        f"{words.count(held.now.value, 'review')} were held in {quarter}, {abs(difference):,.0f} "
        f"{'more' if difference > 0 else 'fewer'} than in the quarter before; {due.now.denominator:,.0f} "
        f"fell due, {due_said}. {worded(_FOLLOWS, due.on)}"
    )
    if due.verdict and due.verdict.variation == "common_cause":
        text += (
            f" The share held on time, {reading(due.now, 'percent')} after {reading(due.before, 'percent')}, "
            "differs by no more than chance makes."
        )
    return [text]
