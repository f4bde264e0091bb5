"""The colours of every chart and mark, and which say what.

Blue is good and orange is concern, never red against green; a colour never stands without its word
and shape (`storyboard.md`, Look). Contrast against white, WCAG 2.2: text at least 4.5:1, marks 3:1.
"""

from __future__ import annotations

from typing import NamedTuple

ACCENT = "#12436D"
"""The one accent, a dark blue: 10.2:1."""
INK = "#1F2328"
QUIET = "#59636E"
"""Axis labels and notes: 6.0:1."""
LINE = "#D5DAE1"
"""Grid lines: decoration only."""
BAND = "#E4EDF6"
"""The area within a benchmark."""
ORANGE = "#B3470B"
"""Concern: 5.5:1."""
BLUE = "#2A6FB0"
"""Good: 5.2:1."""
PURPLE = "#801650"
"""Neither good nor bad, to be checked: 9.6:1."""
AMBER = "#8A5A00"
"""Concern that is yet to come: 5.9:1."""
SLATE = "#4F6378"
"""To be kept in view: 6.2:1."""
SERIES = (ACCENT, "#B3470B", "#1B7F79")
"""At most three lines on one chart, told apart by dash and label as well."""
DASHES = ("solid", "dash", "dot")


class Mark(NamedTuple):
    """How a status is shown: shape first, then word, then colour."""

    shape: str
    word: str
    colour: str


MARKS: dict[str, Mark] = {
    "met": Mark("●", "meets the standard", BLUE),
    "not_met": Mark("▲", "does not meet the standard", ORANGE),
    "below": Mark("▼", "below the range", ORANGE),
    "within": Mark("●", "within the range", BLUE),
    "above": Mark("▲", "above the range", PURPLE),
    "": Mark("", "", INK),
}
"""By `status` of a measure's result. Above the range is not good: it may be drift (`domain.md` section 5)."""

STATES: dict[str, Mark] = {
    "overdue": Mark("▲", "overdue", ORANGE),
    "check_the_record": Mark("◇", "check the record", PURPLE),
    "booked_late": Mark("►", "booked late", ORANGE),
    "at_risk": Mark("◆", "at risk", AMBER),
    "report_missing": Mark("□", "report missing", AMBER),
    "watch": Mark("○", "watch", SLATE),
    "on_track": Mark("●", "on track", BLUE),
}
"""By state of the tracker: 5.2:1 or more. No two share a shape, so that they are told apart in greyscale."""

DUTIES: dict[str, Mark] = {
    "on_time": Mark("●", "done on time", BLUE),
    "late": Mark("◆", "done late", ORANGE),
    "overdue": Mark("▲", "overdue", ORANGE),
    "missed": Mark("✕", "never done", ORANGE),
    "open": Mark("○", "not yet due", SLATE),
    "booked": Mark("►", "booked", ACCENT),
    "not_required": Mark("□", "no longer needed", "#59636E"),
    "not_assessable": Mark("◇", "due date not known", PURPLE),
}
"""What became of a duty to review, or to a midway review (`words.OUTCOMES`), and the day it is booked for."""

STEP_PARTS: dict[str, Mark] = {
    "on_time": Mark("●", "on time", BLUE),
    "late": Mark("◆", "late", ORANGE),
    "missing": Mark("▲", "missing", ORANGE),
}
"""What became of a step around a review."""
STEP_FILLS = {"on_time": "#D6E6F5", "late": "#F8D9C4", "missing": ORANGE}
"""The calm colour for what is as it should be, the full one for what is not there."""

TAKING_PART: dict[str, Mark] = {
    "there_heard": Mark("●", "there and heard", ACCENT),
    "away_heard": Mark("○", "not there, views sent", BLUE),
    "there_silent": Mark("△", "there, conveyed nothing", ORANGE),
    "not_heard": Mark("▲", "not heard", ORANGE),
}
"""How a child took part in a review, in four parts of all."""
TAKING_PART_FILLS = {
    "there_heard": ACCENT, "away_heard": "#D6E6F5", "there_silent": "#F8D9C4", "not_heard": ORANGE,
}  # fmt: skip

GRADES: dict[str, Mark] = {
    "outstanding": Mark("◆", "outstanding", ACCENT),
    "good": Mark("●", "good", BLUE),
    "requires_improvement": Mark("△", "requires improvement", ORANGE),
    "inadequate": Mark("▲", "inadequate", ORANGE),
}
"""How an audited section was graded, best first."""
GRADE_FILLS = {
    "outstanding": ACCENT,
    "good": "#D6E6F5",
    "requires_improvement": "#F8D9C4",
    "inadequate": ORANGE,
}

POINTS: dict[str, Mark] = {
    "common_cause": Mark("●", "chance", QUIET),
    "improvement": Mark("◆", "improvement", BLUE),
    "concern": Mark("■", "concern", ORANGE),
    "high": Mark("▲", "higher than usual", PURPLE),
    "low": Mark("▼", "lower than usual", PURPLE),
}
"""Points of a control chart, by what they signal: the colour goes by direction, never by height."""
POINT_SYMBOLS = {
    "common_cause": "circle",
    "improvement": "diamond",
    "concern": "square",
    "high": "triangle-up",
    "low": "triangle-down",
}

STANDINGS: dict[str, Mark] = {
    "within": Mark("●", "within expected variation", QUIET),
    "higher": Mark("▲", "higher than expected", PURPLE),
    "lower": Mark("▼", "lower than expected", PURPLE),
    "too_few": Mark("○", "too few to compare", QUIET),
}
"""How a group stands in a funnel: neither good nor bad, something to be looked at."""
