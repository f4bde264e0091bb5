"""What the numbers mean: the catalogue as it prints itself, its standards with their dates, the codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from data_access.rows.codes import LATE_REASONS, NON_ATTENDANCE_REASONS, PARTICIPATION_WORDS
from metrics.measures import CATALOGUE
from metrics.measures.measure import Example, Measure
from metrics.wording import words
from metrics.wording.citations import SOURCES, cited
from pages.frame import reads
from pages.pieces.pieces import Folded, Heading, LongTable, Pieces, Text
from standards import SETTINGS, TARGETS, Target
from standards.wording import LATEST

UNITS = {
    "percent": "per cent",
    "count": "a count",
    "per_fte_month": "for each full-time IRO and month",
    "per_fte": "for each full-time IRO",
}
BETTER = {"higher": "higher", "lower": "lower", "neither": "neither higher nor lower is better"}
PRINTED = 6
"""Rows of a worked example that are printed of each kind; of more, as in a whole year, the first two are."""
NOT_MODELLED = """
- A child **authorised to be placed for adoption but not yet placed** keeps the ordinary schedule: the reviews
  of AAR 36(1) are not worked out.
- The **extra review when a child returns** from an adoptive placement is not asked for; the ordinary schedule
  resumes.
"""
OURS = {"[D]": "a decision taken for this product where the sources leave a choice; each is a dated setting"}


THEMES = tuple(dict.fromkeys(measure.theme for measure in CATALOGUE.values()))


def sentence_of() -> str:
    """The page's sentence."""
    return (
        f"##### {len(CATALOGUE)} measures. Each is one definition, from which its number, its trend, the "
        "children behind it and this page are made."
    )


@reads.kept
def measures_of(theme: str) -> Pieces:
    """The measures of a theme, in the order of the catalogue."""
    found = (measure for measure in CATALOGUE.values() if measure.theme == theme)
    return tuple(piece for measure in found for piece in _measure(measure))


@reads.kept
def besides() -> Pieces:
    """What all measures rest on: standards and settings, codes, what is not worked out, sources."""
    return (
        Heading("Standards and settings, with the day each holds from"),
        Text("Words above say the numbers of the latest ones; worked examples, those of their own day."),
        _settings(),
        Heading("What the codes mean"),
        *_codes(),
        Heading("What is not worked out"),
        Text(NOT_MODELLED),
        Heading("Sources"),
        Text("\n".join(f"- **{code}**: {what}" for code, what in (SOURCES | OURS).items())),
    )


def _measure(measure: Measure) -> Pieces:
    """One measure: its definition and paperwork, and its worked examples."""
    paper = measure.paper(LATEST)
    rows = {
        "Why it matters": paper.why_it_matters,
        "What good looks like": paper.what_good_looks_like,
        "Counted in": UNITS[measure.unit],
        "Better": BETTER[measure.direction],
        "Standard": _targets(TARGETS.get(measure.key, ()), measure.unit) or "none",
        "Source": cited(paper.source),
        "Its key in exports": f"`{measure.key}`",
    }
    said = [paper.definition, "  \n".join(f"**{name}:** {text}" for name, text in rows.items())]
    if paper.caveats:
        said.append("\n".join(f"- {caveat}" for caveat in paper.caveats))
    examples = "\n\n".join(_example(measure, example) for example in paper.examples)
    label = words.sentence(words.count(len(paper.examples), "worked example"))
    return (
        Heading(paper.title, anchor=measure.key),
        Text("\n\n".join(said)),
        Folded(label, None, (Text(examples),)),
    )


def _example(measure: Measure, example: Example) -> str:
    """A worked example: what happened, the question asked, the answer, and the rows it was asked of."""
    start, end = example.period
    asked = f"{words.day(start)[4:]} to {words.day(end)[4:]}"
    if example.as_at != end:
        asked += f", as at {words.day(example.as_at)[4:]}"
    rows = []
    for kind, given in example.world.items():
        first = given if len(given) <= PRINTED else given[:2]
        for row in first:
            said = {words.heading(name).lower(): value for name, value in row.items() if value is not None}
            told = ", ".join(f"{name} {_plain(value)}" for name, value in said.items())
            rows.append(f"- {words.heading(kind)}: {told}")
        if len(given) > len(first):
            rows.append(f"- {words.heading(kind)}: and {len(given) - len(first):,} more like these")
    return f"{example.words} Asked for {asked}: **{_answer(measure, example)}**.\n" + "\n".join(rows)


def _answer(measure: Measure, example: Example) -> str:
    value = measure.value(example.numerator, example.denominator)
    if measure.unit == "count":
        return example.answer
    return f"{example.answer}, {words.value(value, measure.unit)}"


def _plain(value: Any) -> str:
    return words.day(value)[4:] if isinstance(value, date) else f"`{value}`"


def _targets(targets: Sequence[Target], unit: str) -> str:
    """Every standard a measure has had: `at least 95% from 1 Apr 2011 (S4)`."""
    return "; ".join(
        f"{words.standard(one.low, one.high, unit)} from {words.day(one.from_on)[4:]} ({one.source})"
        for one in targets
    )


def _settings() -> LongTable:
    rows = [
        {
            "Setting": words.heading(name),
            "Value": f"{entry.value:g}",
            "From": words.day(entry.from_on),
            "Source": entry.source,
        }
        for name, entries in SETTINGS.items()
        for entry in entries
    ]
    return LongTable(pd.DataFrame(rows), "Every setting with its value, first day and source")


def _codes() -> Pieces:
    sets: Mapping[str, Mapping[str, str]] = {
        "How the child took part (903)": PARTICIPATION_WORDS,
        "Why a review was late": LATE_REASONS,
        "Why a child was not there": NON_ATTENDANCE_REASONS,
    }
    return tuple(
        Folded(title, None, (Text("\n".join(f"- **{code}** {meaning}" for code, meaning in codes.items())),))
        for title, codes in sets.items()
    )
