"""What a load says it did, or why it did nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do; never holds an identifier."""

    file: str
    line: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        where = self.file
        where += f", line {self.line}" if self.line is not None else ""
        where += f", {self.column}" if self.column else ""
        return f"{where}: {self.message}"


class LoadRefused(Exception):  # noqa: N818 - the user's word
    """Nothing was stored. `problems` says why, file by file; `authority` whose files, where of one only."""

    def __init__(self, problems: Sequence[Problem], authority: str | None = None) -> None:
        self.problems, self.authority = tuple(problems), authority
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class FileReport:
    """What became of one file. `problems`: the first refused rows; `notes`: what else there is to know."""

    name: str
    kind: str
    source: str
    rows_read: int = 0
    rows_stored: int = 0
    rows_unchanged: int = 0
    rows_refused: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadReport:
    """What a load did for one authority.

    changed: whether the store differs from before. made_anew: no file had changed, but the rules by which the
    figures were made had.
    """

    authority: str
    as_at: date
    load_id: int
    changed: bool
    files: tuple[FileReport, ...]
    findings: int
    made_anew: bool = False
