"""The annual report's sections about children: who they are, and how they and their families took part."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping

import pandas as pd

from charts import paper
from data_access.rows.codes import ATTENDED, NON_ATTENDANCE_REASONS, PARTICIPATION_WORDS, VIEWS_CONVEYED
from metrics.absences import FAMILY, involvement
from metrics.counting.members import members
from metrics.disclosure.hiding import ALL, Sum, tables_of
from metrics.population import Population, population
from metrics.wording import words
from reports.content import Figures, Heading, Paragraph, Part, Picture, Pictures, Table, ToWrite
from reports.published import Published, crossed_cells

_GROUPINGS = {
    "ethnicity": ("Ethnicity", "Ethnicity"),
    "legal_status": ("Legal status", "Legal status"),
    "national_placement": ("Placement", "Placement"),
    "unaccompanied": ("Unaccompanied asylum-seeking children", "Unaccompanied"),
}
_PEOPLE = {
    "mother": "Mother",
    "father": "Father",
    "step_parent": "Step-parent",
    "connected_person": "Connected person",
}


_CROSSED = (("age_band", "sex"), ("placement", "inside_authority"))
_WITHIN = (("placement", "national_placement"),)
_NO_RATE = (
    "There is no rate for each 10,000 children: ask whoever runs the dashboard to add how many children "
    "under 18 live in the area, with year and source."
)


def hidden_of_the_children(published: Published, children: pd.DataFrame) -> set[Hashable]:
    """What is not printed of the children looked after, in any table that counts them.

    All tables are protected together (`disclosure.tables_of`): a group hidden in one could be worked out from
    a total that another prints.
    """
    ways = dict.fromkeys([*_GROUPINGS, *(way for pair in (*_CROSSED, *_WITHIN) for way in pair)])
    cells, sums, unprinted = tables_of(children, list(ways), _CROSSED, _WITHIN)
    return published.hidden(cells, sums, unprinted=unprinted, elsewhere=[ALL])


def population_of(published: Published) -> list[Part]:
    """Who is looked after on the year's last day: age and sex, ethnicity, legal status, placement, rate."""
    at = published.selection
    found = population(published.engine, published.viewer, at, at.last_day)
    if found.children.empty:
        return [Heading("The children"), Paragraph(f"No child is looked after on {words.day(found.on)}.")]
    hidden = hidden_of_the_children(published, found.children)
    parts: list[Part] = [
        Heading("The children"),
        Paragraph(_said(found, len(found.children) <= published.up_to)),
        *([Paragraph(_NO_RATE, quiet=True)] if found.under_18 is None else []),
        _crossed(published, found, hidden, _CROSSED[0], ("Age and sex", "Age and sex", "Age")),
    ]
    for grouping, (title, sheet) in _GROUPINGS.items():
        rows = found.by(grouping)
        counts = dict(zip(rows["group"], (int(number) for number in rows["children"]), strict=True))
        england = {
            group: "" if pd.isna(value) else f"{value:g}%"
            for group, value in zip(rows["group"], rows["national"], strict=True)
        }
        dark = {group for group in (*counts, ALL) if group in hidden or (grouping, group) in hidden}
        parts.append(published.counted(title, sheet, sheet, counts, beside=england, hidden=dark))
    placed = ("Placements inside the authority and outside", "Inside, outside", "Placement")
    if found.is_recorded("inside_authority"):
        parts.append(_crossed(published, found, hidden, _CROSSED[1], placed))
    if found.national is not None:
        parts.append(Paragraph(f"England: {found.national.source}.", quiet=True))
    parts.append(ToWrite("What changed among the children looked after, and why"))
    return parts


def _crossed(
    published: Published,
    found: Population,
    hidden: Collection[Hashable],
    ways: tuple[str, str],
    named: tuple[str, str, str],
) -> Table:
    """A table of the children by two things, with England's shares above where it has no column for them."""
    (down, over), (title, sheet, heading) = ways, named
    table = found.across(down, over)
    said = {group: words.AGES.get(group, group) for group in table.index}
    names = {(down, group): name for group, name in said.items()} | {(over, one): one for one in table}
    dark: set[Hashable] = {(name, ALL) for cell, name in names.items() if cell in hidden and cell[0] == down}
    dark |= {(ALL, name) for cell, name in names.items() if cell in hidden and cell[0] == over}
    dark |= {(said[a], b) for a in table.index for b in table.columns if (down, a, over, b) in hidden}
    dark |= {(ALL, ALL)} if ALL in hidden else set()
    above = _national_ages(found) if down == "age_band" else ""
    return published.crossed(title, sheet, heading, table.rename(index=said), said=above, hidden=dark)


