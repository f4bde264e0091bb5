"""What the dashboard is: its sources, how it treats children's data, accessibility, version."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from metrics.comparators import comparators
from metrics.wording import words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces.pieces import Heading, Link, Pieces, Text, sentence
from standards.wording import checked, worded

_PROJECT = Path(__file__).parents[3] / "pyproject.toml"


@cache
def version() -> str:
    """The product's version, as the project says it."""
    found: str = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"]
    return found


@reads.kept
def about(view: View) -> Pieces:
    """The answer to the page's question."""
    national = "; ".join(one.source for one in comparators().national[-1:]) or "none"
    return (
        sentence("it shows an IRO service its footprint, from the council's own records."),
        Text(
            f"Version {version()}. It reads the extracts of the council's case system, or the statutory "
            f"return, and keeps a copy of what it needs. This copy was last loaded "
            f"{words.moment(view.info.last_loaded_at)} and shows things as at {words.day(view.info.as_at)}."
        ),
        Link("What data is this?", "pages/data/loads/page.py"),
        Link("What do the numbers mean?", "pages/data/definitions/page.py"),
        Heading("Where the rules come from"),
        Text(_RULES),
        Text("Each figure names its source on the page of definitions."),
        Text(f"National figures: {national}. {_OWN_FIGURES}"),
        Heading("Children's data"),
        Text(worded(_PRIVACY, view.info.as_at)),
        Heading("Accessibility"),
        Text(_ACCESSIBILITY),
        Heading("Licence"),
        Text("MIT: free to use, change and pass on. The source, with its history, is where you got it from."),
    )


_OWN_FIGURES = (
    "Others, and how many children under 18 live in the area, go into a copy of `metrics/comparators.toml`; "
    "its name goes into the setting `IRO_COMPARATORS`."
)
_RULES = """
- Care Planning, Placement and Case Review (England) Regulations 2010; Adoption Agencies Regulations 2005.
- IRO Handbook (2010), statutory guidance to local authorities.
- The Department for Education's SSDA903 return, its codes and checks.
- Annual reports and audits of IRO services that were published, where the law leaves a choice. Every such
  choice is a dated setting, so that a year's figures keep the standard of that year.
"""
_PRIVACY = checked("""
- No child's name is loaded: a child stands under the council's own identifier.
- No identifier of a child appears in an address, a log or an error message.
- The dashboard serves on this machine only and sends nothing anywhere. No font, script or picture comes
  from the internet.
- Files with rows of children say so in their first lines. Annual and quarterly documents, and downloads
  marked “to share”, hide counts of 1 to {suppress_up_to} and whatever would give them away.
- What people record here is kept with who and when, and nothing of it is ever overwritten.
""")
_ACCESSIBILITY = """
The dashboard is made to meet WCAG 2.2 at level AA, and every page is tested for it in a browser at each
change.

- Status is a word and a shape before it is a colour. No red stands against green.
- Every chart has a description made from its figures, and the same as a table beside it.
- Every page can be used by keyboard, and saved as one file that prints on A4.
- Long tables are drawn by Streamlit on a canvas: screen readers read them cell by cell, and the same rows
  can be downloaded as CSV.

If something cannot be read or used, tell whoever runs this dashboard for your council.
"""
