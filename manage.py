"""The command line of IRO Footprint: `python manage.py COMMAND --help` (contract: `docs/command_line.md`).

Results go to standard output and nothing else does; progress and messages go to standard error.
Exit status: 0 done, 1 nothing was changed because the data were refused, 2 bad usage.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Engine

    from data_access.load import LoadReport
    from data_access.reading import AuthorityInfo
    from data_access.viewer import Viewer
    from reports.document import Document


class Day(click.ParamType[date]):
    """A day given as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or value != day.isoformat():
            self.fail("write the day as YYYY-MM-DD, such as 2026-03-31", param, ctx)
        from data_access.records import EARLIEST, LATEST

        if not EARLIEST <= day <= LATEST:
            self.fail("the day is before 1900 or after 2100: correct the year", param, ctx)
        return day


DAY = Day()
Command = Callable[..., Any]
T = TypeVar("T")

store_option = click.option(
    "--store", metavar="URL", help="The review store [default: IRO_STORE_URL, else the embedded file]."
)
authority_option = click.option(
    "--authority", metavar="CODE", help="Which authority [default: the only one]."
)
as_at_option = click.option("--as-at", type=DAY, metavar="DATE", help="The day to see the world from.")
format_option = click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def manage() -> None:
    """IRO Footprint: a service's reviews, midway reviews and case notes, from its own extracts."""


def reads_files(command: Command) -> Command:
    """The arguments and options that `load` and `check` share."""
    for option in reversed(
        (
            click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)),
            store_option,
            authority_option,
            as_at_option,
            click.option("--source", metavar="NAME", help="Where the files come from [default: the format]."),
            click.option(
                "--year",
                type=click.IntRange(1900, 2100),
                metavar="Y",
                help="903: the year it ends, 2026 for 2025-26.",
            ),
            click.option("--reviews-from", type=DAY, metavar="DATE", help="The first day the reviews cover."),
            click.option("--force", is_flag=True, help="Allow more than 10% of a file's rows to be refused."),
            click.option("--format", "form", type=click.Choice(["text", "json"]), default="text"),
        )
    ):
        command = option(command)
    return command


@manage.command()
@reads_files
def load(paths: tuple[Path, ...], **options: Any) -> None:
    """Recognise, validate and store extract files: all of it or nothing."""
    _load(paths, dry_run=False, **options)


@manage.command()
@reads_files
def check(paths: tuple[Path, ...], **options: Any) -> None:
    """Say what `load` would do with these files, without writing anything."""
    with _store_to_check(options.pop("store")) as store:
        _load(paths, store=store, dry_run=True, **options)


@contextmanager
def _store_to_check(store: str | None) -> Iterator[str | None]:
    """The store; where there is none yet, an empty one that is gone afterwards."""
    from data_access.store import store_file

    file = store_file(store)
    if file is None or file.exists():
        yield store
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield f"sqlite:///{folder}/empty.sqlite"


def _load(paths: Sequence[Path], *, store: str | None, as_at: date | None, form: str, **options: Any) -> None:
    from data_access.load import LoadRefused
    from data_access.load import load as load_files
    from metrics.facts import derive

    engine = _open(store)
    try:
        with _progress() as progress:
            reports = load_files(
                engine, list(paths), derive=derive, as_at=as_at or _today(), progress=progress, **options
            )
    except LoadRefused as refused:
        if form == "json":
            problems = [
                {"file": p.file, "line": p.line, "column": p.column, "message": p.message}
                for p in refused.problems
            ]
            click.echo(json.dumps({"changed": False, "problems": problems}, indent=2))
        else:
            click.echo(str(refused), err=True)
        click.echo("Nothing was changed: the store holds what it held before.", err=True)
        sys.exit(1)
    if form == "json":
        click.echo(json.dumps([_report_as_dict(report) for report in reports], indent=2))
    else:
        for report in reports:
            click.echo(_report_as_text(report, dry_run=bool(options.get("dry_run"))))


@manage.command()
@click.argument("directory", required=False, type=click.Path(file_okay=False, path_type=Path))
@store_option
@click.option("--scale", type=click.Choice(["authority", "region", "england"]), default="authority")
@click.option("--seed", type=int, default=1, show_default=True)
@as_at_option
@click.option("--as", "written_as", type=click.Choice(["template", "ssda903"]), default="template")
@click.option("--if-empty", is_flag=True, help="Do nothing where the store holds an authority already.")
def demo(
    directory: Path | None,
    store: str | None,
    scale: str,
    seed: int,
    as_at: date | None,
    written_as: str,
    if_empty: bool,
) -> None:
    """Write extract files of invented children into DIRECTORY; without one, load them."""
    from data_access.store import is_empty

    if if_empty and not is_empty(_open(store)):
        return
    from data_access.demo import write_demo

    as_at = as_at or _today()

    def write(folder: Path) -> list[Path]:
        click.echo(f"Writing invented children ({scale}, seed {seed}, as at {as_at})", err=True)
        with _progress() as progress:
            return write_demo(folder, scale=scale, seed=seed, as_at=as_at, form=written_as, progress=progress)

    if directory is not None:
        with _writing_into(directory, "Check that you may write there and that the disk is not full."):
            directory.mkdir(parents=True, exist_ok=True)
            write(directory)
        click.echo(f"Written to {directory}. Load them with: python manage.py load {directory}", err=True)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "invented"  # the report names its files
        folder.mkdir()
        write(folder)
        _load(
            [folder], store=store, as_at=as_at, form="text", dry_run=False, authority=None, source=None,
            year=None, reviews_from=None, force=False,
        )  # fmt: skip


