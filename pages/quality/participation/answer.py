"""Did children take part: being there and being heard, told apart; why not, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from charts.bars import Part, bars, stacked
from charts.palette import ACCENT, MARKS, TAKING_PART, TAKING_PART_FILLS
from charts.trend import Line
from data_access.rows.codes import ATTENDED, NOT_THERE, PARTICIPATION_WORDS, UNDER_FOUR, VIEWS_CONVEYED
from metrics.circumstances import ORDER, UNKNOWN
from metrics.counting.question import months_on
from metrics.rows.expressions import AGE_BANDS
from metrics.wording import words
from pages.export.download import RECORDS
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces import columns, groups, results
from pages.pieces.months import over_months
from pages.pieces.pieces import (
    Figure,
    Figures,
    Folded,
    Heading,
    Links,
    Picture,
    Pieces,
    Table,
    Text,
    ToShare,
    as_table,
    rows_behind,
    sentence,
)
from reports.annual_children import participation as taking_part

THERE, HEARD = "children_attended", "children_participated"
EVERY, LATEST = "children_participated_every_review", "children_participated_latest_review"
RECORDED, EXPLAINED = "participation_recorded", "absences_explained"
LABELS = {
    THERE: "Were there",
    HEARD: "Views conveyed",
    EVERY: "Heard at every review",
    LATEST: "Heard at the latest",
    RECORDED: "How, is recorded",
    EXPLAINED: "Absences with a reason",
}
SHORT = {
    THERE: ("review without the child", "reviews without the child"),
    HEARD: ("review without their views", "reviews without their views"),
    EVERY: ("child not heard each time", "children not heard each time"),
    LATEST: ("child not heard lately", "children not heard lately"),
    RECORDED: ("review without a code", "reviews without a code"),
    EXPLAINED: ("absence without a reason", "absences without a reason"),
}
"""What falls short, of each."""
PAPERS = {
    "child_consulted": "From the child",
    "parents_consulted": "From parents",
    "carers_consulted": "From carers",
}
FAMILY = {
    "mother": ("Mother", "mothers_involved"),
    "father": ("Father", "fathers_involved"),
    "step_parent": ("Step-parent", "other_family_involved"),
    "connected_person": ("Connected person", "other_family_involved"),
}
GROUPS = {
    "age_band": "Age",
    "legal_status": "Legal status",
    "unaccompanied": "Unaccompanied",
    "placement": "Placement",
    "mode": "How it was held",
    "team_id": "Team",
}
MONTHS = 24


@reads.kept
def _reviews(view: View) -> pd.DataFrame:
    """Every review of a child aged 4 or over with a code, with what the child's circumstances were."""
    rows = reads.behind(view.asking, THERE, view.selection, "denominator")
    return reads.circumstances(view.asking, rows, "held_on") if len(rows) else rows


def has_codes(view: View) -> bool:
    """Whether any review of the period says how a child took part."""
    return len(_reviews(view)) > 0


@reads.kept
def participation(view: View) -> Pieces:
    """The answer to the page's question: sentence, the few numbers, the codes."""
    shown = reads.measures(view.asking, view.selection, tuple(LABELS)).set_index("measure", drop=False)
    reasons = reads.unavailable(view.asking)
    if not has_codes(view):
        said = f"no review of {filters.spoken(view.period)} says how a child aged 4 or over took part."
        return results.nothing_told(said, *filter(None, [reasons.get(THERE)]))
    told = [key for key in LABELS if key not in reasons]
    return (
        sentence(_said(shown, reasons)),
        *(Figures(tuple(_figure(shown, key) for key in row)) for row in (told[:3], told[3:]) if row),
        *results.cannot_say(_untold(reasons)),
        *_codes(view),
    )


