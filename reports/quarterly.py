"""The quarterly report: each headline figure beside earlier quarters, and what the months say of it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from sqlalchemy import Engine

from charts import paper
from charts.palette import MARKS
from charts.said import Line
from data_access.people.viewer import Viewer
from data_access.reading import AuthorityInfo
from data_access.recorded.entries import entries
from data_access.recorded.kinds import EntryKind
from metrics.chance import verdicts
from metrics.chance.compare import Compared, Quarter, Reading, compared
from metrics.counting.calculate import measure_trend
from metrics.counting.coverage import availability
from metrics.counting.question import Selection
from metrics.measures import CATALOGUE
from metrics.wording import words
from reports.content import (
    Bullets,
    Content,
    Heading,
    Part,
    Picture,
    Pictures,
    Table,
    ToWrite,
    one_line,
)
from reports.document import Document, NotInData
from reports.months import refuse_period
from reports.published import HIDDEN, Published, said
from standards import setting
from standards.wording import in_words

_PICTURED = {
    "On time, of reviews due": ("reviews_due_on_time",),
    "Children taking part": ("children_attended", "children_participated"),
}
_LINES = {
    "reviews_due_on_time": "On time",
    "children_attended": "Were there",
    "children_participated": "Views conveyed",
}


def quarterly_report(
    engine: Engine, viewer: Viewer, info: AuthorityInfo, quarter: Quarter, *, shareable: bool = True
) -> Document:
    """The report on a quarter, beside the one before and the same a year before.

    shareable: small numbers are hidden. Raises NotInData for a quarter that the data does not have, and for
    data that say nothing of reviews nor of any other headline figure.
    """
    refuse_period(engine, viewer, info, "quarter", quarter.start, quarter.end)
    selection = Selection(info.authority, quarter.start, quarter.end, info.as_at)
    rebased = [
        (entry.code or "", f"{entry.about_on:%Y-%m}")
        for entry in entries(engine, viewer, info.authority, kinds=[EntryKind.REBASE])
        if entry.is_open
    ]
    found = compared(engine, viewer, selection, quarter, rebased=rebased)
    if not found and (why := availability(engine, info.authority).get("reviews_held")):
        raise NotInData(why)
    published = Published(engine, viewer, selection, not shareable)
    beside = _beside(published, quarter)
    shown = [_as_published(one, beside) for one in found]
    months = f"{quarter.start:%B} to {quarter.end:%B %Y}"
    so_far = "" if quarter.end <= info.as_at else f", so far, to {words.day(info.as_at)}"
    return Document(
        f"{quarter.name} quarterly report{'' if shareable else ' whole'}",
        Content(
            title=f"Independent Reviewing Officers: {months}{so_far}",
            choice=one_line([info.authority, quarter.name, f"data as at {words.day(info.as_at)}"]),
            answer=verdicts.in_all(shown, months),
            as_at=min(quarter.end, info.as_at),
            handling=published.handling,
            parts=(
                Heading("What we saw"),
                Bullets(
                    (
                        *verdicts.what_we_saw([one for one in shown if _is_told(one)], months),
                        *verdicts.too_early(shown, quarter, info.as_at),
                    )
                ),
                ToWrite("What the service makes of it"),
                *_table(shown, beside, quarter),
                *_pictures(engine, viewer, selection, published),
                ToWrite("What will be done, by whom and by when", 4),
                *_untold(engine, info, quarter),
            ),
        ),
        forms=("docx", "html", "xlsx"),
    )


def _beside(published: Published, quarter: Quarter) -> list[Published]:
    """The figures of the quarter, of the one before and of the same a year before."""
    return [
        replace(published, selection=replace(published.selection, period_start=one.start, period_end=one.end))
        for one in _quarters(quarter)
    ]


def _quarters(quarter: Quarter) -> tuple[Quarter, Quarter, Quarter]:
    return quarter, quarter.before(1), quarter.before(4)


def _as_published(one: Compared, published: list[Published]) -> Compared:
    """With empty readings where numbers are hidden, so that no sentence can tell them."""
    now, before, year_before = (
        _reading(kept, of, one.key)
        for kept, of in zip((one.now, one.before, one.year_before), published, strict=True)
    )
    return replace(one, now=now, before=before, year_before=year_before)


def _reading(kept: Reading, published: Published, key: str) -> Reading:
    rows = published.rows([key])
    if rows.empty or not rows["suppressed"].iloc[0]:
        return kept
    return Reading(None, None, None, "")


def _is_told(one: Compared) -> bool:
    return one.now.value is not None


def headline_figures(published: Published, found: list[Compared], quarter: Quarter) -> list[Part]:
    """The table of every headline figure beside earlier quarters, as it may be printed.

    published: says whose figures and the day they are seen from; its period is not asked. found: the figures
    as `compare.compared` has them.
    """
    beside = _beside(published, quarter)
    return _table([_as_published(one, beside) for one in found], beside, quarter)


def _table(shown: list[Compared], published: list[Published], quarter: Quarter) -> list[Part]:
    names = [f"{one.start:%b} to {one.end:%b %Y}" for one in _quarters(quarter)]
    rows = []
    for one in shown:
        cells = [_cell(of, one.key) for of in published]
        mark = MARKS[one.now.status]
        rows.append(
            (
                CATALOGUE[one.key].paper(quarter.end).title,
                words.standard(one.low, one.high, one.unit),
                cells[0],
                f"{mark.shape} {mark.word}".strip(),
                verdicts.change(one.now, one.before, one.unit),
                *cells[1:],
                words.sentence(verdicts.variation(one)),
            )
        )
    return [
        Table(
            "Every headline figure", "Headline figures",
            "A difference between two quarters is mostly chance: the last column is what "
            f"{_span(quarter)} say beside the limits of chance. FTE of a figure per month is of three "
            "months.",
            (
                "Figure", "Standard", names[0], "Against it", "Since the quarter before", names[1],
                names[2], "What the months say",
            ),
            tuple(rows), right=frozenset({2, 5, 6}), widths=(5.0, 2.0, 3.2, 2.9, 2.4, 3.2, 3.2, 4.2),
        )
    ]  # fmt: skip


def _span(quarter: Quarter) -> str:
    """How far back control charts go: `two years of months`, `37 months`."""
    span = in_words("spc_months", "months as years", quarter.end)
    return span if span.endswith("months") else f"{span} of months"


def _cell(published: Published, key: str) -> str:
    rows = published.rows([key])
    return HIDDEN if rows.empty else said(rows.iloc[0], short=True)


def _pictures(engine: Engine, viewer: Viewer, selection: Selection, published: Published) -> list[Part]:
    """The months one picture beside the other; a month whose numbers are hidden has no point."""
    pictures, end = [], selection.period_end
    span = words.sentence(in_words("spc_months", "months as years", end))
    for title, keys in _PICTURED.items():
        trend = measure_trend(engine, viewer, keys, selection, int(setting("spc_months", end)))
        trend = trend[trend["denominator"].fillna(0) > 0]
        months = sorted(set(trend["group"]))
        if len(months) < 2:
            continue
        lines = []
        for key in keys:
            rows = trend[trend["measure"] == key].set_index("group").reindex(months)
            few = _is_few(rows["numerator"], rows["denominator"], published.up_to)
            values = rows["value"].where(~few)
            lines.append(Line(_LINES[key], [None if pd.isna(value) else float(value) for value in values]))
        named = [words.month(month) for month in months]
        chart = paper.trend(
            named, lines, of=words.within(title), suffix="%", target=published.standard(keys),
            width=paper.HALF_LANDSCAPE, height=42,
        )  # fmt: skip
        pictures.append(Picture(title, f"{span}, month by month", chart))
    return [Pictures(tuple(pictures))] if pictures else []


def _is_few(numerator: pd.Series, denominator: pd.Series, up_to: int) -> pd.Series:
    """A share that would tell a numerator, or what it leaves over, of 1 to `up_to`."""
    rest = denominator - numerator
    return numerator.between(1, up_to) | rest.between(1, up_to) | denominator.between(1, up_to)


def _untold(engine: Engine, info: AuthorityInfo, quarter: Quarter) -> list[Part]:
    reasons = availability(engine, info.authority)
    if not reasons:
        return []
    lines = sorted(f"{CATALOGUE[key].paper(quarter.end).title}: {why}" for key, why in reasons.items())
    return [Heading("What this data cannot say"), Bullets(tuple(lines))]
