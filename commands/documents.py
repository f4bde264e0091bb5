"""Documents out: `report`, with a command for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from commands.asked import authority_of
from commands.options import DAY, Command, Month, authority_option, store_option
from commands.output import say_what_to_share, writing_into
from standards.wording import LATEST, worded

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from data_access.people.viewer import Viewer
    from data_access.reading import AuthorityInfo
    from reports.document import Document

T = TypeVar("T")


@click.group()
def report() -> None:
    """Documents to hand over: Excel workbooks, pages to print, messages ready to send."""


def writes_reports(command: Command) -> Command:
    """The options that all documents share."""
    for option in reversed(
        (
            store_option,
            authority_option,
            click.option(
                "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR",
                help="The folder to write the files into.",
            ),
            click.option("--eml", is_flag=True, help="Messages too, ready to send; nothing is sent."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


week_option = click.option(
    "--week", "day", type=DAY, required=True, metavar="DATE", help="The week's Monday, or any day of it."
)


@report.command()
@click.option("--team", "team_id", required=True, metavar="ID", help="Which team.")
@click.option(
    "--week", type=DAY, metavar="DATE", help="The week's report: what is missing, late and coming up."
)
@click.option(
    "--month", type=Month(), metavar="YYYY-MM", help="The month's meeting: what the monitoring forms say."
)
@writes_reports
def team(team_id: str, week: date | None, month: date | None, **options: Any) -> None:
    """The documents to a team about a week (its Monday, or any day of it) or a month, or about both."""
    from reports.team_month import team_month_report
    from reports.weekly import team_report

    first = week or month
    if first is None:
        raise click.UsageError("Say which week with --week DATE, or which month with --month YYYY-MM.")

    def make(engine: Engine, viewer: Viewer, info: AuthorityInfo, _day: date) -> list[Document]:
        asked = ((team_report, week), (team_month_report, month))
        return [report_of(engine, viewer, info, team_id, day) for report_of, day in asked if day is not None]

    _write_reports(make, day=first, **options)


@report.command()
@week_option
@writes_reports
def week(**options: Any) -> None:
    """The weekly reports to every team and every IRO."""
    from reports.weekly import week_reports

    _write_reports(week_reports, **options)


@report.command()
@click.option("--iro", "iro_id", required=True, metavar="ID", help="Which IRO.")
@click.option(
    "--month", "day", type=Month(), required=True, metavar="YYYY-MM", help="The month to talk about."
)
@writes_reports
def supervision(iro_id: str, **options: Any) -> None:
    """The pack for an IRO's supervision: two pages to edit in Word, and the same to print."""
    from reports.supervision import supervision_pack

    def make(engine: Engine, viewer: Viewer, info: AuthorityInfo, month: date) -> list[Document]:
        return [supervision_pack(engine, viewer, info, iro_id, month)]

    _write_reports(make, **options)


@report.command()
@click.option(
    "--audit",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="Which targeted audit, the first being 1 [default: the latest].",
)
@click.option("--forms", is_flag=True, help="The forms on which IROs reflect, one for each IRO, instead.")
@writes_reports
def audit(number: int | None, *, forms: bool, **options: Any) -> None:
    """A targeted audit in the shape audits have, or the forms on which IROs reflect on their cases."""
    from reports.targeted_audit import audit_report, reflection_forms

    def make(engine: Engine, viewer: Viewer, info: AuthorityInfo, _day: date) -> list[Document]:
        if forms:
            return reflection_forms(engine, viewer, info, number)
        return [audit_report(engine, viewer, info, number)]

    _write_reports(make, day=date.max, **options)


for_publication = click.option(
    "--shareable/--whole",
    default=True,
    help=worded(
        "Hide counts of 1 to {suppress_up_to} and what would give them away, or print them all "
        "[default: hide].",
        LATEST,
    ),
)


@report.command()
@click.option("--year", required=True, metavar="YYYY-YY", help="The year from April, such as 2025-26.")
@for_publication
@writes_reports
def annual(year: str, *, shareable: bool, **options: Any) -> None:
    """The annual report to the corporate parenting panel, to be finished in Word."""
    from reports.annual import annual_report, year_named

    first = _named(year_named, year, "--year")

    def make(engine: Engine, viewer: Viewer, info: AuthorityInfo, _day: date) -> list[Document]:
        return [annual_report(engine, viewer, info, first, shareable=shareable)]

    _write_reports(make, day=date(first, 4, 1), **options)
    say_what_to_share(shareable=shareable)


@report.command()
@click.option(
    "--quarter", required=True, metavar="YYYY-Qn", help="2025-Q4 is the last of the year from April 2025."
)
@for_publication
@writes_reports
def quarterly(quarter: str, *, shareable: bool, **options: Any) -> None:
    """The quarter beside earlier ones, and whether the months show more than chance."""
    from metrics.chance.compare import quarter_named
    from reports.quarterly import quarterly_report

    asked = _named(quarter_named, quarter, "--quarter")

    def make(engine: Engine, viewer: Viewer, info: AuthorityInfo, _day: date) -> list[Document]:
        return [quarterly_report(engine, viewer, info, asked, shareable=shareable)]

    _write_reports(make, day=asked.start, **options)
    say_what_to_share(shareable=shareable)


def _named(read: Callable[[str], T], text: str, option: str) -> T:
    """What a text names. Exits 2 with what to write instead."""
    try:
        return read(text)
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint=option) from None


def _write_reports(
    make: Callable[[Engine, Viewer, AuthorityInfo, date], list[Document]],
    *,
    store: str | None,
    authority: str | None,
    day: date,
    out: Path,
    eml: bool,
) -> None:
    """Write documents of a week or month, given by a day, into a folder; print the paths of their files."""
    from data_access.people.viewer import SERVICE_VIEWER
    from reports.document import NotInData

    engine, info = authority_of(store, authority)
    try:
        documents = make(engine, SERVICE_VIEWER, info, day)
    except NotInData as problem:
        raise click.UsageError(str(problem)) from None
    with writing_into(out, "Close the file if it is open, or choose another folder with --out."):
        out.mkdir(parents=True, exist_ok=True)
        paths = [path for document in documents for path in document.write(out, eml=eml)]
    for path in paths:  # once all are written: whoever reads this may stop reading, as `| head` does
        click.echo(path)
