"""What changed this quarter: every headline figure beside earlier ones, and what the months say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from charts.palette import MARKS
from charts.spc import control_chart
from charts.trend import Line
from data_access.recorded.entries import EntryKind
from metrics.chance import verdicts
from metrics.chance.compare import HEADLINES, Compared, Quarter, latest_quarter
from metrics.chance.spc_words import HOW_TO_READ, drawn_said, marked_before_said, screening_said, verdict_said
from metrics.measures import CATALOGUE
from metrics.wording import words
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.months import over_months
from pages.pieces.pieces import Heading, Picture, Pieces, Table, Text, ToShare, as_table, sentence
from reports.quarterly import headline_figures

BACK = 8
"""How many quarters can be chosen."""


def quarters(view: View) -> list[str]:
    """The names of the quarters that can be chosen, the latest first."""
    latest = latest_quarter(view.selection.as_at)
    return [latest.before(number).name for number in range(BACK)]


def rebased(view: View) -> tuple[tuple[str, str], ...]:
    """Where limits start anew, as somebody recorded: (measure, month)."""
    return tuple(
        (entry.code or "", f"{entry.about_on:%Y-%m}")
        for entry in reads.entries(view.asking, view.selection.as_at)
        if entry.kind is EntryKind.REBASE and entry.is_open
    )


def _found(view: View, quarter: Quarter) -> list[Compared]:
    return reads.compared(view.asking, view.selection.at(view.selection.as_at), quarter, rebased(view))


def months(quarter: Quarter) -> str:
    """`Jul to Sep 2026`."""
    return f"{quarter.start:%b} to {quarter.end:%b %Y}"


def title(key: str, quarter: Quarter) -> str:
    """What a measure is called, with the settings in force at the quarter's end."""
    return CATALOGUE[key].paper(quarter.end).title


@reads.kept
def answer(view: View, quarter: Quarter) -> Pieces:
    """The sentence, what was seen, and the table of every headline figure."""
    found = _found(view, quarter)
    if not any(one.now.denominator or one.now.numerator for one in found):
        return results.nothing_told(
            f"nothing is on record for {months(quarter)}.",
            reads.unavailable(view.asking).get(
                "reviews_held", "Choose another quarter, or see what was loaded."
            ),
        )
    seen = verdicts.what_we_saw(found, months(quarter))
    seen += verdicts.too_early(found, quarter, view.selection.as_at)
    reasons = reads.unavailable(view.asking)
    untold = {title(key, quarter): reasons[key] for key in HEADLINES if key in reasons}
    return (
        sentence(verdicts.in_all(found, months(quarter))),
        Heading("What we saw"),
        Text("\n".join(f"- {line}" for line in seen)),
        Heading("Every headline figure"),
        Text(
            "The quarter beside the one before and the same a year before. A difference between two quarters "
            "is mostly chance: what the months say is said beside it."
        ),
        Table(
            _in_few_columns(found, quarter), f"Headline figures of {months(quarter)}", "headline_figures",
            words=True,
        ),
        results.download(
            view, f"quarter_{quarter.year}_q{quarter.number}", f"Headline figures of {months(quarter)}",
            lambda: _table(found, quarter), label="Headline figures (CSV)", about=[one.key for one in found],
        ),
        *results.cannot_say(untold),
        ToShare(lambda published, _: headline_figures(published, found, quarter)),
    )  # fmt: skip


def _in_few_columns(found: list[Compared], quarter: Quarter) -> pd.DataFrame:
    """The columns of `_table` put together into as many as a phone has room for."""
    rows = []
    for one in _table(found, quarter).to_dict("records"):
        figure, standard, now, against, change, said, assured, before, year_before = one.values()
        rows.append(
            {
                "Figure": figure if standard == "none" else f"{figure} (standard: {standard})",
                months(quarter): " ".join(filter(None, (now, against))),
                months(quarter.before(1)): f"{before}; since then {change}" if change else before,
                months(quarter.before(4)): year_before,
                "What the months say": ". ".join(filter(None, (said, assured))),
            }
        )
    return pd.DataFrame(rows)