@manage.command()
@store_option
@authority_option
@click.option("--from", "period_start", type=DAY, required=True, metavar="DATE")
@click.option("--to", "period_end", type=DAY, required=True, metavar="DATE")
@as_at_option
@click.option(
    "--by", type=click.Choice(["service", "iro", "team", "month", "kind", "age_band"]), default="service"
)
@click.option("--measure", "keys", multiple=True, metavar="KEY", help="Only these [default: all].")
@click.option("--shareable", is_flag=True, help="Hide counts of 1 to 5, and what would give them away.")
@format_option
def measures(
    store: str | None,
    authority: str | None,
    period_start: date,
    period_end: date,
    as_at: date | None,
    by: str,
    keys: tuple[str, ...],
    form: str,
    *,
    shareable: bool,
) -> None:
    """The measures of a period: one row per measure and group."""
    from data_access.viewer import SERVICE_VIEWER
    from metrics.calculate import Selection, default_as_at, measure_rows
    from metrics.measures import CATALOGUE
    from metrics.share import shareable_rows

    if unknown := sorted(set(keys) - set(CATALOGUE)):
        raise click.UsageError(f"No such measure: {', '.join(unknown)}. Choose from {', '.join(CATALOGUE)}.")
    if period_end < period_start:
        raise click.UsageError("The period ends before it starts: --to is before --from.")
    engine, authority = _open_authority(store, authority)
    as_at = as_at or default_as_at(engine, authority, period_end)
    selection = Selection(authority, period_start, period_end, as_at, by=by)
    rows_of = shareable_rows if shareable else measure_rows
    _write(rows_of(engine, SERVICE_VIEWER, selection, list(keys) or None), form)


@manage.command()
@store_option
@authority_option
@click.option("--as-at", type=DAY, required=True, metavar="DATE", help="The day to see the duties from.")
@format_option
def duties(store: str | None, authority: str | None, as_at: date, form: str) -> None:
    """Every duty to review known on a day, with its outcome on that day."""
    from data_access.viewer import SERVICE_VIEWER
    from metrics.calculate import duties_as_at

    engine, authority = _open_authority(store, authority)
    _write(duties_as_at(engine, SERVICE_VIEWER, authority, as_at), form)


@manage.command()
@store_option
@authority_option
@click.option("--as-at", type=DAY, required=True, metavar="DATE", help="The day to see the children from.")
@click.option("--format", "form", type=click.Choice(["csv", "json", "xlsx", "html"]), default="csv")
def tracker(store: str | None, authority: str | None, as_at: date, form: str) -> None:
    """The weekly tracker: every child looked after on a day, worst state first."""
    from data_access.viewer import SERVICE_VIEWER
    from metrics.question import Selection
    from metrics.tracker import tracker as tracker_of

    engine, authority = _open_authority(store, authority)
    selection = Selection(authority, as_at, as_at, as_at)
    if form in ("csv", "json"):
        _write(tracker_of(engine, SERVICE_VIEWER, selection), form)
        return
    from reports.weekly import tracker_report

    document = tracker_report(engine, SERVICE_VIEWER, _info(engine, authority), selection)
    if form == "xlsx" and sys.stdout.isatty():
        raise click.UsageError("A workbook is no text for a screen: write it to a file, with > tracker.xlsx")
    click.echo(document.xlsx if form == "xlsx" else document.html.encode(), nl=False)


@manage.group()
def report() -> None:
    """Documents to hand over: Excel workbooks, pages to print, messages ready to send."""