def _untold(reasons: dict[str, str]) -> dict[str, str]:
    """What this data cannot say; where it has no reasons for absence, it has no contacts either."""
    untold = {label: reasons[key] for key, label in LABELS.items() if key in reasons}
    if EXPLAINED in reasons:
        untold["Whether the IRO met a child about then"] = reasons.get("midway_coverage", reasons[EXPLAINED])
    return untold


def _said(shown: pd.DataFrame, reasons: dict[str, str]) -> str:
    there, heard = shown.loc[THERE], shown.loc[HEARD]
    said = [
        f"children were at {words.rate(there)} of their reviews ({there['numerator']:,.0f} of "
        f"{there['denominator']:,.0f})",
        f"their views were conveyed at {words.rate(heard)} ({heard['numerator']:,.0f} of "
        f"{heard['denominator']:,.0f}), whether they were there or not",
    ]
    if EXPLAINED not in reasons:
        left = _left(shown, EXPLAINED)
        if left > 0:
            said.append(f"{words.count(left, 'absence has', 'absences have')} no reason recorded")
    return f"{'; '.join(said)}."


def _figure(shown: pd.DataFrame, key: str) -> Figure:
    row, left = shown.loc[key], _left(shown, key)
    behind = rows_behind(words.count(left, *SHORT[key]), key, "shortfall") if left > 0 else None
    return replace(results.figure(row, LABELS[key]), behind=behind)


def _left(shown: pd.DataFrame, key: str) -> float:
    """How many fall short."""
    numbers = shown.loc[[key], ["numerator", "denominator"]].to_numpy(dtype=float)[0]
    return float(numbers[1] - numbers[0])


def _codes(view: View) -> Pieces:
    """How children took part, code by code; in the table also who is left out, so that it adds up."""
    rows = _reviews(view)
    held = reads.behind(view.asking, RECORDED, view.selection, "denominator")["participation_code"]
    counted = held.value_counts()
    codes = [code for code in PARTICIPATION_WORDS if code != UNDER_FOUR]
    named = [words.with_meaning(PARTICIPATION_WORDS)(code) for code in codes]
    numbers = [int(counted.get(code, 0)) for code in codes]
    chart = bars(
        named, [float(number) for number in numbers], [f"{number:,} of {len(rows):,}" for number in numbers],
        of="reviews by how the child took part",
        colours=[ACCENT if code in VIEWS_CONVEYED else MARKS["not_met"].colour for code in codes],
    )  # fmt: skip
    under_four, left_out = words.with_meaning(PARTICIPATION_WORDS)(UNDER_FOUR), ["left out", "left out", ""]
    others = (int(counted.get(UNDER_FOUR, 0)), len(held) - len(rows) - int(counted.get(UNDER_FOUR, 0)))
    table = pd.DataFrame(
        {
            "How the child took part": [*named, under_four, "No code recorded", "All reviews held"],
            "Was there": ["yes" if code in ATTENDED else "no" for code in codes] + left_out,
            "Views conveyed": ["yes" if code in VIEWS_CONVEYED else "no" for code in codes] + left_out,
            "Reviews": [f"{number:,}" for number in (*numbers, *others, len(held))],
        }
    )
    return (
        Heading("How they took part"),
        Text(
            "Being there and being heard are two things: PN4 was there and conveyed nothing, PN5 and PN6 "
            "were not there and were heard. Children under 4 (PN0) are left out."
        ),
        Picture(chart, "participation_codes"),
        as_table(Table(table, "Reviews by how the child took part", "codes", words=True)),
    )


