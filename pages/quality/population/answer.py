"""Who is looked after on a day, group by group, beside England."""

from __future__ import annotations

import pandas as pd

from charts.bars import bars
from metrics.circumstances import UNKNOWN
from metrics.population import Population
from metrics.wording import words
from pages.export.download import RECORDS
from pages.frame import reads
from pages.frame.view import View
from pages.pieces import columns, results
from pages.pieces.pieces import (
    Beside,
    Figure,
    Figures,
    Folded,
    Heading,
    Link,
    Links,
    Picture,
    Piece,
    Pieces,
    Table,
    Text,
    ToShare,
    as_table,
    rows_behind,
    sentence,
)
from pages.weekly.children.answer import LOOKED_AFTER
from reports.annual_children import population_of

TITLES = {
    "age_band": "Age",
    "sex": "Sex",
    "ethnicity": "Ethnicity",
    "legal_status": "Legal status",
    "national_placement": "Placement",
    "unaccompanied": "Unaccompanied",
}


@reads.kept
def who_is_looked_after(view: View) -> Pieces:
    """The answer to the page's question."""
    found = reads.population(view.asking, view.selection.at(view.selection.as_at))
    if found.children.empty:
        return (
            sentence(f"no child is looked after on {words.day(found.on)}, as far as this data knows."),
            Link("What data is this?", "pages/data/loads/page.py"),
        )
    return (
        sentence(_said(found)),
        Figures(_figures(found)),
        Text(f"{words.NO_SHORT_BREAKS} {_beside(found)}".strip()),
        *_not_given(found),
        *_pictures(found),
        *_placements(found),
        *_age_and_sex(found),
        results.download(
            view, "population", "Children looked after", lambda: _listed(view, found), note=RECORDS,
            label=f"Download {words.count(len(found.children), 'child', 'children')} (CSV)",
        ),
        ToShare(lambda published, _: population_of(published)),
    )  # fmt: skip


def _listed(view: View, found: Population) -> pd.DataFrame:
    kept = ["child_id", "age_band", "sex", "ethnicity", "unaccompanied", "legal_status", "placement",
            "inside_authority", "team_id", "iro_id"]  # fmt: skip
    return columns.in_words(view, found.children[kept], first=tuple(kept))


def _number(found: Population, grouping: str, group: str) -> int:
    return int((found.children[grouping] == group).sum())


def _said(found: Population) -> str:
    of = len(found.children)
    parts = [f"{words.count(of, 'child is', 'children are')} looked after on {words.day(found.on)}"]
    alone = _number(found, "unaccompanied", "Unaccompanied")
    if alone:
        parts.append(f"{alone:,} of them unaccompanied asylum-seeking children")
    if found.rate_per_10000 is not None:
        parts.append(f"{words.rounded(found.rate_per_10000)} for each 10,000 under 18")
    return f"{', '.join(parts)}."


def _figures(found: Population) -> tuple[Figure, ...]:
    of = len(found.children)
    figures = [
        Figure("Looked after", f"{of:,}", "", rows_behind("Open the children", *LOOKED_AFTER)),
        _one_group("Unaccompanied", found, "unaccompanied", "Unaccompanied"),
    ]
    if found.is_recorded("inside_authority"):
        figures.append(
            _one_group("Placed outside the authority", found, "inside_authority", "Outside the authority")
        )
    if found.rate_per_10000 is not None and found.under_18 is not None:
        beside = f"England: {found.national.rate_per_10000:g}" if found.national else ""
        of_whom = f"{of:,} of {found.under_18.under_18:,} under 18"
        figures.append(
            Figure("For each 10,000", str(words.rounded(found.rate_per_10000)), f"{of_whom}  \n{beside}")
        )
    return tuple(figures)


def _one_group(label: str, found: Population, grouping: str, group: str) -> Figure:
    """The share of one group, with the way to its children."""
    number, of = _number(found, grouping, group), len(found.children)
    children = f"The {words.count(number, 'child', 'children')}"
    link = rows_behind(children, *LOOKED_AFTER, by=grouping, group=group) if number else None
    return Figure(label, f"{words.rounded(100 * number / of)}%", f"{number:,} of {of:,}", link)


