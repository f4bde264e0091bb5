"""What commands print and write: rows as CSV or JSON, a bar while something takes long, files in a folder."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd


def write_rows(frame: pd.DataFrame, form: str) -> None:
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


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error where a person watches; silent in a pipe or a log."""
    watched = sys.stderr.isatty()
    with click.progressbar(length=1000, file=sys.stderr, hidden=not watched) as bar:

        def tell(what: str, done: int, total: int) -> None:
            bar.label = f"{what[:40]:<40}"
            bar.update(1000 * done // max(total, 1) - bar.pos)
            bar.render_progress()  # the words may have changed where the bar has not moved

        yield tell


@contextmanager
def writing_into(folder: Path, cure: str) -> Iterator[None]:
    """Exits 2 where a file cannot be written, with what to do. (Of a full disk Python names no file.)"""
    try:
        yield
    except OSError as problem:
        raise click.UsageError(
            f"Cannot write {problem.filename or folder}: {problem.strerror}. {cure}"
        ) from None


def say_what_to_share(*, shareable: bool) -> None:
    """Where small counts are hidden, say on standard error what that does not protect from."""
    from metrics.disclosure.share import ONE_PERIOD

    if shareable:
        click.echo(ONE_PERIOD, err=True)
