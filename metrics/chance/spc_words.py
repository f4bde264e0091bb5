"""What a control chart says, in words: claims of change only where the chart supports them."""

from __future__ import annotations

import pandas as pd

from metrics.chance.spc import Rules, Verdict
from metrics.wording.words import listed, sentence

HOW_TO_READ = (
    "How to read it: the middle line is the average; between the dashed lines months differ by chance. "
    "Only a marked month says that something changed."
)
"""One line for every control chart."""
MOST_NAMED = 3
"""Marked months are named while they are so few."""

_VARIATION = {
    "common_cause": "no change beyond chance",
    "improvement": "improvement",
    "concern": "concern",
    "high": "higher than chance explains",
    "low": "lower than chance explains",
    "none": "too few months for limits",
}
_POINT = {
    "improvement": "improvement",
    "concern": "concern",
    "high": "higher than usual",
    "low": "lower than usual",
}
_ASSURANCE = {
    "within": "chance alone will keep it within the range",
    "below": "as things are it will stay below the range",
    "above": "as things are it will stay above the range",
    "met": "as things are the standard will be met month after month",
    "not_met": "as things are the standard will not be met in any month",
    "hit_and_miss": "chance alone puts months on either side of the standard",
}


def variation_said(verdict: Verdict) -> str:
    """The verdict on variation in a few words: `improvement`, `no change beyond chance`.

    On trial limits a signal is a first sign and no more.
    """
    said = _VARIATION[verdict.variation]
    if verdict.on_trial and verdict.tells:
        return (
            f"a first sign of {'change' if verdict.variation in ('high', 'low') else said}, on trial limits"
        )
    return said


def signals_said(verdict: Verdict, rules: Rules) -> str:
    """What the latest point signals: `lies above the upper limit and ...`; nothing where it does not."""
    more = verdict.tells > 0
    side = "above" if more else "below"
    said = {
        "beyond_limit": f"lies {side} the {'upper' if more else 'lower'} limit",
        "one_side": f"is one of {rules.run} or more in a row {side} the average",
        "trend": f"is one of {rules.run} in a row that each {'rose' if more else 'fell'}",
        "near_limit": f"is one of two in three close to the {'upper' if more else 'lower'} limit",
    }
    return listed([said[name] for name in verdict.signals])


def change_said(verdict: Verdict, rules: Rules) -> str:
    """Variation with what shows it: `improvement: the latest month lies above the upper limit`."""
    signals = signals_said(verdict, rules)
    said = variation_said(verdict)
    return f"{said}: the latest month {signals}" if signals else said


def assurance_said(verdict: Verdict, *, ranged: bool) -> str:
    """Whether the standard will be met as things are; nothing without one, or on trial limits.

    ranged: the standard is a range, not one number.
    """
    if verdict.on_trial:
        return ""
    if verdict.assurance == "hit_and_miss" and ranged:
        return "chance alone puts months within the range and outside it"
    return _ASSURANCE.get(verdict.assurance, "")


def verdict_said(verdict: Verdict, rules: Rules, *, ranged: bool) -> str:
    """The verdict in one to three sentences, for reading aloud. ranged: as in `assurance_said`."""
    if verdict.variation == "none":
        return f"{sentence(_VARIATION['none'])}."
    when = "" if verdict.signals else " in the latest month"
    parts = [f"{sentence(change_said(verdict, rules))}{when}."]
    if verdict.on_trial:
        parts.append(
            f"The limits rest on {verdict.points} of the {rules.enough} months they need, so they are on "
            "trial and claim nothing yet."
        )
    elif assured := assurance_said(verdict, ranged=ranged):
        parts.append(f"{sentence(assured)}.")
    return " ".join(parts)


def drawn_said(*, ranged: bool, has_target: bool) -> str:
    """How a chart shows what is expected; empty where nothing is."""
    if ranged:
        return "The range is shaded."
    return "The dotted line is the standard." if has_target else ""


def screening_said(verdict: Verdict) -> str:
    """Which changes the limits leave out; nothing where they leave out none."""
    if not verdict.left_out:
        return ""
    one = verdict.left_out == 1
    jumps, verb, left_out = (
        ("One change", "was", "it") if one else (f"{verdict.left_out} changes", "were", "them")
    )
    return (
        f"{jumps} from one month to the next {verb} so far out of the ordinary that the limits are worked "
        f"out without {left_out}."
    )


def marked_before_said(points: pd.DataFrame) -> str:
    """The marked points before the latest, by their labels: `Marked before: Apr 2025 (concern).`

    Named while they are few, else counted; nothing where there are none.
    """
    earlier = points.iloc[:-1]
    marked = earlier.loc[earlier["special_cause"], "point_type"]
    if marked.empty:
        return ""
    if len(marked) > MOST_NAMED:
        return f"{len(marked)} months before are marked."
    return f"Marked before: {listed([f'{label} ({_POINT[kind]})' for label, kind in marked.items()])}."
