"""What was given to a load: the tables of the files, each with its kind, source and collection year."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path, PurePosixPath

from data_access.loading.storing import CHUNK, FileLoad
from data_access.rows.records import RECORDS, Record
from data_access.rows.values import read_day
from data_access.sources.extract import template
from data_access.sources.reading.files import FileProblem, PassedOver, Table, normal, tables_in
from data_access.sources.ssda903 import rows as ssda903
from data_access.sources.ssda903.records import RETURN_RECORDS, ReturnRecord

RETURN_FORMAT = "ssda903"

_ORDER = {record.kind: place for place, record in enumerate((*RECORDS, *RETURN_RECORDS))}
_RETURN_BY_KIND: dict[str, type[ReturnRecord]] = {record.kind: record for record in RETURN_RECORDS}


@dataclass(frozen=True)
class Unused:
    """Something given that is not loaded, and why."""

    name: str
    why: str


@dataclass
class Given:
    """The tables to load, in the order of loading; what is left out; what is wrong."""

    files: list[FileLoad] = field(default_factory=list)
    unused: list[Unused] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)


def given_tables(
    paths: Sequence[Path], *, source: str | None, year: int | None, beside: Iterable[PassedOver] = ()
) -> Given:
    """Recognise every table at `paths` by its headings (`formats.md`, opening).

    source: where they come from, by default their format's name. year: the year in which the 903's
    collection year ends, by default inferred. beside: what was given with them and passed over.
    """
    given = Given()
    unknown: dict[str, list[Table]] = defaultdict(list)
    used_books: set[str] = set()
    for item in chain(tables_in(paths), beside):
        if isinstance(item, FileProblem):
            given.problems.append(item)
        elif isinstance(item, PassedOver):
            given.unused.append(Unused(item.name, f"passed over: {item.reason}"))
        elif (record := _kind_of(item)) is None:
            unknown[item.book or item.name].append(item)
        else:
            if item.book:
                used_books.add(item.book)
            _add(given, item, record)
    for name, tables in unknown.items():
        if name in used_books:
            given.unused += [Unused(table.name, "not used: its headings are of no kind") for table in tables]
        else:
            given.problems += _why_unknown(name, tables)
    given.files.sort(key=lambda file: _ORDER[file.kind])  # stable: files of one kind by name
    if not given.problems:
        _name_sources(given, source, year)
        _leave_out_repeated(given)
    return given


def _kind_of(table: Table) -> type[Record] | str | None:
    """The record of a table's kind; why it is not used; None where it is of no kind."""
    if not table.headings:
        return None
    record = template.recognise(table.headings)
    if record is not None:
        return record
    kind = ssda903.recognise(table.headings)
    if kind is None:
        return None
    return _RETURN_BY_KIND.get(kind, "not used: a table of the statutory return that no measure needs")


def _add(given: Given, table: Table, record: type[Record] | str) -> None:
    if isinstance(record, str):
        given.unused.append(Unused(table.name, record))
        return
    if twice := template.heading_twice(table.headings):
        given.problems.append(
            FileProblem(
                table.name,
                "has this heading twice: which column counts cannot be told. Remove or rename one of them.",
                line=1,
                column=twice,
            )
        )
        return
    form = RETURN_FORMAT if issubclass(record, ReturnRecord) else template.FORMAT
    file = FileLoad(table, record, form)
    if extra := template.not_read(record, table.headings):
        file.notes.append("columns not read: " + ", ".join(extra))
    given.files.append(file)


def _why_unknown(name: str, tables: Sequence[Table]) -> Iterator[FileProblem]:
    written = [table for table in tables if table.headings]
    for table in written:
        yield FileProblem(table.name, template.why_unknown(table.headings), line=1)
    if not written:
        yield FileProblem(name, "has no headings: its sheets are empty. Export it again.")


def _name_sources(given: Given, source: str | None, year: int | None) -> None:
    """Give every table its source; those of the return their collection year, and its name with it."""
    returns: dict[str, list[FileLoad]] = defaultdict(list)
    for file in given.files:
        if file.format == RETURN_FORMAT:
            returns[_belongs_to(file.table)].append(file)
        else:
            file.source = source or template.FORMAT
    try:
        _name_years(returns, source, year)
    except FileProblem as problem:
        given.problems.append(problem)


def _name_years(returns: dict[str, list[FileLoad]], source: str | None, year: int | None) -> None:
    days = {name: Counter[date]() if year else _days_in(files) for name, files in returns.items()}
    everywhere = sum(days.values(), Counter())
    for name, files in returns.items():
        # Without a day of its own (a header by itself) it is of the year of what it came with.
        of = year or _year_of(days[name] or everywhere, files[0].name)
        for file in files:
            file.year = of
            file.source = f"{source or RETURN_FORMAT}-{of - 1}-{of % 100:02d}"
            how = "as given" if year else "inferred from where most of its dates fall; --year says otherwise"
            file.notes.append(f"collection year {of - 1}-{of % 100:02d}, {how}")


def _year_of(days: Counter[date], name: str) -> int:
    try:
        return ssda903.infer_year(days)
    except FileProblem as problem:
        raise FileProblem(name, problem.message) from None


def _leave_out_repeated(given: Given) -> None:
    """Read a table given twice once. Returns of two years may hold the same table: each is of its year."""
    first: dict[tuple[str, str, str], FileLoad] = {}
    for file in given.files:
        same = first.setdefault((file.kind, file.source, file.table.digest), file)
        if same is not file:
            given.unused.append(Unused(file.name, f"not used: it holds the same as {same.name}"))
    given.files = list(first.values())


def _belongs_to(table: Table) -> str:
    """Which return a table is part of: the workbook or XML, else the folder and the numbers in its name.

    `header_2024.csv` and `reviews_2024.csv` are one return, `header_2025.csv` is of another.
    """
    if table.book:
        return table.book
    path = PurePosixPath(table.name.replace(" > ", "/"))
    return f"{path.parent}/{'-'.join(re.findall(r'[0-9]+', path.stem))}"


def _days_in(files: Sequence[FileLoad]) -> Counter[date]:
    """How often each day stands in the tables, births left out: they say nothing about the year."""
    texts: Counter[str] = Counter()
    for file in files:
        places = [place for place, heading in enumerate(file.table.headings) if normal(heading) in _TELLING]
        for chunk in file.table.chunks(CHUNK) if places else ():
            for place in places:
                found, counts = chunk.cells[place].value_counts().flatten()
                texts.update(dict(zip(found.to_pylist(), counts.to_pylist(), strict=True)))
    days: Counter[date] = Counter()
    for text, count in texts.items():
        try:
            days[read_day(text.strip())] += count
        except ValueError:
            continue
    return days


_TELLING = frozenset({"decom", "dec", "review", "dateplaced", "dateplacedceased"})
"""The columns whose days tell the collection year."""
