"""Rows of text become rows of values, column by column.

Every distinct text of a column is validated once, through the field's own pydantic type; what rows and
rules need of it are then operations on whole columns. Works for every `Record`, the statutory return's
included.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from types import NoneType
from typing import Annotated, Any, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import StringConstraints, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from data_access.rows.records import NeededWhen, NotAfterAsAt, NotBefore, Record, Rule
from data_access.sources.reading.files import normal
from data_access.sources.reading.problems import Columns
from data_access.store.opening import BLANK, plain

REMEMBERED = 100_000
"""Texts kept per type, and identifiers per column and file: more than codes and days there are, and little
memory."""

_BLANK = "is blank: fill it in"

_EXCEL_ERRORS = frozenset(
    {
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!",
        "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#GETTING_DATA", "#PYTHON!", "#EXTERNAL!",
    }
)  # fmt: skip
"""What a formula shows that found no value. It is not blank, which means not known, and nobody's name."""
_EXCEL_ERROR = "is an error of Excel: correct the formula, or clear the cell"

Values = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not stored. `message` begins with a verb and never holds an identifier."""

    line: int
    column: str | None
    message: str
    rule: str = "REFUSED"
    child_id: str | None = None


class ReadRows(NamedTuple):
    """What a chunk of text says."""

    lines: Sequence[int]
    columns: list[Values]
    """The values of `RowReader.columns`, as `store.insert_columns` takes them."""
    refused: list[Refusal]


class Read(NamedTuple):
    """A column's values: each distinct one once, and which of them stands in each row."""

    distinct: Values
    """"" for a blank and for a text that cannot stand."""
    to_store: Values
    """The same as `store.insert_columns` takes them."""
    at: npt.NDArray[np.int32]
    bad: dict[int, str]
    """Which of the distinct ones cannot stand, and why."""

    def at_row(self, row: int) -> Any:
        return self.distinct[self.at[row]]

    def compared(self) -> Values:
        """Row by row, a blank as ""."""
        return self.distinct[self.at]

    def stored(self, kept: Flags | None = None) -> Values:
        """Row by row, as `store.insert_columns` takes them; of all rows or those kept."""
        return self.to_store[self.at if kept is None else self.at[kept]]

    def bad_rows(self) -> Iterator[tuple[int, str]]:
        """(row, why) of the cells that cannot stand."""
        for row in np.flatnonzero(np.isin(self.at, list(self.bad))).tolist() if self.bad else ():
            yield row, self.bad[self.at[row]]


class Texts:
    """What texts of one type mean, each distinct text validated once. Columns of one type share it."""

    def __init__(self, item: Any) -> None:
        self.adapter: TypeAdapter[list[Any]] = TypeAdapter(list[item])
        self.known: dict[str, Any] = {}
        """Text -> its value, "" where it is blank."""
        self.bad: dict[str, str] = {}
        """Text that cannot stand here -> why. Its value reads as blank."""
        self._day = _base(item) is date

    def learn(self, texts: Sequence[str]) -> None:
        """Validate the texts that are new among these."""
        if len(self.known) > REMEMBERED:
            self.known.clear()
            self.bad.clear()
        fresh: dict[str, str] = {}
        for text in texts:
            if text in self.known:
                continue
            stripped = text.strip()
            if not stripped:
                self.known[text] = ""
            elif stripped in _EXCEL_ERRORS:
                self.known[text], self.bad[text] = "", _EXCEL_ERROR
            else:
                fresh[text] = stripped
        try:
            values = self.adapter.validate_python(list(fresh.values()))
        except ValidationError as problem:
            order = list(fresh)
            for error in reversed(problem.errors()):
                text = order[int(error["loc"][0])]
                self.known[text], self.bad[text] = "", _words(error)
                fresh.pop(text, None)
            values = self.adapter.validate_python(list(fresh.values()))
        if self._day:
            values = [value.isoformat() for value in values]
        self.known.update(zip(fresh, plain(values), strict=True))


KnownTexts = dict[Hashable, Texts]
"""By type, what texts mean: handed from file to file of a load, as most of them hold the same days."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of one file."""

    name: str
    heading: str
    place: int