class Month(click.ParamType[date]):
    """A month given as YYYY-MM: its first day."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        if not re.fullmatch(r"\d{4}-\d{2}", value):
            self.fail("write the month as YYYY-MM, such as 2026-03", param, ctx)
        return DAY.convert(f"{value}-01", param, ctx)


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
    help="Hide counts of 1 to 5 and what would give them away, or print them all [default: hide].",
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


@report.command()
@click.option(
    "--quarter", required=True, metavar="YYYY-Qn", help="2025-Q4 is the last of the year from April 2025."
)
@for_publication
@writes_reports
def quarterly(quarter: str, *, shareable: bool, **options: Any) -> None:
    """The quarter beside earlier ones, and whether the months show more than chance."""
    from metrics.compare import quarter_named
    from reports.quarterly import quarterly_report

    asked = _named(quarter_named, quarter, "--quarter")

    def make(engine: Engine, viewer: Viewer, info: AuthorityInfo, _day: date) -> list[Document]:
        return [quarterly_report(engine, viewer, info, asked, shareable=shareable)]

    _write_reports(make, day=asked.start, **options)


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
    from data_access.viewer import SERVICE_VIEWER
    from reports.document import NotInData

    engine, authority = _open_authority(store, authority)
    try:
        documents = make(engine, SERVICE_VIEWER, _info(engine, authority), day)
    except NotInData as problem:
        raise click.UsageError(str(problem)) from None
    with _writing_into(out, "Close the file if it is open, or choose another folder with --out."):
        out.mkdir(parents=True, exist_ok=True)
        paths = [path for document in documents for path in document.write(out, eml=eml)]
    for path in paths:  # once all are written: whoever reads this may stop reading, as `| head` does
        click.echo(path)


@contextmanager
def _writing_into(folder: Path, cure: str) -> Iterator[None]:
    """Exits 2 where a file cannot be written, with what to do. (Of a full disk Python names no file.)"""
    try:
        yield
    except OSError as problem:
        raise click.UsageError(
            f"Cannot write {problem.filename or folder}: {problem.strerror}. {cure}"
        ) from None


@manage.command()
@store_option
@authority_option
@format_option
def findings(store: str | None, authority: str | None, form: str) -> None:
    """Every data finding and refused row in the store."""
    from data_access.reading import findings as findings_in
    from data_access.viewer import SERVICE_VIEWER

    engine, authority = _open_authority(store, authority)
    _write(findings_in(engine, SERVICE_VIEWER, authority), form)


def _open(store: str | None) -> Engine:
    from data_access.store import StoreProblem, open_store

    try:
        return open_store(store)
    except StoreProblem as problem:
        raise click.UsageError(str(problem)) from None


def _open_authority(store: str | None, authority: str | None) -> tuple[Engine, str]:
    """The store and the authority to read, by name or because it is the only one."""
    from data_access.reading import authorities_in

    engine = _open(store)
    held = [info.authority for info in authorities_in(engine)]
    if not held:
        raise click.UsageError("The store is empty. Load an extract first: python manage.py load PATH")
    if authority is None and len(held) == 1:
        return engine, held[0]
    if authority not in held:
        said = "Say which" if authority is None else f"No authority {authority} in the store: say which"
        shown = ", ".join(held[:20]) + (", ..." if len(held) > 20 else "")
        raise click.UsageError(f"{said} with --authority: {shown}.")
    return engine, authority


def _info(engine: Engine, authority: str) -> AuthorityInfo:
    from data_access.reading import authorities_in

    return next(info for info in authorities_in(engine) if info.authority == authority)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - a council's calendar day, on the council's own clock


def _write(frame: pd.DataFrame, form: str) -> None:
    """Print a result: days as YYYY-MM-DD, booleans as true/false, numbers unrounded, nothing as nothing."""
    rows = [
        dict(zip(frame.columns, map(_plain, row), strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]
    if form == "json":
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in rows:
        writer.writerow(
            "" if v is None else str(v).lower() if isinstance(v, bool) else v for v in row.values()
        )
    click.echo(out.getvalue(), nl=False)


def _plain(value: Any) -> Any:
    """One cell as JSON has it: text, number, boolean or None."""
    if hasattr(value, "item"):  # a numpy scalar
        value = value.item()
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return None
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _report_as_dict(report: LoadReport) -> dict[str, Any]:
    from dataclasses import asdict

    plain: dict[str, Any] = json.loads(json.dumps(asdict(report), default=str))
    return plain


def _report_as_text(report: LoadReport, *, dry_run: bool) -> str:
    head = f"{report.authority}, as at {report.as_at:%a %d %b %Y}: "
    if dry_run:
        head += "checked, nothing was written."
    else:
        head += "loaded." if report.changed else "nothing has changed since the last load."
    lines = [head, f"{'file':<44}{'kind':<20}{'read':>9}{'stored':>9}{'unchanged':>11}{'refused':>9}"]
    for file in report.files:
        lines.append(
            f"{file.name:<43} {file.kind:<20}{file.rows_read:>9}{file.rows_stored:>9}"
            f"{file.rows_unchanged:>11}{file.rows_refused:>9}"
        )
        lines += [f"    {note}" for note in file.notes]
        lines += [
            f"    line {p.line}{f', {p.column}' if p.column else ''}: {p.message}" for p in file.problems[:20]
        ]
        if file.rows_refused > 20:
            where = "--format json names up to 1,000" if dry_run else "python manage.py findings"
            lines.append(f"    ... and {file.rows_refused - 20} more: {where}")
    if report.findings:
        where = "load the files to see them" if dry_run else "python manage.py findings, or the Data page"
        lines.append(f"Findings to look at: {report.findings} ({where}).")
    return "\n".join(lines)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error where a person watches; silent in a pipe or a log."""
    watched = sys.stderr.isatty()
    with click.progressbar(length=1000, file=sys.stderr, hidden=not watched) as bar:

        def tell(what: str, done: int, total: int) -> None:
            bar.label = f"{what[:40]:<40}"
            bar.update(1000 * done // max(total, 1) - bar.pos)
            bar.render_progress()  # the words may have changed where the bar has not moved

        yield tell


if __name__ == "__main__":
    manage()
