"""The annual report's sections about children: who they are, and how they and their families took part."""

from __future__ import annotations

import pandas as pd

from charts import paper
from data_access.codes import NON_ATTENDANCE_REASONS, PARTICIPATION_WORDS
from metrics import words
from metrics.absences import FAMILY, family_involvement
from metrics.members import members
from metrics.population import Population, population
from reports.content import Figures, Heading, Paragraph, Part, Picture, Pictures, Table, ToWrite
from reports.published import Published

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


def population_of(published: Published) -> list[Part]:
    """Who is looked after on the year's last day: age and sex, ethnicity, legal status, placement, rate."""
    at = published.selection
    found = population(published.engine, published.viewer, at, at.last_day)
    if found.children.empty:
        return [Heading("The children"), Paragraph(f"No child is looked after on {words.day(found.on)}.")]
    ages = found.across("age_band", "sex").rename(index=words.AGES)
    parts: list[Part] = [
        Heading("The children"),
        Paragraph(_said(found)),
        published.crossed("Age and sex", "Age and sex", "Age", ages, said=_national_ages(found)),
    ]
    for grouping, (title, sheet) in _GROUPINGS.items():
        rows = found.by(grouping)
        counts = dict(zip(rows["group"], (int(number) for number in rows["children"]), strict=True))
        england = {
            group: "" if pd.isna(value) else f"{value:g}%"
            for group, value in zip(rows["group"], rows["national"], strict=True)
        }
        parts.append(published.counted(title, sheet, sheet, counts, beside=england))
    placed = found.across("placement", "inside_authority")
    parts.append(
        published.crossed(
            "Placements inside the authority and outside", "Inside, outside", "Placement", placed
        )
    )
    if found.national is not None:
        parts.append(Paragraph(f"England: {found.national.source}.", quiet=True))
    parts.append(ToWrite("What changed among the children looked after, and why"))
    return parts


def _said(found: Population) -> str:
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
    ages = [
        f"{words.AGES[band].lower()} {value:g}%" for band, value in found.national.percent["age_band"].items()
    ]
    sexes = [f"{sex.lower()} {value:g}%" for sex, value in found.national.percent["sex"].items()]
    return f"England, 31 March {found.national.year}: {', '.join([*ages, *sexes])}."


# -- participation


def participation(published: Published, untold: dict[str, str]) -> list[Part]:
    """Being there and being heard, the codes, why not, parents and family, papers."""
    if "children_attended" in untold:
        return [Heading("Participation"), Paragraph(untold["children_attended"])]
    reviews = members(
        published.engine, published.viewer, "children_attended", published.selection, part="denominator"
    )
    counted = reviews["participation_code"].value_counts()
    codes = {
        words.with_meaning(PARTICIPATION_WORDS)(code): int(counted.get(code, 0))
        for code in PARTICIPATION_WORDS
        if code != "PN0"
    }
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
        published.counted("How children took part", "Codes", "How the child took part", codes),
        *_absences(published, untold),
        ToWrite("How children were helped to take part, and what children said of their reviews"),
        *_family(published, untold),
    ]


def _absences(published: Published, untold: dict[str, str]) -> list[Part]:
    if "absences_explained" in untold:
        return []
    absent = members(
        published.engine, published.viewer, "absences_explained", published.selection, part="denominator"
    )
    if absent.empty:
        return []
    reasons = absent["non_attendance_reason"].map(NON_ATTENDANCE_REASONS, na_action="ignore")
    counted = reasons.fillna("no reason recorded").value_counts()
    counts = {words.sentence(str(reason)): int(number) for reason, number in counted.items()}
    return [published.counted("Why children were not there", "Absences", "Reason", counts)]


def _family(published: Published, untold: dict[str, str]) -> list[Part]:
    if "mothers_involved_all" in untold or not published.one("mothers_involved_all")["denominator"]:
        return []
    people = family_involvement(published.engine, published.viewer, published.selection)
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
        published.crossed("How they were involved", "Family", "Person", table),
        ToWrite("How parents and carers were helped to take part"),
    ]  # fmt: skip
