"""The documents that can be handed over: which there are, what one says, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from metrics.chance.compare import latest_quarter, quarter_named
from metrics.counting.question import first_of_april, months_on
from metrics.disclosure.share import ONE_PERIOD
from pages.frame import reads
from pages.frame.view import View
from pages.pieces.pieces import Download, Heading, Pieces, Text, sentence
from pages.quality.audits import targeted
from reports.annual import annual_report, year_named
from reports.document import DOCX, XLSX, Document, Form, NotInData
from reports.quarterly import quarterly_report
from reports.supervision import supervision_pack
from reports.targeted_audit import audit_report
from reports.team_month import team_month_report
from reports.weekly import iro_report, team_report


@dataclass(frozen=True)
class Kind:
    """A kind of document: what it is called, what is chosen, and whether it is made to leave the service."""

    title: str
    of_what: str
    said: str
    for_publication: bool = False


KINDS: Mapping[str, Kind] = {
    "annual": Kind(
        "Annual report", "Year",
        "The report that the IRO Handbook asks for: figures and charts filled in, and after each a place for "
        "the author's own words.", for_publication=True,
    ),
    "quarterly": Kind(
        "Quarterly report", "Quarter",
        "Every headline figure beside the quarter before and the same a year before, and whether the months "
        "show more than chance.", for_publication=True,
    ),
    "supervision": Kind(
        "Supervision pack", "IRO", "Two pages on one IRO's month: figures, children to talk about, actions."
    ),
    "team": Kind("Weekly report to a team", "Team", "What is missing, late and coming up for its children."),
    "meeting": Kind(
        "Monthly meeting with a team", "Team",
        "What the monitoring forms say of one month: what was in place, what was not, good practice.",
    ),
    "audit": Kind(
        "Targeted audit", "Audit",
        "Nature, auditor, date, cases, purpose, activity, learning and actions, with room for the auditor's "
        "own words.",
    ),
    "iro": Kind("Weekly report to an IRO", "IRO", "The children of one IRO who need action."),
}  # fmt: skip
_FILES: Mapping[Form, tuple[str, str]] = {
    "docx": ("to edit (Word)", DOCX),
    "html": ("to print (HTML)", "text/html"),
    "xlsx": ("as a workbook (Excel)", XLSX),
}
_NONE = {
    "Team": "This data names no teams, so there is nobody to write it for.",
    "IRO": "This data names no IROs, so there is nobody to write it for.",
    "Audit": "No targeted audit is on record yet: open one on the page What do audits say?",
}
"""What is said where there is nothing to choose from."""
YEARS, QUARTERS = 5, 8


def said() -> Pieces:
    """What the page is for."""
    return (
        sentence("choose a document, read what it says, and download it."),
        Text(
            "Nothing is sent by the product. Documents with children's rows say so on every page; annual and "
            "quarterly reports hide small numbers unless you ask for them."
        ),
    )


@reads.kept
def choices(view: View, kind: str) -> dict[str, str]:
    """What can be chosen of a kind: its name in the list by how it is asked for."""
    as_at = view.selection.as_at
    if kind == "annual":
        first = first_of_april(as_at).year
        found = [f"{year}-{(year + 1) % 100:02}" for year in range(first - 1, first - 1 - YEARS, -1)]
        so_far = f"{first}-{(first + 1) % 100:02}"
        return dict(zip(found, found, strict=True)) | {so_far: f"{so_far}, so far"}
    if kind == "quarterly":
        latest = latest_quarter(as_at)
        quarters = [latest.before(number) for number in range(QUARTERS)]
        return {one.name: f"{one.name}: {one.start:%b} to {one.end:%b %Y}" for one in quarters}
    if kind == "audit":
        return targeted.labels(view)
    return view.teams if KINDS[kind].of_what == "Team" else view.iros


def document(view: View, kind: str, which: str | None, *, whole: bool) -> Pieces:
    """What the chosen document says, and its files; why there is none, where there is none."""
    about = Text(KINDS[kind].said)
    if which is None:
        return about, Text(_NONE[KINDS[kind].of_what])
    try:
        made = _made(view, kind, which, whole)
    except NotInData as problem:
        return about, Text(str(problem))
    files = tuple(
        Download(
            f"{KINDS[kind].title} {_FILES[form][0]}",
            f"{made.name}.{form}",
            lambda form=form: made.bytes_of(form),  # type: ignore[misc]
            _FILES[form][1],
        )
        for form in made.forms
    )
    return (
        about,
        Heading(made.content.title),
        Text(f"{made.content.choice}. **{made.content.handling}**"),
        *([Text(ONE_PERIOD)] if KINDS[kind].for_publication and not whole else []),
        Text(made.content.answer),
        *files,
        *_contents(made),
    )


def _contents(made: Document) -> Pieces:
    """What is in it: its tables and sections."""
    titles = [getattr(part, "text", "") or getattr(part, "title", "") for part in made.content.parts
              if getattr(part, "level", 0) == 1]  # fmt: skip
    lines = "\n".join(f"- {title}" for title in dict.fromkeys(titles) if title)
    return (Text(f"**In it**\n\n{lines}"),) if lines else ()


@reads.kept
def _made(view: View, kind: str, which: str, whole: bool) -> Document:
    engine, viewer, info, on = reads.engine(), view.viewer, view.info, view.selection.as_at
    if kind == "annual":
        return annual_report(engine, viewer, info, year_named(which), shareable=not whole)
    if kind == "quarterly":
        return quarterly_report(engine, viewer, info, quarter_named(which), shareable=not whole)
    if kind == "supervision":
        return supervision_pack(engine, viewer, info, which, _month(view))
    if kind == "meeting":
        return team_month_report(engine, viewer, info, which, _month(view), on)
    if kind == "audit":
        return audit_report(engine, viewer, info, int(which), on)
    return {"team": team_report, "iro": iro_report}[kind](engine, viewer, info, which, on)


def _month(view: View) -> date:
    """The latest month that is over."""
    return months_on(view.selection.as_at.replace(day=1), -1)
