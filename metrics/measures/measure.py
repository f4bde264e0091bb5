"""What a measure is: the rows it counts, two conditions over them, and its paperwork, in one frozen object.

The rate, its trend and breakdown, the rows behind it, the export, the definitions page and its tests all
read the same object, so they cannot disagree (`design.md`, idea 2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import standards
from metrics.rows.expressions import Condition
from standards.wording import checked, worded

if TYPE_CHECKING:
    from metrics.rows.row_sets import Rows

Unit = Literal["percent", "count", "per_fte_month", "per_fte"]
Direction = Literal["higher", "lower", "neither"]
By = Literal["service", "iro", "team", "month", "kind", "age_band"]
FullTime = Literal["fte_months", "fte"]
World = Mapping[str, Sequence[Mapping[str, object]]]
"""Rows of the review extract by kind: a world small enough to be read at a glance."""

BREAKDOWNS: tuple[By, ...] = ("service", "iro", "team", "month", "kind", "age_band")


@dataclass(frozen=True)
class Example:
    """A worked example: what happened, in words and as rows of the extract, and what the measure makes of it.

    It is printed with the definition and run as a test. `denominator` is empty for a count.
    """

    words: str
    world: World
    period: tuple[date, date]
    as_at: date
    numerator: float
    denominator: float | None

    @property
    def answer(self) -> str:
        """`1 of 2`, or `3` for a count."""
        counted = f"{self.numerator:g}"
        return counted if self.denominator is None else f"{counted} of {self.denominator:g}"


@dataclass(frozen=True)
class Paperwork:
    """What a reader has to know to trust and use a measure, in plain words.

    A number that is a setting stands as its field (`standards/wording.py`), and `{target}` in what good looks
    like for the measure's own target; `Measure.paper` has them in words. Worked examples have a day of their
    own, and say the numbers of that day. Raises StandardsProblem for a name that is no setting.
    """

    title: str
    definition: str
    why_it_matters: str
    what_good_looks_like: str
    source: str
    caveats: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()

    def __post_init__(self) -> None:
        for text in (*(getattr(self, name) for name in _WORDS), *self.caveats):
            checked(text, besides=("target",))

    def on(self, day: date, target: str) -> Paperwork:
        """The same in words, with the settings in force on a day."""
        said: dict[str, Any] = {
            name: worded(getattr(self, name).replace("{target}", target), day) for name in _WORDS
        }
        return replace(self, **said, caveats=tuple(worded(caveat, day) for caveat in self.caveats))


_WORDS = tuple(field.name for field in fields(Paperwork) if field.type == "str")
_NO_TARGET = "There is no standard"


@dataclass(frozen=True, eq=False)
class Measure:
    """A measure: what it counts and how, what it is called, and its paperwork.

    rows: which rows it looks at, their own day and whose they are (`rows.py`).
    numerator: of those rows (where there is a condition as denominator: of those in it), the ones counted.
    denominator: the rows it is out of; `fte_months` or `fte` for what full-time IROs there are; None for
    a count.
    distinct: the column of which each value counts once, where not every row does.
    filled: the kind and its column without which, nowhere filled, the measure is not available.
    done: of a step with a limit: whether it was done at all by the as-at date, so that what falls short is
    either late or missing.
    shown: what of each row its list shows besides what all of these rows show.
    recorded_here: it looks at what people record between loads too, so the cube cannot hold it.
    by_name_only: a count of a page, which is not among the measures of a period unless asked for.
    """

    key: str
    theme: str
    rows: Rows
    numerator: Condition
    denominator: Condition | FullTime | None
    direction: Direction
    paperwork: Paperwork
    distinct: str | None = None
    filled: tuple[str, str] | None = None
    done: Condition | None = None
    shown: tuple[str, ...] = ()
    recorded_here: bool = False
    by_name_only: bool = False

    @property
    def in_cube(self) -> bool:
        """Whether the cube holds it: what was counted at the load can be added up, and is worth keeping."""
        return self.distinct is None and not self.recorded_here and not self.rows.few

    @property
    def unit(self) -> Unit:
        """What its value is in: percent, so much for each full-time IRO, or a count without a denominator."""
        if self.denominator is None:
            return "count"
        if isinstance(self.denominator, str):
            return "per_fte_month" if self.denominator == "fte_months" else "per_fte"
        return "percent"

    @property
    def full_time(self) -> FullTime | None:
        """What full-time work it is divided by, where it is."""
        return self.denominator if isinstance(self.denominator, str) else None

    def paper(self, on: date) -> Paperwork:
        """Its paperwork in words, with the settings and the target in force on a day."""
        target = standards.target(self.key, on)
        paperwork = self.paperwork
        if target is not None and "{target}" not in paperwork.what_good_looks_like:
            paperwork = replace(paperwork, what_good_looks_like="{target}.")
        return paperwork.on(on, _NO_TARGET if target is None else self._good(target))

    def _good(self, target: standards.Target) -> str:
        """A target as what good looks like: `95% or more`, `All of them`, `None`, `5 to 10`."""
        percent = "%" if self.unit == "percent" else ""
        if target.kind == "at_least":
            return "All of them" if percent and target.low == 100 else f"{target.low:g}{percent} or more"
        if target.kind == "at_most":
            return f"{target.high:g}{percent} or less" if target.high else "None"
        each = " for each full-time IRO" if self.unit == "per_fte" else ""
        return f"{target.low:g}{percent} to {target.high:g}{percent}{each}"

    def fits(self, by: str) -> bool:
        """Whether the breakdown has rows for this measure: FTE has no team, age or kind of review."""
        if self.full_time:
            return by in ("service", "iro", "month")
        return by != "kind" or self.rows.kind is not None

    def value(self, numerator: float | None, denominator: float | Fraction | None) -> float | None:
        """The value in the measure's unit, unrounded; None where the denominator is empty."""
        if numerator is None or self.denominator is None:
            return numerator
        if not denominator:
            return None
        if isinstance(denominator, Fraction):
            return float(Fraction(numerator) / denominator)
        return (100 if self.unit == "percent" else 1) * numerator / denominator


class CatalogueProblem(Exception):  # noqa: N818 - it is the author's to solve, in their words
    """The catalogue of measures cannot be used. The message lists every fault in it."""


def catalogue_of(*themes: Sequence[Measure]) -> dict[str, Measure]:
    """The measures by key, in order. Raises CatalogueProblem for keys that stand twice."""
    measures = [measure for theme in themes for measure in theme]
    catalogue = {measure.key: measure for measure in measures}
    if len(catalogue) < len(measures):
        keys = [measure.key for measure in measures]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise CatalogueProblem(f"Measures with one key: {', '.join(twice)}. Give each its own.")
    return catalogue