def _table(found: list[Compared], quarter: Quarter) -> pd.DataFrame:
    before, year_before = quarter.before(1), quarter.before(4)
    rows = [
        {
            "Figure": title(one.key, quarter),
            "Standard": words.standard(one.low, one.high, one.unit),
            months(quarter): verdicts.reading(one.now, one.unit),
            "Against its standard": f"{MARKS[one.now.status].shape} {MARKS[one.now.status].word}".strip(),
            "Change since the quarter before": verdicts.change(one.now, one.before, one.unit),
            "What the months say": words.sentence(verdicts.variation(one)),
            "And the standard": words.sentence(verdicts.assurance(one)),
            months(before): verdicts.reading(one.before, one.unit),
            months(year_before): verdicts.reading(one.year_before, one.unit),
        }
        for one in found
    ]
    return pd.DataFrame(rows)


@reads.kept
def charted(view: View, quarter: Quarter) -> list[str]:
    """The measures whose months have a chart, those that show more than chance first."""
    found = [one for one in _found(view, quarter) if len(one.points)]
    return [one.key for one in sorted(found, key=lambda one: not (one.verdict and one.verdict.signals))]


def _of(found: list[Compared], key: str) -> Compared:
    return next(one for one in found if one.key == key)


@reads.kept
def one(view: View, quarter: Quarter, key: str) -> Pieces:
    """One measure's months against chance, or as a line where they say nothing of chance."""
    shown = _of(_found(view, quarter), key)
    name = title(key, quarter)
    suffix = "%" if shown.unit == "percent" else ""
    band = (shown.low, shown.high) if shown.low is not None and shown.high is not None else None
    target = None if band else shown.low if shown.low is not None else shown.high
    points = shown.points.rename(index=lambda month: words.month(month))
    labels = [words.month(month) for month in filters.months(_first(shown, quarter), quarter.end)]
    of = f"{words.within(name)} by month"
    drawn = drawn_said(ranged=band is not None, has_target=target is not None)
    if shown.verdict is None:
        values = points["value"].reindex(labels)
        line = Line(name, [None if pd.isna(value) else float(value) for value in values])
        table = pd.DataFrame({"Month": labels, name: [words.value(value, shown.unit) for value in values]})
        return (
            Text(f"**{name}**  \n{words.sentence(verdicts.variation(shown))}. {drawn}"),
            *over_months(
                f"{key}_by_month", table, [line], of=of, alt=f"{name} by month", suffix=suffix,
                band=band, target=target,
            ),
        )  # fmt: skip
    said = verdict_said(shown.verdict, shown.rules, ranged=band is not None)
    of_months = {month: words.month(month) for measure, month in rebased(view) if measure == key}
    chart = control_chart(
        labels, points, of=of, said=said, suffix=suffix, band=band, target=target,
        rebased={label: "limits start anew" for label in of_months.values() if label in labels},
    )  # fmt: skip
    table = pd.DataFrame(
        {
            "Month": list(points.index),
            "Value": [words.value(value, shown.unit) for value in points["value"]],
            "Average": [words.value(value, shown.unit) for value in points["mean"]],
            "Lower limit": [_limit(value, shown.unit) for value in points["lower"]],
            "Upper limit": [_limit(value, shown.unit) for value in points["upper"]],
        }
    )
    return (
        Text(f"**{name}**  \n{said} {marked_before_said(points)}"),
        Picture(chart, f"{key}_by_month"),
        Text(f":small[{' '.join(filter(None, (HOW_TO_READ, drawn, screening_said(shown.verdict))))}]"),
        as_table(Table(table, f"{name} by month, with its limits", "limits")),
    )


def _first(shown: Compared, quarter: Quarter) -> date:
    return date.fromisoformat(f"{shown.points.index[0]}-01") if len(shown.points) else quarter.start


def _limit(value: float, unit: str) -> str:
    """A limit as it is drawn: none below nothing, and of a rate none above all."""
    if pd.isna(value):
        return ""
    return words.value(min(max(value, 0), 100) if unit == "percent" else max(value, 0), unit)


@reads.kept
def closing(view: View, quarter: Quarter) -> Pieces:
    """What the measures mean."""
    of_quarter = replace(view, selection=replace(view.selection, period_end=quarter.end))
    return (results.about(of_quarter, [found.key for found in _found(view, quarter)]),)
