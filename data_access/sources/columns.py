"""Rows of text become rows of values, column by column.

Every distinct text of a column is validated once, through the field's own pydantic type; the rows
are then dictionary look-ups. Columns whose texts are nearly all different (identifiers) are given to
pydantic as one list. Works for every `Record`, the statutory return's included.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from types import NoneType
from typing import Annotated, Any, NamedTuple, get_args

from pydantic import StringConstraints, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from data_access.records import NeededWhen, NotAfterAsAt, NotBefore, Record, Rule
from data_access.sources.files import normal
from data_access.sources.problems import Chunk
from data_access.store import plain

_REMEMBERED = 100_000
"""Texts kept per column: more than any coded column or date has, and little memory."""

_BLANK = "is blank: fill it in"


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
    columns: list[Sequence[Any]]
    """The values of `RowReader.columns`, as `store.insert_columns` takes them: days as text, blank as ""."""
    refused: list[Refusal]


class Texts:
    """What texts of one type mean, each distinct text validated once. Columns of one type share it."""

    def __init__(self, field: FieldInfo) -> None:
        value, self.takes_blank = _without_none(field.annotation)
        item: Any = Annotated[value, *field.metadata] if field.metadata else value
        self.adapter: TypeAdapter[list[Any]] = TypeAdapter(list[item])
        self.known: dict[str, Any] = {}
        self.bad: dict[str, str] = {}
        """Text that cannot stand here -> why. Its value reads as blank."""
        self.forgot = False
        self._day = _base(value) is date
        self._blank = plain([None if field.is_required() else field.default])[0]

    def learn(self, texts: set[str]) -> None:
        """Validate the texts that are new among these."""
        if len(self.known) > _REMEMBERED:
            self.known.clear()
            self.bad.clear()
            self.forgot = True
        new = {text: text.strip() for text in texts.difference(self.known)}
        for text, stripped in new.items():
            if not stripped:
                self.known[text] = self._blank
                if not self.takes_blank:
                    self.bad[text] = _BLANK
        fresh = {text: stripped for text, stripped in new.items() if stripped}
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


class _Column:
    """One column of one file: from text to values."""

    def __init__(self, name: str, heading: str, place: int, texts: Texts, *, may_differ: bool) -> None:
        self.name, self.heading, self.place, self._texts = name, heading, place, texts
        self._may_differ = may_differ
        self._all_different = self._passed_by = False

    @property
    def bad(self) -> dict[str, str]:
        return self._texts.bad

    def read(self, texts: Sequence[str]) -> Sequence[Any]:
        """The values of `texts`, "" where blank or among `bad`."""
        if self._all_different and not self.bad:
            try:
                values = self._texts.adapter.validate_python(texts)
            except ValidationError:
                pass  # one of them is blank or wrong: find out which, below
            else:
                if self._texts.takes_blank or "" not in values:
                    self._passed_by = True
                    return values
        known = self._texts.known
        try:
            return list(map(known.__getitem__, texts))
        except KeyError:
            pass  # some are new: learn them, below
        distinct = set(texts)
        self._texts.learn(distinct)
        # Identifiers that never come twice are not worth remembering.
        self._all_different = self._may_differ and len(distinct) > 0.6 * len(texts)
        return list(map(known.__getitem__, texts))

    @property
    def seen(self) -> set[Any] | None:
        """Every value read so far; None where there were too many to remember."""
        if self._texts.forgot or self._passed_by:
            return None
        return set(self._texts.known.values()) - {""}


def _without_none(annotation: Any) -> tuple[Any, bool]:
    """An annotation without its `| None`, and whether it had one."""
    arguments = get_args(annotation)
    if NoneType not in arguments:
        return annotation, False
    (plain,) = (argument for argument in arguments if argument is not NoneType)
    return plain, True


def _texts_of(field: FieldInfo, known: KnownTexts) -> Texts:
    """The texts of a field's type, shared by the fields whose texts mean the same."""
    alike = (field.annotation, tuple(field.metadata), field.is_required(), field.default)
    if alike not in known:
        known[alike] = Texts(field)
    return known[alike]


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
        self._constants: list[Any] = []
        lacking: list[str] = []
        for name, field in record.model_fields.items():
            if (found := places.get(normal(name))) is not None:
                points = name in record.points_to
                # Where other rows are pointed to, what was read is asked for afterwards: kept by itself.
                texts = Texts(field) if points else _texts_of(field, known)
                may_differ = not points and _is_text(field)
                self._columns.append(_Column(name, headings[found], found, texts, may_differ=may_differ))
            elif not field.is_required() and field.default is not None:
                lacking.append(name)
                self._constants.append(plain([field.default])[0])
        self.columns: tuple[str, ...] = (*(column.name for column in self._columns), *lacking)
        self._at = {column.name: at for at, column in enumerate(self._columns)}
        self._rules = [rule for rule in record.rules if _columns_of(rule) <= set(self._at)]
        self._needs_absent = [
            rule for rule in record.rules
            if isinstance(rule, NeededWhen) and rule.column not in self._at and rule.when in self._at
        ]  # fmt: skip
        self._as_at = as_at.isoformat()
        self._child = next((name for name in ("child_id", "child") if name in self._at), None)
        self._refused_under: dict[str, str] = getattr(record, "refused_under", {})

    def heading(self, column: str) -> str:
        """How the file heads one of `columns`."""
        return self._columns[self._at[column]].heading if column in self._at else column

    def seen(self, column: str) -> set[Any] | None:
        """The values read in a column so far, refused rows' among them; None where too many to remember."""
        return self._columns[self._at[column]].seen

    def read(self, chunk: Chunk) -> ReadRows:
        """The chunk's rows as values; the rows that break a rule of the format apart."""
        refused = [Refusal(line, None, reason) for line, reason in chunk.refused]
        if not chunk.rows:
            return ReadRows([], [[] for _ in self.columns], refused)
        texts = list(zip(*chunk.rows, strict=True))
        values: list[Sequence[Any]] = [column.read(texts[column.place]) for column in self._columns]
        wrong = self._bad_cells(texts)
        self._broken_rules(values, wrong)
        count = len(chunk.rows)
        values += [[constant] * count for constant in self._constants]
        if not wrong:
            return ReadRows(chunk.lines, values, refused)
        children = values[self._at[self._child]] if self._child else [""] * count
        for row in sorted(wrong):
            column, message = wrong[row]
            rule = self._refused_under.get(column, "REFUSED")
            child_id = children[row] or None
            refused.append(Refusal(chunk.lines[row], self.heading(column), message, rule, child_id))
        kept = [row not in wrong for row in range(count)]
        return ReadRows(
            list(compress(chunk.lines, kept)), [list(compress(column, kept)) for column in values], refused
        )

    def _bad_cells(self, texts: Sequence[Sequence[str]]) -> dict[int, tuple[str, str]]:
        """row -> (column, reason) for rows with a cell that cannot stand; the first such cell."""
        wrong: dict[int, tuple[str, str]] = {}
        for column in self._columns:
            bad = column.bad
            if bad and not bad.keys().isdisjoint(texts[column.place]):
                for row, text in enumerate(texts[column.place]):
                    if text in bad:
                        wrong.setdefault(row, (column.name, bad[text]))
        return wrong

    def _broken_rules(self, values: Sequence[Sequence[Any]], wrong: dict[int, tuple[str, str]]) -> None:
        """Add to `wrong` the rows that break a rule between columns. Days are ISO text, in order as text."""
        for rule in self._rules:
            if isinstance(rule, NotBefore):
                pairs = zip(values[self._at[rule.later]], values[self._at[rule.earlier]], strict=True)
                rows = [
                    row for row, (later, earlier) in enumerate(pairs) if later and earlier and later < earlier
                ]
                message = f"is before {self.heading(rule.earlier)}: correct one of the two dates"
                name = rule.later
            elif isinstance(rule, NotAfterAsAt):
                name = rule.column
                rows = [row for row, day in enumerate(values[self._at[name]]) if day and day > self._as_at]
                message = "is after the as-at date of this load: correct the date"
            else:
                name = rule.column
                pairs = zip(values[self._at[name]], values[self._at[rule.when]], strict=True)
                rows = [row for row, (needed, when) in enumerate(pairs) if when == rule.equals and not needed]
                message = _needed(rule)
            for row in rows:
                wrong.setdefault(row, (name, message))
        for rule in self._needs_absent:
            for row, when in enumerate(values[self._at[rule.when]]):
                if when == rule.equals:
                    wrong.setdefault(row, (rule.column, _needed(rule)))


def _needed(rule: NeededWhen) -> str:
    return f"is blank where {rule.when} is {rule.equals}: fill it in, or correct {rule.when}"


def _columns_of(rule: Rule) -> set[str]:
    if isinstance(rule, NotBefore):
        return {rule.later, rule.earlier}
    if isinstance(rule, NeededWhen):
        return {rule.column, rule.when}
    return {rule.column}