class _Alike:
    """Columns of one file whose cells mean the same, blank ones too, read together: from text to values."""

    def __init__(self, texts: Texts, field: FieldInfo, *, may_differ: bool) -> None:
        self._texts, self._may_differ = texts, may_differ
        _, self._takes_blank = _without_none(field.annotation)
        self._blank = "" if field.is_required() or field.default is None else plain([field.default])[0]
        self.places: list[int] = []

    def read(self, cells: Sequence[pa.StringArray]) -> Iterator[Read]:
        """The values of each column's cells."""
        encoded = pa.chunked_array(cells).dictionary_encode().chunks
        texts = encoded[0].dictionary.to_pylist()
        distinct = np.empty(len(texts), dtype=object)
        distinct[:] = self._values(texts, len(encoded[0]))
        to_store, why = distinct, self._texts.bad
        bad = {place: why[text] for place, text in enumerate(texts) if text in why} if why else {}
        if (blank := distinct == "").any():
            written_blank = [place for place in np.flatnonzero(blank).tolist() if place not in bad]
            distinct[written_blank] = self._blank
            bad |= {} if self._takes_blank else dict.fromkeys(written_blank, _BLANK)
            to_store = distinct.copy()
            to_store[distinct == ""] = BLANK
        return (Read(distinct, to_store, column.indices.to_numpy(), bad) for column in encoded)

    def _values(self, texts: list[str], rows: int) -> Sequence[Any]:
        # Identifiers that never come twice are not worth remembering.
        may_pass_by = self._may_differ and len(texts) > 0.6 * rows
        if may_pass_by and _EXCEL_ERRORS.union(self._texts.bad).isdisjoint(texts):
            try:
                return self._texts.adapter.validate_python(texts)
            except ValidationError:
                pass  # one of them is blank or wrong: find out which, below
        known = self._texts.known
        try:
            return list(map(known.__getitem__, texts))
        except KeyError:
            self._texts.learn(texts)
        return list(map(known.__getitem__, texts))


def _without_none(annotation: Any) -> tuple[Any, bool]:
    """An annotation without its `| None`, and whether it had one."""
    arguments = get_args(annotation)
    if NoneType not in arguments:
        return annotation, False
    (plain,) = (argument for argument in arguments if argument is not NoneType)
    return plain, True


def _item(field: FieldInfo) -> Any:
    """The type of a field's values. Fields of one type share what texts mean, blanks apart."""
    value, _ = _without_none(field.annotation)
    return Annotated[value, *field.metadata] if field.metadata else value


def _is_text(field: FieldInfo) -> bool:
    value, _ = _without_none(field.annotation)
    constraints = [*field.metadata, *getattr(value, "__metadata__", ())]
    return any(isinstance(item, StringConstraints) for item in constraints)


def _base(annotation: Any) -> Any:
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


def _words(error: Any) -> str:
    """A pydantic error in the words of who has to mend the file."""
    if error["type"] == "string_too_long":
        return f"is longer than {error['ctx']['max_length']} characters: shorten it"
    raised = error.get("ctx", {}).get("error")
    return str(raised) if raised is not None else str(error["msg"])


