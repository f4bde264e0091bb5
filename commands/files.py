"""Files in: `load`, `check`, and `demo`, which writes invented ones."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.asked import store_at, today
from commands.options import DAY, Command, as_at_option, store_option
from commands.output import progress_bar, writing_into

if TYPE_CHECKING:
    from data_access.loading.load import LoadRefused, LoadReport


def reads_files(command: Command) -> Command:
    """The arguments and options that `load` and `check` share."""
    for option in reversed(
        (
            click.argument(
                "paths", nargs=-1, required=True, type=click.Path(exists=True, readable=False, path_type=Path)
            ),
            store_option,
            click.option(
                "--authority",
                metavar="CODE",
                help="Whose files these are [default: of a folder of folders each one's name, else LOCAL].",
            ),
            click.option(
                "--as-at", type=DAY, metavar="DATE", help="The day the files are of [default: today]."
            ),
            click.option("--source", metavar="NAME", help="Where the files come from [default: the format]."),
            click.option(
                "--year",
                type=click.IntRange(1900, 2100),
                metavar="Y",
                help="903: the year it ends, 2026 for 2025-26.",
            ),
            click.option("--reviews-from", type=DAY, metavar="DATE", help="The first day the reviews cover."),
            click.option(
                "--force",
                is_flag=True,
                help="Allow more than 10% of a file's rows to be refused, so long as some are stored.",
            ),
            click.option("--format", "form", type=click.Choice(["text", "json"]), default="text"),
        )
    ):
        command = option(command)
    return command


@click.command()
@reads_files
def load(paths: tuple[Path, ...], **options: Any) -> None:
    """Recognise, validate and store extract files: all of it or nothing."""
    _load(paths, dry_run=False, **options)


@click.command()
@reads_files
def check(paths: tuple[Path, ...], **options: Any) -> None:
    """Say what `load` would do with these files, without writing anything."""
    with _store_to_check(options.pop("store")) as store:
        _load(paths, store=store, dry_run=True, **options)


@contextmanager
def _store_to_check(store: str | None) -> Iterator[str | None]:
    """The store; where there is none yet, an empty one that is gone afterwards."""
    from data_access.store.opening import store_file

    file = store_file(store)
    if file is None or file.exists():
        yield store
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield f"sqlite:///{folder}/empty.sqlite"


_NOTHING_CHANGED = "Nothing was changed: the store holds what it held before."


def _load(
    paths: Sequence[Path],
    *,
    store: str | None,
    as_at: date | None,
    form: str,
    dry_run: bool,
    **options: Any,
) -> None:
    as_at, before = as_at or today(), None
    try:
        from data_access.loading.load import LoadRefused
        from data_access.loading.load import load as load_files
        from data_access.reading import authorities_in
        from metrics.derive import derivation

        engine = store_at(store, as_it_is=dry_run)
        before = None if dry_run else authorities_in(engine)
        with progress_bar() as progress:
            reports = load_files(
                engine, list(paths), derivation=derivation(), as_at=as_at, dry_run=dry_run, progress=progress,
                **options,
            )  # fmt: skip
    except KeyboardInterrupt:
        # The database hears of it once it has done what it is at, which may be the last of it.
        stored = before is not None and authorities_in(engine) != before
        click.echo("Stopped too late: all is stored." if stored else f"Stopped. {_NOTHING_CHANGED}", err=True)
        raise
    except LoadRefused as refused:
        if form == "json":
            _print_json([_refusal_as_dict(refused, options["authority"], as_at)], dry_run=dry_run)
        else:
            click.echo(str(refused), err=True)
        click.echo(_NOTHING_CHANGED, err=True)
        sys.exit(1)
    if form == "json":
        _print_json([asdict(report) for report in reports], dry_run=dry_run)
    else:
        for report in reports:
            click.echo(_report_as_text(report, dry_run=dry_run))


@click.command()
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
    from data_access.store.opening import is_empty

    if if_empty and not is_empty(store_at(store)):
        return
    from data_access.demo import write_demo

    as_at = as_at or today()

    def write(folder: Path) -> list[Path]:
        click.echo(f"Writing invented children ({scale}, seed {seed}, as at {as_at})", err=True)
        with progress_bar() as progress:
            return write_demo(folder, scale=scale, seed=seed, as_at=as_at, form=written_as, progress=progress)

    if directory is not None:
        with writing_into(directory, "Check that you may write there and that the disk is not full."):
            directory.mkdir(parents=True, exist_ok=True)
            write(directory)
        # As at another day nearly all that is booked would be overdue.
        how = f"python manage.py load {directory} --as-at {as_at}"
        click.echo(f"Written to {directory}. Load them with: {how}", err=True)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "invented"  # the report names its files
        folder.mkdir()
        write(folder)
        _load(
            [folder], store=store, as_at=as_at, form="text", dry_run=False, authority=None, source=None,
            year=None, reviews_from=None, force=False,
        )  # fmt: skip


def _print_json(reports: list[dict[str, Any]], *, dry_run: bool) -> None:
    """The reports of a load; those of a check say beside `changed` what a load would have changed."""
    if dry_run:
        for report in reports:
            report |= {"load_id": None, "would_change": report["changed"], "changed": False}
    click.echo(json.dumps(reports, indent=2, default=str))


def _refusal_as_dict(refused: LoadRefused, authority: str | None, as_at: date) -> dict[str, Any]:
    """A refused load in the shape of a report; what it does not tell is None."""
    from data_access.loading.load import FileReport, LoadReport

    files: dict[str, dict[str, Any]] = {}
    for problem in refused.problems:
        file = dict.fromkeys(field.name for field in fields(FileReport)) | {
            "name": problem.file, "rows_stored": 0, "problems": [], "notes": [],
        }  # fmt: skip
        files.setdefault(problem.file, file)["problems"].append(asdict(problem))
    told = {
        "authority": refused.authority or authority, "as_at": as_at, "changed": False,
        "files": list(files.values()),
    }  # fmt: skip
    return dict.fromkeys(field.name for field in fields(LoadReport)) | told


def _report_as_text(report: LoadReport, *, dry_run: bool) -> str:
    head = f"{report.authority}, as at {report.as_at:%a %d %b %Y}: "
    if dry_run:
        head += "checked, nothing was written."
        if report.made_anew:
            head += " No file has changed, but the rules have: a load would make the figures anew."
    elif report.made_anew:
        head += "no file has changed, but the rules have: the figures were made anew by those in force."
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