def _said(found: Population, few: bool) -> str:
    if few:
        return "Few children were looked after. Children in a series of short breaks are left out."
    children = words.count(len(found.children), "child was", "children were")
    text = f"{children} looked after on {words.day(found.on)}"
    if found.rate_per_10000 is not None and found.under_18 is not None:
        text += (
            f", {words.rounded(found.rate_per_10000)} for each 10,000 under 18 in the area "
            f"({len(found.children):,} of {found.under_18.under_18:,})"
        )
        if found.national is not None:
            text += f"; in England {found.national.rate_per_10000:g} on 31 March {found.national.year}"
    return f"{text}. Children in a series of short breaks are left out."


def _national_ages(found: Population) -> str:
    """England's shares by age and sex, which the two-way table has no column for."""
    if found.national is None:
        return ""
    shares = [(words.AGES[band].lower(), value) for band, value in found.national.percent["age_band"].items()]
    shares += [(sex.lower(), value) for sex, value in found.national.percent["sex"].items()]
    said = ", ".join(f"{value:g}% {who}" for who, value in shares)
    return f"England, 31 March {found.national.year}: {said}."


# -- participation


def participation(published: Published, untold: dict[str, str]) -> list[Part]:
    """Being there and being heard, the codes, why not, parents and family, papers."""
    if "children_attended" in untold:
        return [Heading("Participation"), Paragraph(untold["children_attended"])]
    reviews = members(
        published.engine, published.viewer, "children_attended", published.selection, part="denominator"
    )
    counted = reviews["participation_code"].value_counts()
    codes = {code: int(counted.get(code, 0)) for code in PARTICIPATION_WORDS if code != "PN0"}
    reasons = _reasons(published, untold)
    hidden = _hidden_of_taking_part(published, codes, reasons)
    named = words.with_meaning(PARTICIPATION_WORDS)
    figures = {
        "children_attended": "Were there",
        "children_participated": "Views conveyed",
        "children_participated_every_review": "Heard at every review",
    }
    return [
        Heading("Participation of children"),
        Paragraph(
            "Being there and being heard are two things: a child who stays away can send their views, and "
            "one who is there may convey none. Children under 4 are left out."
        ),
        Figures(tuple(published.figure(key, label) for key, label in figures.items())),
        published.counted(
            "How children took part", "Codes", "How the child took part",
            {named(code): number for code, number in codes.items()},
            hidden={named(cell) if cell in codes else cell for cell in hidden},
        ),
        *(
            [
                published.counted(
                    "Why children were not there", "Absences", "Reason", reasons,
                    hidden={ALL if cell == _ABSENT else cell for cell in hidden if cell != ALL},
                )
            ]
            if reasons
            else []
        ),
        ToWrite("How children were helped to take part, and what children said of their reviews"),
        *_family(published, untold),
    ]  # fmt: skip


_ABSENT = "absent"


def _hidden_of_taking_part(
    published: Published, codes: Mapping[str, int], reasons: Mapping[str, int]
) -> set[Hashable]:
    """What is not printed of codes and reasons, given that the two rates are printed too, where they are.

    Attended and participated are sums of codes, and the reasons are of the reviews that were not attended.
    """
    cells: dict[Hashable, int] = {ALL: sum(codes.values())}
    cells.update([*codes.items(), *reasons.items()])
    absent = [code for code in codes if code not in ATTENDED]
    cells[_ABSENT] = sum(codes[code] for code in absent)
    sums = [Sum(ALL, tuple(codes)), Sum(_ABSENT, tuple(absent))]
    sums += [Sum(_ABSENT, tuple(reasons))] if reasons else []
    unprinted: list[Hashable] = [] if reasons else [_ABSENT]
    for total, parts in ((ALL, codes), (_ABSENT, reasons)):
        for name in parts:
            cells["rest", name] = cells[total] - cells[name]
            sums.append(Sum(total, (name, ("rest", name))))
            unprinted.append(("rest", name))
    printed: list[Hashable] = []
    for key, meant in (("children_attended", ATTENDED), ("children_participated", VIEWS_CONVEYED)):
        if not published.one(key)["suppressed"]:
            counted = tuple(str(code) for code in meant)
            cells[key] = sum(codes[code] for code in counted)
            sums.append(Sum(key, counted))
            printed += [key, ALL]
    if reasons and not published.one("absences_explained")["suppressed"]:
        explained = tuple(reason for reason in reasons if reason != words.NO_REASON)
        cells["explained"] = sum(reasons[reason] for reason in explained)
        sums.append(Sum("explained", explained))
        printed += ["explained", _ABSENT]
    return published.hidden(cells, sums, unprinted=unprinted, elsewhere=printed)