class RowReader:
    """Reads the rows of one file as rows of one kind.

    headings: the file's; as_at: the load's as-at date. `columns` are the record's columns that the
    file has, in the record's order, then those it lacks that are not blank by default. known: what
    texts mean as read in other files of the load, added to.
    """

    def __init__(
        self, record: type[Record], headings: Sequence[str], as_at: date, known: KnownTexts | None = None
    ) -> None:
        known = {} if known is None else known
        places: dict[str, int] = {}
        for place, heading in enumerate(headings):
            places.setdefault(normal(heading), place)
        self._columns: list[_Column] = []
        self._alike: dict[Hashable, _Alike] = {}
        self._seen: dict[str, set[Any] | None] = {}
        self._constants: list[Any] = []
        lacking: list[str] = []
        for name, field in record.model_fields.items():
            if (found := places.get(normal(name))) is not None:
                self._columns.append(_Column(name, headings[found], found))
                item = _item(field)
                if item not in known:
                    known[item] = Texts(item)
                points = name in record.points_to
                if points:
                    self._seen[name] = set()
                # What points to other rows is read by itself, as it is asked for afterwards.
                group = name if points else (field.annotation, item, field.is_required(), field.default)
                if group not in self._alike:
                    may_differ = not points and _is_text(field)
                    self._alike[group] = _Alike(known[item], field, may_differ=may_differ)
                self._alike[group].places.append(found)
            elif not field.is_required() and field.default is not None:
                lacking.append(name)
                self._constants.append(plain([field.default])[0])
        self.columns: tuple[str, ...] = (*(column.name for column in self._columns), *lacking)
        self._at = {column.name: at for at, column in enumerate(self._columns)}
        self._rules = [rule for rule in record.rules if _needs(rule) <= set(self._at)]
        self._as_at = as_at.isoformat()
        self._child = next((name for name in ("child_id", "child") if name in self._at), None)
        self._refused_under: dict[str, str] = getattr(record, "refused_under", {})

    def heading(self, column: str) -> str:
        """How the file heads one of `columns`."""
        return self._columns[self._at[column]].heading if column in self._at else column

    def seen(self, column: str) -> set[Any] | None:
        """The values read so far in a column that points to another kind, refused rows' among them.

        None where there were too many to remember.
        """
        return self._seen[column]

    def read(self, chunk: Columns) -> ReadRows:
        """The chunk's rows as values; the rows that break a rule of the format apart."""
        refused = [Refusal(line, None, reason) for line, reason in chunk.refused]
        count = len(chunk.lines)
        if not count:
            return ReadRows([], [np.empty(0, dtype=object) for _ in self.columns], refused)
        read = self._read(chunk.cells)
        wrong = self._wrong(read)
        kept = np.ones(count, dtype=np.bool_)
        for row in sorted(wrong):
            column, message = wrong[row]
            rule = self._refused_under.get(column, "REFUSED")
            child_id = read[self._at[self._child]].at_row(row) or None if self._child else None
            refused.append(Refusal(chunk.lines[row], self.heading(column), message, rule, child_id))
            kept[row] = False
        lines = np.asarray(chunk.lines)[kept].tolist() if wrong else chunk.lines
        values = [column.stored(kept) if wrong else column.stored() for column in read]
        values += [np.full(len(lines), constant, dtype=object) for constant in self._constants]
        return ReadRows(lines, values, refused)

    def _read(self, cells: Sequence[pa.StringArray]) -> list[Read]:
        by_place: dict[int, Read] = {}
        for alike in self._alike.values():
            by_place.update(
                zip(alike.places, alike.read([cells[place] for place in alike.places]), strict=True)
            )
        read = [by_place[column.place] for column in self._columns]
        for name, seen in self._seen.items():
            if seen is not None:
                seen.update(read[self._at[name]].distinct.tolist())
                seen.discard("")
                self._seen[name] = seen if len(seen) <= REMEMBERED else None
        return read

    def _wrong(self, read: Sequence[Read]) -> dict[int, tuple[str, str]]:
        """row -> (column, reason) of what cannot stand: the first bad cell, else the first broken rule."""
        wrong: dict[int, tuple[str, str]] = {}
        for column, values in zip(self._columns, read, strict=True):
            for row, why in values.bad_rows():
                wrong.setdefault(row, (column.name, why))
        for rule in self._rules:
            name, broken, message = self._broken(rule, read)
            for row in np.flatnonzero(broken).tolist():
                wrong.setdefault(row, (name, message))
        return wrong

    def _broken(self, rule: Rule, read: Sequence[Read]) -> tuple[str, Flags, str]:
        """Of a rule between columns: the column at fault, the rows that break it, and why.

        Days are ISO text, in order as text; a blank comes before all.
        """
        if isinstance(rule, NotBefore):
            later, earlier = read[self._at[rule.later]].compared(), read[self._at[rule.earlier]].compared()
            message = f"is before {self.heading(rule.earlier)}: correct one of the two dates"
            return rule.later, (later < earlier) & (later != ""), message
        if isinstance(rule, NotAfterAsAt):
            message = "is after the as-at date of this load: correct the date"
            return rule.column, read[self._at[rule.column]].compared() > self._as_at, message
        broken = read[self._at[rule.when]].compared() == rule.equals
        if rule.column in self._at:
            broken = broken & (read[self._at[rule.column]].compared() == "")
        return rule.column, broken, _needed(rule)


def _needed(rule: NeededWhen) -> str:
    return f"is blank where {rule.when} is {rule.equals}: fill it in, or correct {rule.when}"


def _needs(rule: Rule) -> set[str]:
    """The columns without which a rule has nothing to look at."""
    if isinstance(rule, NotBefore):
        return {rule.later, rule.earlier}
    return {rule.when} if isinstance(rule, NeededWhen) else {rule.column}