def _beside(found: Population) -> str:
    said = []
    if found.national is not None:
        said.append(f"England is as at 31 March {found.national.year}: {found.national.source}.")
    if found.under_18 is not None:
        said.append(f"Children under 18 in the area, {found.under_18.year}: {found.under_18.source}.")
    return " ".join(said)


def _not_given(found: Population) -> Pieces:
    """What no extract holds and nobody has given yet, whom to ask for it and where it is said how."""
    lacking = []
    if found.under_18 is None:
        lacking.append("how many children under 18 live in the area, for a rate for each 10,000")
    if found.national is None:
        lacking.append("England's figures, to stand beside these")
    if not lacking:
        return ()
    it = "it" if found.national is not None else "them"
    return (
        Text(
            f"Not given yet: {words.listed(lacking)}. Ask whoever runs this dashboard to add {it}, with year "
            "and source: the page What is this dashboard? says how."
        ),
        Link("What is this dashboard?", "pages/data/about/page.py"),
    )


def _named(grouping: str, group: str) -> str:
    return words.AGES.get(group, group) if grouping == "age_band" else group


def _pictures(found: Population) -> Pieces:
    """A picture and a table for each grouping, two in a row."""
    each = [_grouping(found, grouping) for grouping in TITLES]
    return tuple(Beside(tuple(each[place : place + 2])) for place in range(0, len(each), 2))


def _grouping(found: Population, grouping: str) -> tuple[Piece, ...]:
    rows = found.by(grouping)
    names = [_named(grouping, group) for group in rows["group"]]
    shares = [f"{words.rounded(percent)}%" for percent in rows["percent"]]
    england = ["" if pd.isna(value) else f"{value:g}%" for value in rows["national"]]
    shown = [f"{share} ({number:,})" for share, number in zip(shares, rows["children"], strict=True)]
    title = TITLES[grouping]
    known = rows["national"].notna().any()
    beside = [None if pd.isna(value) else float(value) for value in rows["national"]] if known else []
    longest = float(rows[["percent", "national"]].max().max()) or 1
    chart = bars(
        names, [float(value) for value in rows["percent"]], shown, of=f"children by {title.lower()}",
        whole=1.1 * longest, beside=beside, beside_words="England",
    )  # fmt: skip
    table = pd.DataFrame(
        {title: names, "Children": [f"{n:,}" for n in rows["children"]], "Share": shares, "England": england}
    )
    links = tuple(
        rows_behind(f"{name} ({number:,})", *LOOKED_AFTER, by=grouping, group=group)
        for name, group, number in zip(names, rows["group"], rows["children"], strict=True)
        if number and (grouping, group) != ("age_band", UNKNOWN)
    )
    return (
        Heading(title),
        Picture(chart, f"population_by_{grouping}"),
        as_table(Table(table, f"Children looked after by {title.lower()}", grouping)),
        Folded("Open the children", ":material/group:", (Links(links),)),
    )


def _placements(found: Population) -> Pieces:
    """Placements as annual reports have them, inside the authority and outside."""
    if not found.is_recorded("inside_authority"):
        return ()
    table = found.across("placement", "inside_authority")
    of = len(found.children)
    shown = pd.DataFrame({"Placement": list(table.index)})
    for column in table.columns:
        shown[column] = [f"{number:,}" for number in table[column]]
    shown["All"] = [results.share(int(number), of) for number in table.sum(axis=1)]
    return (
        Heading("Placements, inside the authority and outside"),
        Table(shown, "Placements inside and outside the authority", "placements"),
    )


def _age_and_sex(found: Population) -> Pieces:
    table = found.across("age_band", "sex")
    shown = pd.DataFrame({"Age": [_named("age_band", band) for band in table.index]})
    for column in table.columns:
        shown[column] = [f"{number:,}" for number in table[column]]
    shown["All"] = [f"{number:,}" for number in table.sum(axis=1)]
    return Heading("Age and sex"), Table(shown, "Children looked after by age and sex", "age_and_sex")