def _reasons(published: Published, untold: dict[str, str]) -> dict[str, int]:
    """How many reviews were not attended for each reason; nothing where that cannot be told."""
    if "absences_explained" in untold:
        return {}
    absent = members(
        published.engine, published.viewer, "absences_explained", published.selection, part="denominator"
    )
    reasons = absent["non_attendance_reason"].map(NON_ATTENDANCE_REASONS, na_action="ignore")
    counted = reasons.fillna(words.NO_REASON).value_counts()
    return {words.sentence(str(reason)): int(number) for reason, number in counted.items()}


def _hidden_of_family(published: Published, table: pd.DataFrame) -> set[Hashable]:
    """What is not printed of how each person was involved, given that their rates are printed too.

    Of mothers and fathers a review has one each, so that the rates are sums of the table's cells.
    """
    cells, sums = crossed_cells(table)
    printed: list[Hashable] = []
    for who, key in (("Mother", "mothers_involved"), ("Father", "fathers_involved")):
        involved, applies = ((who, "Attended"), (who, "Consulted")), f"{key} applies"
        every = [(who, how) for how in table.columns if how != "Not applicable"]
        if not published.one(key)["suppressed"]:
            cells[applies] = sum(cells[cell] for cell in every)
            sums.append(Sum(applies, tuple(every)))
            printed.append(applies)
        if not (published.one(key)["suppressed"] and published.one(f"{key}_all")["suppressed"]):
            cells[key] = sum(cells[cell] for cell in involved)
            sums.append(Sum(key, involved))
            printed.append(key)
    return published.hidden(cells, sums, elsewhere=printed)


def _family(published: Published, untold: dict[str, str]) -> list[Part]:
    if "mothers_involved_all" in untold or not published.one("mothers_involved_all")["denominator"]:
        return []
    people = involvement(published.engine, published.viewer, published.selection)
    table = people.set_index("person").reindex([str(person) for person in FAMILY]).rename(index=_PEOPLE)
    table.columns = pd.Index([words.sentence(str(how).replace("_", " ")) for how in table.columns])
    who = {
        "Mothers": "mothers_involved", "Fathers": "fathers_involved",
        "Step-parents or connected persons": "other_family_involved",
    }  # fmt: skip
    rates = tuple((name, published.said(f"{key}_all"), published.said(key)) for name, key in who.items())
    shown = [(name, published.one(f"{key}_all")) for name, key in who.items()]
    chart = paper.bars(
        [name for name, _ in shown],
        [None if pd.isna(row["value"]) else float(row["value"]) for _, row in shown],
        [cells[1] for cells in rates],
        of="parents and family involved, of all reviews",
        whole=100,
    )
    return [
        Heading("Parents and family", 1),
        Paragraph(
            "Attended or consulted counts as involved. Both rates are shown: the first counts reviews at "
            "which there was nobody to involve, the second rests on how “not applicable” is used."
        ),
        Pictures((Picture("Parents and family involved", "Of reviews that record who took part", chart),)),
        Table(
            "Two rates", "Family rates", "", ("Who", "Of all reviews", "Of those it applies to"), rates,
            level=2, right=frozenset({1, 2}),
        ),
        published.crossed(
            "How they were involved", "Family", "Person", table, hidden=_hidden_of_family(published, table)
        ),
        ToWrite("How parents and carers were helped to take part"),
    ]  # fmt: skip
