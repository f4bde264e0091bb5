"""Figures out: `measures`, `duties`, `tracker` and `findings`, as rows on standard output."""

from __future__ import annotations

import sys
from datetime import date

import click

from commands.asked import authority_of
from commands.options import DAY, as_at_option, authority_option, format_option, store_option
from commands.output import say_what_to_share, write_rows
from standards.wording import LATEST, worded


@click.command()
@store_option
@authority_option
@click.option("--from", "period_start", type=DAY, required=True, metavar="DATE")
@click.option("--to", "period_end", type=DAY, required=True, metavar="DATE")
@as_at_option
@click.option(
    "--by", type=click.Choice(["service", "iro", "team", "month", "kind", "age_band"]), default="service"
)
@click.option("--measure", "keys", multiple=True, metavar="KEY", help="Only these [default: all].")
@click.option(
    "--shareable",
    is_flag=True,
    help=worded("Hide counts of 1 to {suppress_up_to}, and what would give them away.", LATEST),
)
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
    from data_access.people.viewer import SERVICE_VIEWER
    from metrics.counting.calculate import Selection, default_as_at, measure_rows
    from metrics.disclosure.share import shareable_rows
    from metrics.measures import CATALOGUE

    if unknown := sorted(set(keys) - set(CATALOGUE)):
        raise click.UsageError(f"No such measure: {', '.join(unknown)}. Choose from {', '.join(CATALOGUE)}.")
    if period_end < period_start:
        raise click.UsageError("The period ends before it starts: --to is before --from.")
    engine, info = authority_of(store, authority)
    as_at = as_at or default_as_at(engine, info.authority, period_end)
    selection = Selection(info.authority, period_start, period_end, as_at, by=by)
    rows_of = shareable_rows if shareable else measure_rows
    write_rows(rows_of(engine, SERVICE_VIEWER, selection, list(keys) or None), form)
    say_what_to_share(shareable=shareable)


@click.command()
@store_option
@authority_option
@click.option("--as-at", type=DAY, required=True, metavar="DATE", help="The day to see the duties from.")
@format_option
def duties(store: str | None, authority: str | None, as_at: date, form: str) -> None:
    """Every duty to review known on a day, with its outcome on that day."""
    from data_access.people.viewer import SERVICE_VIEWER
    from metrics.counting.calculate import duties_as_at

    engine, info = authority_of(store, authority)
    write_rows(duties_as_at(engine, SERVICE_VIEWER, info.authority, as_at), form)


@click.command()
@store_option
@authority_option
@click.option("--as-at", type=DAY, required=True, metavar="DATE", help="The day to see the children from.")
@click.option("--format", "form", type=click.Choice(["csv", "json", "xlsx", "html"]), default="csv")
def tracker(store: str | None, authority: str | None, as_at: date, form: str) -> None:
    """The weekly tracker: every child looked after on a day, worst state first."""
    from data_access.people.viewer import SERVICE_VIEWER
    from metrics.counting.question import Selection
    from metrics.tracker import tracker as tracker_of

    engine, info = authority_of(store, authority)
    selection = Selection(info.authority, as_at, as_at, as_at)
    if form in ("csv", "json"):
        write_rows(tracker_of(engine, SERVICE_VIEWER, selection), form)
        return
    from reports.weekly import tracker_report

    document = tracker_report(engine, SERVICE_VIEWER, info, selection)
    if form == "xlsx" and sys.stdout.isatty():
        raise click.UsageError("A workbook is no text for a screen: write it to a file, with > tracker.xlsx")
    click.echo(document.xlsx if form == "xlsx" else document.html.encode(), nl=False)


@click.command()
@store_option
@authority_option
@format_option
def findings(store: str | None, authority: str | None, form: str) -> None:
    """Every data finding and refused row in the store."""
    from data_access.people.viewer import SERVICE_VIEWER
    from data_access.reading import findings as findings_in

    engine, info = authority_of(store, authority)
    write_rows(findings_in(engine, SERVICE_VIEWER, info.authority), form)
