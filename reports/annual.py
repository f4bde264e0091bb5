"""The annual report of an IRO service (Handbook 7.11): its figures, and a place after each for the author.

Sections and tables: `domain.md` section 10. Small numbers are hidden unless the whole is asked for.
"""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
from sqlalchemy import Engine

from charts import paper
from charts.said import Line
from data_access.findings import RULES
from data_access.people.viewer import Viewer
from data_access.reading import AuthorityInfo, findings
from metrics.counting.coverage import availability
from metrics.counting.members import members
from metrics.counting.question import Selection
from metrics.wording import words
from metrics.wording.citations import cited, sources_of
from reports import annual_children, annual_others, annual_service
from reports.content import (
    Bullets,
    Content,
    Figures,
    Heading,
    Paragraph,
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

BASES = {
    "reviews_held_on_time": "Of reviews held",
    "reviews_due_on_time": "Of reviews due",
    "children_all_reviews_on_time": "Of children, every review",
}


def year_named(text: str) -> int:
    """The year that `2025-26` begins in. Raises ValueError, which says what to write."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if not found or int(found[2]) != (int(found[1]) + 1) % 100:
        raise ValueError(f"{text!r} is no year: write 2025-26 for April 2025 to March 2026.")
    return int(found[1])


def annual_report(
    engine: Engine, viewer: Viewer, info: AuthorityInfo, year: int, *, shareable: bool = True
) -> Document:
    """The report on the year from 1 April `year`, or on as much of it as the data holds.

    shareable: small numbers are hidden. Raises NotInData for a year that the data does not have, and for data
    without reviews.
    """
    start, end = date(year, 4, 1), date(year + 1, 3, 31)
    refuse_period(engine, viewer, info, "year", start, end)
    untold = availability(engine, info.authority)
    if "reviews_held" in untold:
        raise NotInData(untold["reviews_held"])
    selection = Selection(info.authority, start, end, info.as_at)
    published = Published(engine, viewer, selection, whole=not shareable)
    name = f"{year}-{(year + 1) % 100:02}"
    so_far = "" if end <= info.as_at else f", so far, to {words.day(info.as_at)}"
    return Document(
        f"{name} annual report{'' if shareable else ' whole'}",
        Content(
            title=f"Independent Reviewing Officers: annual report {name}{so_far}",
            choice=one_line(
                [
                    info.authority,
                    f"1 April {year} to 31 March {year + 1}",
                    f"data as at {words.day(info.as_at)}",
                ]
            ),
            answer=_answer(published, untold),
            as_at=selection.last_day,
            handling=published.handling,
            portrait=True,
            parts=(
                *_summary(published, untold),
                *annual_service.service(published, untold),
                *annual_children.population_of(published),
                *_timeliness(published, untold),
                *annual_children.participation(published, untold),
                *annual_service.footprint(published, untold),
                *annual_service.steps(published, untold),
                *annual_service.disputes(published, untold),
                *annual_service.audits(published, untold),
                *annual_others.others(published, untold),
                *_appendix(published, untold),
            ),
        ),
        forms=("docx", "html", "xlsx"),
    )


def _answer(published: Published, untold: dict[str, str]) -> str:
    """The year in two sentences, for reading aloud: what is hidden, or there is none of, is left out."""

    def told(key: str) -> bool:
        return key not in untold and bool(pd.notna(published.one(key)["value"]))

    bases = {"reviews_held_on_time": "of reviews held", "reviews_due_on_time": "of reviews due"}
    rates = [f"{published.rate(key)} {of}" for key, of in bases.items() if told(key)]
    on_time = [f"{words.listed(rates)} were on time"] if rates else []
    if told("children_all_reviews_on_time"):
        on_time.append(
            f"{published.rate('children_all_reviews_on_time')} of children had every review on time"
        )
    heard = {
        "children_attended": "children were at {} of their reviews",
        "children_participated": "children's views were conveyed at {} of their reviews",
    }
    number = published.number("reviews_held")
    sentences = [
        f"{'Few' if number == HIDDEN else number} reviews were held in the year",
        ", and ".join(on_time),
        ", and ".join([of.format(published.said(key)) for key, of in heard.items() if told(key)]),
    ]
    return " ".join(f"{words.sentence(one)}." for one in sentences if one)


def _summary(published: Published, untold: dict[str, str]) -> list[Part]:
    keys = ("reviews_due_on_time", "children_attended", "children_participated", "caseload_per_fte",
            "midway_reviews_per_fte_month", "escalations_resolved_in_time")  # fmt: skip
    told = [key for key in keys if key not in untold]
    return [
        Heading("Summary"),
        Figures(tuple(published.figure(key) for key in told[:3])),
        *([Figures(tuple(published.figure(key) for key in told[3:]))] if told[3:] else []),
        ToWrite("What went well, what was hard, and what the service will do next year", 6),
    ]


def _timeliness(published: Published, untold: dict[str, str]) -> list[Part]:
    """Three ways to say on time, always together; by kind of review; month by month; why late."""
    return [
        Heading("Reviews on time"),
        Paragraph(_reviews_of_children(published)),
        Paragraph(
            "There are three honest ways to say on time. Of reviews held: those that were missed cannot be "
            "seen. Of reviews due: each missed one counts. Of children: one late or missed review in the "
            "year is enough to count the child."
        ),
        Figures(tuple(published.figure(key, label) for key, label in BASES.items())),
        _by_kind(published),
        *_by_month(published),
        *annual_service.why_late(published, untold),
        ToWrite("Why reviews were late, and what is being done about it"),
    ]


def _reviews_of_children(published: Published) -> str:
    """`2,229 reviews were held for 1,240 children.`"""
    rows = members(published.engine, published.viewer, "reviews_held", published.selection)
    children = int(rows["child_id"].nunique())
    return f"{published.number('reviews_held')} reviews were held for {published.count(children)} children."


def _by_kind(published: Published) -> Table:
    keys = ("reviews_held_on_time", "reviews_due_on_time")
    kinds = published.rows(keys, "kind")
    groups = list(dict.fromkeys(kinds["group"]))
    rows = []
    for kind in groups:
        of_kind = kinds[kinds["group"] == kind].set_index("measure")
        rows.append((words.KINDS.get(kind, kind), *(_cell(of_kind, key) for key in keys)))
    return Table(
        "First, second and later reviews", "By kind", "", ("Kind of review", "Of those held", "Of those due"),
        tuple(rows), level=2, right=frozenset({1, 2}),
    )  # fmt: skip


def _cell(rows: pd.DataFrame, key: str) -> str:
    return said(rows.loc[[key]].iloc[0]) if key in rows.index else ""


def _by_month(published: Published) -> list[Part]:
    """A picture of the year's months on both bases; a month whose numbers are hidden has no point."""
    keys = ("reviews_held_on_time", "reviews_due_on_time")
    rows = published.rows(keys, "month")
    months = sorted(set(rows["group"]))
    if len(months) < 2:
        return []
    lines = []
    for key in keys:
        values = rows[rows["measure"] == key].set_index("group")["value"].reindex(months)
        lines.append(Line(BASES[key], [None if pd.isna(value) else float(value) for value in values]))
    chart = paper.trend(
        [words.month(month) for month in months], lines,
        of="reviews on time by month", suffix="%", target=published.standard(keys),
    )  # fmt: skip
    said = "Reviews by the month they were held or due"
    return [Pictures((Picture("On time, month by month", said, chart),))]


def _appendix(published: Published, untold: dict[str, str]) -> list[Part]:
    """What the numbers mean, what the data could not tell, and what is known to be wrong with it."""
    keys = (*BASES, "children_attended", "children_participated", "midway_reviews_per_fte_month",
            "case_notes_per_fte_month", "caseload_per_fte", "children_seen_in_six_weeks",
            "escalations_resolved_in_time")  # fmt: skip
    papers = [published.paper(key) for key in keys]
    meanings = tuple((paper.title, paper.definition, cited(paper.source)) for paper in papers)
    sources = sources_of(" ".join(cited(paper.source) for paper in papers))
    return [
        Heading("Appendix: what the numbers mean"),
        Table("Definitions", "Definitions", "", ("Figure", "How it is counted", "Source"), meanings, level=2,
              widths=(4.4, 9, 4)),
        Paragraph("; ".join(f"{code}: {what}" for code, what in sources.items()) + ".", quiet=True),
        *_cannot_say(published, untold),
        *_findings(published),
    ]  # fmt: skip


def _findings(published: Published) -> list[Part]:
    """What looks wrong in the data, in words; few rows are hidden, since a row is mostly a child's."""
    found = findings(published.engine, published.viewer, published.selection.authority)
    if found.empty:
        return []
    meanings = {rule.code: rule.means(published.selection.period_end) for rule in RULES}
    counted = found.groupby(["severity", "rule"], sort=False).size().reset_index(name="rows")
    rows = tuple(
        (
            meanings.get(str(one["rule"]), "Refused when it was read."),
            str(one["severity"]),
            published.count(one["rows"]),
        )
        for one in counted.to_dict("records")
    )
    return [
        Table(
            "Findings in the data", "Findings",
            "Rows that were refused or look wrong, of all years held and not of this one alone; the Data "
            "page lists them.",
            ("What it says", "How grave", "Rows"), rows, level=2, right=frozenset({2}), widths=(5, 1.2, 0.8),
        )
    ]  # fmt: skip


def _cannot_say(published: Published, untold: dict[str, str]) -> list[Part]:
    if not untold:
        return []
    reasons = sorted({f"{published.paper(key).title}: {why}" for key, why in untold.items()})
    return [Heading("What this data cannot say", 2), Bullets(tuple(reasons))]
