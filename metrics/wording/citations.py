"""The sources of rules and standards, and how one is cited to a reader."""

from __future__ import annotations

import re

SOURCES = {
    "Regs": "Care Planning, Placement and Case Review (England) Regulations 2010 (SI 2010/959)",
    "AAR": "Adoption Agencies Regulations 2005",
    "903": "the Department for Education's SSDA903 return",
    "Handbook": "the IRO Handbook 2010",
    "S0": "targeted audit of reviews, timescales and attendance (2021)",
    "S1": "Preparing for CLA Reviews, guidance",
    "S2": "Focus Five audit findings 2021",
    "S3": "Croydon IRO annual report 2019-20",
    "S4": "Central Bedfordshire IRO annual report 2011-12",
}
"""How a source is cited -> what it is."""
_OURS = re.compile(r"(; )?domain\.md sections? [\w, ]+")


def cited(source: str) -> str:
    """A source as a reader finds it: without the sections of our own notes (`S1; domain.md section 4`)."""
    return _OURS.sub("", source)


def sources_of(cites: str) -> dict[str, str]:
    """Those of `SOURCES` that are cited in a text."""
    return {code: what for code, what in SOURCES.items() if re.search(rf"\b{code}\b", cites)}
