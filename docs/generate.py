"""Writes the pages of `docs/` that print what the code declares: `python -m docs.generate`.

`tests/test_docs.py` fails while they are stale, so a column, measure or finding cannot be added
without its documentation.
"""

from __future__ import annotations

from pathlib import Path

from data_access.findings import RULES
from data_access.rows.records import RECORDS
from data_access.sources.extract.template import codes_by_column, takes
from metrics.measures import CATALOGUE
from standards.wording import LATEST

HERE = Path(__file__).parent
_WRITTEN = "<!-- Written by `python -m docs.generate` from the code: change that, not this. -->\n"


def extract() -> str:
    """The kinds of the review extract and their columns."""
    coded = codes_by_column()
    out = [
        "# The review extract\n",
        _WRITTEN,
        "One file or sheet per kind, recognised by its headings, never by its name. **Bold** columns are",
        "required; extra ones are allowed. Headings match without regard to case, spaces and underscores.",
        "Days are `2026-01-31` or `31/01/2026`; yes/no is yes, no, y, n, true, false, 1 or 0; blank means",
        "not known. Ranges are closed: `to_date` is the last day it held, blank is still. `ended_on` of a",
        "period of care is the day the child ceased to be looked after.\n",
    ]
    for record in RECORDS:
        out += [f"## `{record.kind}`\n", f"{record.__doc__}\n"]
        out += ["| column | takes | what it is |", "|---|---|---|"]
        for name, field in record.model_fields.items():
            shown = f"**{name}**" if field.is_required() else name
            codes = f"[{takes(record, name)}](#codes-of-{name})" if name in coded else takes(record, name)
            out.append(f"| {shown} | {codes} | {field.description} |")
        out.append("")
    for column, codes_of in coded.items():
        out += [f"## Codes of `{column}`\n", "| code | means |", "|---|---|"]
        out += [f"| {code} | {words} |" for code, words in codes_of.items()] + [""]
    return "\n".join(out)


def measures() -> str:
    """The catalogue: every measure with its definition, standard and caveats, by the latest settings."""
    out = ["# The measures\n", _WRITTEN]
    theme = None
    for measure in CATALOGUE.values():
        if measure.theme != theme:
            theme = measure.theme
            out.append(f"## {theme}\n")
        paper = measure.paper(LATEST)
        out += [f"### {paper.title}\n", f"`{measure.key}`\n", paper.definition, "", paper.why_it_matters, ""]
        out += [f"- {caveat}" for caveat in paper.caveats] + ([""] if paper.caveats else [])
    return "\n".join(out)


def findings() -> str:
    """Every finding that a load can raise, by the latest settings, and how to mend it."""
    out = ["# Findings\n", _WRITTEN, "| rule | severity | what it says | what to do |", "|---|---|---|---|"]
    out += [f"| {rule.code} | {rule.severity} | {rule.means(LATEST)} | {rule.cure} |" for rule in RULES]
    return "\n".join([*out, ""])


PAGES = {"extract.md": extract, "measures.md": measures, "findings.md": findings}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