@reads.kept
def month_by_month(view: View) -> Pieces:
    """Two years of months, being there and being heard."""
    first = months_on(view.selection.period_end.replace(day=1), 1 - MONTHS)
    asked = replace(view.by("month"), period_start=first)
    monthly = reads.measures(view.asking, asked, (THERE, HEARD))
    months = sorted(set(monthly["group"]))
    if not months:
        return ()
    table = pd.DataFrame({"Month": [words.month(month) for month in months]})
    lines = []
    for key in (THERE, HEARD):
        rows = monthly[monthly["measure"] == key].set_index("group").reindex(months)
        lines.append(Line(LABELS[key], [None if pd.isna(v) else float(v) for v in rows["value"]]))
        table[LABELS[key]] = results.rates(rows)
    return (
        Heading("Month by month"),
        *over_months(
            "participation_by_month",
            table,
            lines,
            of="participation by month",
            alt="Participation by month",
            suffix="%",
        ),
        results.download(
            view, "participation_by_month", "Participation by month", lambda: monthly, label="Months (CSV)"
        ),
    )


# -- by what the child's circumstances were


def heading_of_groups() -> Pieces:
    """The part of the page that is broken down."""
    return (
        Heading("For whom"),
        Text("What a child's circumstances were on the day of the review."),
    )


@reads.kept
def by_group(view: View, by: str) -> Pieces:
    """Of each group how many were there and heard, there in silence, away and heard, and not heard."""
    rows = _reviews(view)
    if by not in rows or rows[by].isna().all():
        return (Text("This data does not say."),)
    rows = rows.assign(group=_group_names(view, rows, by))
    order = [group for group in _order(rows, by) if (rows["group"] == group).any()]
    counted = {group: rows[rows["group"] == group] for group in order}
    parts = [
        Part(mark, TAKING_PART_FILLS[part], [_how_many(theirs, part) for theirs in counted.values()])
        for part, mark in TAKING_PART.items()
    ]
    there = [_out_of(theirs, ATTENDED) for theirs in counted.values()]
    heard = [_out_of(theirs, VIEWS_CONVEYED) for theirs in counted.values()]
    of = GROUPS[by] if by == "team_id" else GROUPS[by].lower()
    chart = stacked(order, parts, there, of=f"reviews by {of} and how the child took part")
    table = pd.DataFrame({GROUPS[by]: order, LABELS[THERE]: there, LABELS[HEARD]: heard})
    shown = rows.drop(columns=["group", "national_placement"])
    links = tuple(
        rows_behind(f"{group} ({absent:,})", THERE, "shortfall", by=_BREAKDOWNS.get(by, by), group=in_link)
        for group, theirs in counted.items()
        if (absent := int(theirs["participation_code"].isin(NOT_THERE).sum()))
        and (in_link := _in_link(theirs, by, group))
    )
    return (
        Text("Beside each bar: how many of the reviews the child was at."),
        Picture(chart, f"participation_by_{by}"),
        as_table(Table(table, f"Participation by {of}", f"participation_by_{by}")),
        *((Text("The reviews without the child:"), Links(links)) if links else ()),
        results.download(
            view, "participation", "How children took part in each review",
            lambda: columns.in_words(view, shown), note=RECORDS, about=(THERE, HEARD),
            label=f"Download {words.count(len(rows), 'review')} (CSV)",
        ),
    )  # fmt: skip


_BREAKDOWNS = {"team_id": "team"}


def _in_link(theirs: pd.DataFrame, by: str, group: str) -> str:
    """What a group is called in a link: a breakdown of the measure has codes of its own."""
    if by not in ("team_id", "age_band"):
        return group
    code = theirs[by].iloc[0]
    if pd.isna(code):
        return words.NOBODY if by == "team_id" else ""
    return str(code)


def _group_names(view: View, rows: pd.DataFrame, by: str) -> Sequence[str]:
    if by == "team_id":
        return [view.name("team", words.NOBODY if pd.isna(team) else team) for team in rows[by]]
    if by == "age_band":
        return [words.AGES.get(band, UNKNOWN) for band in rows[by]]
    return list(groups.of_rows(view, rows, by) if by == "mode" else rows[by])


