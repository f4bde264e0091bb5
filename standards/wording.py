"""Sentences with settings in them: `within {letter_working_days_after:working days}`, in words on a day.

A field names a setting of `standards.toml` and how it is written; with `value = 20`:

| field | is written |
|---|---|
| `{name}` | 20 |
| `{name:working days}` | 20 working days (1 working day) |
| `{name:in words}` | twenty, and 37 as 37 |
| `{name:working days in words}` | twenty working days |
| `{name:working days as weeks}` | four weeks; what is no whole number of weeks as 21 working days |
| `{name:th}` | 20th |

`as weeks` takes days too, `as years` months: half a year, a year, two years; `months throughout` is all year,
or for so long. So a changed setting changes
every sentence that says it, and nothing else has to be edited. A sentence about a period is made from the
settings in force at the period's end; one that is about no period, as in `docs/`, from the latest (`LATEST`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

import standards

LATEST = date.max
"""A day on which the latest value of every setting is in force."""

_FIELD = re.compile(r"\{(\w+)(?::([a-z ]+))?\}")
_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_AS = {"days as weeks": (7, "week"), "working days as weeks": (5, "week"), "months as years": (12, "year")}
_SPELLED = "in words"


def worded(sentence: str, on: date) -> str:
    """The sentence with the settings in force on a day; one that begins with a field begins with a capital.

    Raises KeyError for a name that is no setting.
    """
    text = _FIELD.sub(lambda field: in_words(field[1], field[2] or "", on), sentence)
    return text[:1].upper() + text[1:] if sentence.startswith("{") else text


def in_words(name: str, style: str, on: date) -> str:
    """A setting in force on a day, written in one of the ways above."""
    value = standards.setting(name, on)
    if style == "th":
        return _ordinal(value)
    if style == "months throughout":
        return "all year" if value == 12 else f"for {_in_larger(value, 'months as years')}"
    if style in _AS:
        return _in_larger(value, style)
    noun = style.removesuffix(_SPELLED).strip()
    number = _spelled(value) if style.endswith(_SPELLED) else f"{value:g}"
    return f"{number} {noun.removesuffix('s') if value == 1 else noun}".strip()


def checked(sentence: str, besides: Collection[str] = ()) -> str:
    """The sentence as it is. Raises StandardsProblem where it names what is no setting.

    besides: names that somebody else fills in.
    """
    names = {field[1] for field in _FIELD.finditer(sentence)}
    if unknown := names - set(standards.SETTINGS) - set(besides):
        named = ", ".join(sorted(unknown))
        raise standards.StandardsProblem(f"No setting of standards.toml: {named}, in “{sentence}”.")
    return sentence


def _spelled(value: float) -> str:
    return _NUMBERS[int(value)] if value in range(len(_NUMBERS)) else f"{value:g}"


def _ordinal(value: float) -> str:
    tens, ones = divmod(value % 100, 10)
    return f"{value:g}" + ("th" if tens == 1 else {1: "st", 2: "nd", 3: "rd"}.get(int(ones), "th"))


def _in_larger(value: float, style: str) -> str:
    """Days as weeks and months as years, where they are whole ones; half a year too."""
    size, larger = _AS[style]
    smaller = style.split(" as ")[0]
    if larger == "year" and value in (size / 2, size):
        return "half a year" if value < size else "a year"
    if value and value % size == 0:
        number = value / size
        return f"{_spelled(number)} {larger}{'' if number == 1 else 's'}"
    return f"{value:g} {smaller.removesuffix('s') if value == 1 else smaller}"
