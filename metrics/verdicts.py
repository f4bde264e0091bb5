"""What control charts and quarters say, in words that claim no more than they show."""

from __future__ import annotations

from metrics import words
from metrics.compare import Compared, Reading
from metrics.measures import CATALOGUE
from metrics.spc import Verdict

_SIGNALS = {
    "beyond_limit": ("the latest month lies above the limits", "the latest month lies below the limits"),
    "one_side": ("months in a row above the average", "months in a row below the average"),
    "trend": ("months in a row, each higher than the last", "months in a row, each lower than the last"),
    "near_limit": ("two months of three near the upper limit", "two months of three near the lower limit"),
}
"""What each signal is, of more and of less."""
_VARIATIONS = {
    "common_cause": "no change that chance would not make",
    "improvement": "better than before",
    "concern": "worse than before",
    "high": "more than before",
    "low": "fewer than before",
    "none": "too few months to say",
}
_ASSURANCES = {
    "met": "chance will go on meeting the standard",
    "not_met": "as things are, the standard will not be met",
    "hit_and_miss": "whether the standard is met is chance",
    "within": "chance will stay within the range",
    "below": "as things are, it stays below the range",
    "above": "as things are, it stays above the range",
    "none": "",
}


def variation(said: Verdict | None) -> str:
    """`better than before: seven months in a row above the average`."""
    if said is None:
        return "counted from 1 April: its months cannot be compared"
    text = _VARIATIONS[said.variation]
    if said.signals:
        text += f": {_signal(said)}"
    return f"{text} (trial limits: {said.points} months)" if said.on_trial and said.points else text


def assurance(said: Verdict | None) -> str:
    """Whether the standard will be met as things are; nothing without a standard."""
    return "" if said is None else _ASSURANCES[said.assurance]


def _signal(said: Verdict) -> str:
    """The first of its signals."""
    name = said.signals[0]
    text = _SIGNALS[name][0 if said.tells > 0 else 1]
    return f"seven or more {text}" if name in ("one_side", "trend") else text


def reading(found: Reading, unit: str) -> str:
    """`95.7% (516 of 539)`; of a count the count; nothing to count is said so."""
    if found.denominator == 0:
        return "none to count"
    shown = words.value(found.value, unit)
    if unit == "percent" and found.value is not None:
        shown += f" ({found.numerator:,.0f} of {found.denominator:,.0f})"
    return shown


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
    said += [f"{_title(one)}: {variation(one.verdict)}." for one in changed]
    if not changed and found:
        said.append("No figure has changed by more than chance makes.")
    short = [one for one in found if one.verdict and one.verdict.assurance == "not_met"]
    if short:
        said.append(
            "As things are, these will not meet their standard, in a good month or a bad one: "
            f"{words.listed([_title(one).lower() for one in short])}."
        )
    return said


def _title(one: Compared) -> str:
    return CATALOGUE[one.key].paperwork.title


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
        f"fell due, {due_said}. How many fall due follows from the reviews held three and six months "
        "earlier, not from how well the service does."
    )
    if due.verdict and due.verdict.variation == "common_cause":
        text += (
            f" The share held on time, {reading(due.now, 'percent')} after {reading(due.before, 'percent')}, "
            "differs by no more than chance makes."
        )
    return [text]