def _order(rows: pd.DataFrame, by: str) -> list[str]:
    if by == "age_band":
        return [*(words.AGES[band] for band, _ in AGE_BANDS), UNKNOWN]
    if by == "mode":
        return [*groups.MODES.values(), UNKNOWN]
    if by == "team_id":
        return sorted(set(rows["group"]))
    return list(ORDER[by])


_PARTS = {
    "there_heard": frozenset(ATTENDED) & frozenset(VIEWS_CONVEYED),
    "away_heard": frozenset(NOT_THERE) & frozenset(VIEWS_CONVEYED),
    "there_silent": frozenset(ATTENDED) - frozenset(VIEWS_CONVEYED),
    "not_heard": frozenset(NOT_THERE) - frozenset(VIEWS_CONVEYED),
}


def _how_many(rows: pd.DataFrame, part: str) -> int:
    return int(rows["participation_code"].isin(_PARTS[part]).sum())


def _out_of(rows: pd.DataFrame, codes: Sequence[str]) -> str:
    number = int(rows["participation_code"].isin(codes).sum())
    return results.share(number, len(rows))


# -- family and papers


@reads.kept
def family_and_papers(view: View) -> Pieces:
    """Who of the family took part, over all reviews and over those it applies to; papers that came back."""
    reasons = reads.unavailable(view.asking)
    pieces: list[object] = []
    keys = tuple(dict.fromkeys(f"{key}{end}" for _, key in FAMILY.values() for end in ("", "_all")))
    shown = reads.measures(view.asking, view.selection, (*keys, *PAPERS)).set_index("measure", drop=False)
    untold = {}
    if any(key in reasons for key in keys):
        untold["Who of the family took part"] = next(reasons[key] for key in keys if key in reasons)
    elif shown["denominator"].get("mothers_involved_all"):
        pieces += _family(view, shown)
    papers = {key: label for key, label in PAPERS.items() if key not in reasons and key in shown.index}
    untold |= {f"Consultation papers {PAPERS[key].lower()}": reasons[key] for key in PAPERS if key in reasons}
    if papers:
        pieces += [
            Heading("Consultation papers that came back"),
            Figures(tuple(results.figure(shown.loc[key], label) for key, label in papers.items())),
        ]
    return (*pieces, *results.cannot_say(untold))  # type: ignore[arg-type]


def _family(view: View, shown: pd.DataFrame) -> Pieces:
    """The table of an annual report: each person by how they were involved, and both rates."""
    people = reads.family(view.asking, view.selection)
    of = float(shown["denominator"]["mothers_involved_all"])
    table = pd.DataFrame(
        {
            "Person": [FAMILY[person][0] for person in people["person"]],
            **{
                words.sentence(how.replace("_", " ")): [f"{number:,}" for number in people[how]]
                for how in people.columns
                if how != "person"
            },
        }
    )
    rates = pd.DataFrame(
        {
            "Who": ["Mothers", "Fathers", "Step-parents or connected persons"],
            "Of all reviews": results.rates(shown.loc[[f"{key}_all" for key in _KINDS_OF_FAMILY]]),
            "Of those it applies to": results.rates(shown.loc[list(_KINDS_OF_FAMILY)]),
        }
    )
    by_how = Table(table, "Parents and family by how they were involved", "family")
    return (
        Heading("Parents and family"),
        Text(
            f"At {words.count(of, 'review')} it is recorded who of the family took part. Attended or "
            "consulted counts as involved. Both rates are shown: the first counts reviews at which there was "
            "nobody to involve, the second rests on how “not applicable” is used."
        ),
        Table(rates, "Parents and family involved, two rates", "family_rates"),
        Folded("How each was involved", ":material/table:", (by_how,)),
    )


_KINDS_OF_FAMILY = ("mothers_involved", "fathers_involved", "other_family_involved")


@reads.kept
def closing(view: View) -> Pieces:
    """What the measures mean."""
    reasons = reads.unavailable(view.asking)
    return results.about(view, [key for key in LABELS if key not in reasons]), ToShare(taking_part)
