"""The single files in a path: a file itself, the files of a folder, the members of a zip."""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from data_access.sources.reading.problems import FileProblem

READABLE = frozenset({".csv", ".txt", ".xlsx", ".xlsm", ".xml", ".zip"})

MAX_UNPACKED = 16 * 1024**3
"""Bytes a zip may unpack to in all: far above an authority's extract, far below a disk."""
MAX_RATIO, RATIO_FROM = 250, 64 * 1024**2
"""A member above RATIO_FROM bytes that shrank more than this is a bomb: extracts shrink 5 to 30 times."""
MAX_IN_MEMORY = 512 * 1024**2
"""Bytes of a zip within a zip."""
MAX_DEPTH = 3


@dataclass(frozen=True)
class Unit:
    """One file to read: `open` gives its bytes anew each time."""

    name: str
    suffix: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class Passed:
    """A file that is passed over, and why, in the words of who gave it."""

    name: str
    reason: str


def units_in(path: Path, called: str | None = None) -> Iterator[Unit | Passed | FileProblem]:
    """The files at `path`, in the order of their names; what cannot be read as a FileProblem.

    called: what the path is called in names and messages, by default its last part.
    """
    called = path.name if called is None else called
    try:
        if path.is_dir():
            yield from _in_folder(path, called)
        elif not path.exists():
            yield FileProblem(called, "is not there. Check the spelling of the file or folder given.")
        elif path.suffix.lower() not in READABLE:
            yield FileProblem(
                called,
                "is not a kind of file this product reads. Give csv, txt, xlsx, xlsm, xml or zip "
                "(save an old .xls as .xlsx).",
            )
        else:
            yield from _open_file(path, called)
    except OSError as problem:
        yield _unreadable(called, problem)


def _unreadable(name: str, problem: OSError) -> FileProblem:
    return FileProblem(
        name, f"cannot be read ({problem.strerror}). Check that you may read it, and load again."
    )


def _in_folder(folder: Path, called: str) -> Iterator[Unit | Passed | FileProblem]:
    def name_of(path: Path) -> str:
        return PurePosixPath(called, path.relative_to(folder).as_posix()).as_posix()

    closed: list[OSError] = []
    found = False
    for path in sorted(
        Path(where, name) for where, _, names in os.walk(folder, onerror=closed.append) for name in names
    ):
        if reason := why_passed(path.relative_to(folder).as_posix()):
            yield Passed(name_of(path), reason)
            continue
        found = True
        try:
            yield from _open_file(path, name_of(path))
        except OSError as problem:
            yield _unreadable(name_of(path), problem)
    # What lies in a folder that will not open would otherwise be missed without a word.
    yield from (_unreadable(name_of(Path(problem.filename)), problem) for problem in closed)
    if not found and not closed:
        yield FileProblem(
            called or str(folder),
            "holds no file to read. Give the folder that holds the csv, txt, xlsx, xlsm, xml or zip files.",
        )


def is_hidden(relative: str) -> bool:
    """Whether a file or folder is one that a system or program keeps for itself."""
    parts = PurePosixPath(relative).parts
    return any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts)


def why_passed(relative: str) -> str | None:
    """Why a member of a folder or zip is not read; None for one that is."""
    if is_hidden(relative):
        return "a hidden or temporary file"
    if PurePosixPath(relative).suffix.lower() not in READABLE:
        return "not a csv, txt, xlsx, xlsm, xml or zip file"
    return None


def _open_file(path: Path, name: str) -> Iterator[Unit | Passed | FileProblem]:
    suffix = path.suffix.lower()
    if path.stat().st_size == 0:
        yield _empty(name)
    elif suffix == ".zip":
        yield from _in_zip(lambda: path.open("rb"), name, depth=1)
    else:
        yield Unit(name, suffix, lambda: path.open("rb", buffering=1 << 20))


def _empty(name: str) -> FileProblem:
    return FileProblem(name, "is empty (0 bytes). Export it again, and check that the disk was not full.")


def _in_zip(opened: Callable[[], BinaryIO], name: str, depth: int) -> Iterator[Unit | Passed | FileProblem]:
    try:
        with opened() as stream, zipfile.ZipFile(stream) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
        _refuse_unsafe(name, members)
    except FileProblem as problem:
        yield problem
        return
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        yield FileProblem(name, "is not a whole zip file: it is damaged or cut off. Zip the files again.")
        return
    found = False
    for member in sorted(members, key=lambda member: member.filename):
        inner = f"{name} > {_path_in(member)}"
        if reason := why_passed(_path_in(member)):
            yield Passed(inner, reason)
            continue
        found = True
        yield from _open_member(opened, member, inner, depth)
    if not found:
        yield FileProblem(name, "holds no file to read. Zip the csv, txt, xlsx, xlsm or xml files.")


def _path_in(member: zipfile.ZipInfo) -> str:
    return member.filename.replace("\\", "/")


def _refuse_unsafe(name: str, members: list[zipfile.ZipInfo]) -> None:
    """Raise FileProblem for a zip that should not be unpacked at all."""
    for member in members:
        path = PurePosixPath(_path_in(member))
        # A drive letter, a leading slash or a step up would put the file outside its folder.
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise FileProblem(
                name,
                f"holds a file whose path climbs out of the folder ({member.filename!r}). "
                "Do not load it; ask whoever made it, and zip the files again.",
            )
        if stat.S_ISLNK(member.external_attr >> 16):
            raise FileProblem(name, "holds a link instead of a file. Zip the files themselves.")
        if member.flag_bits & 0x1:
            raise FileProblem(name, "is protected by a password. Unzip it and load the files themselves.")
        shrank = member.file_size / max(member.compress_size, 1)
        if member.file_size > RATIO_FROM and shrank > MAX_RATIO:
            raise FileProblem(
                name,
                f"holds a file that unpacks to {shrank:,.0f} times its size ({member.filename!r}), "
                "as no extract does. Unzip it yourself, look at it, and load the files.",
            )
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise FileProblem(
            name,
            f"unpacks to more than {MAX_UNPACKED // 1024**3} GB. Load its files in smaller parts.",
        )


def _open_member(
    opened: Callable[[], BinaryIO], member: zipfile.ZipInfo, name: str, depth: int
) -> Iterator[Unit | Passed | FileProblem]:
    suffix = PurePosixPath(_path_in(member)).suffix.lower()
    if member.file_size == 0:
        yield _empty(name)
    elif suffix == ".zip":
        if depth >= MAX_DEPTH or member.file_size > MAX_IN_MEMORY:
            yield FileProblem(
                name, "is a zip too deep or too large inside a zip. Unzip it and load its files."
            )
            return
        unit = Unit(name, suffix, lambda: _member_stream(opened, member, name))
        try:
            with unit.open() as stream:
                content = stream.read()
        except FileProblem as problem:
            yield problem
            return
        yield from _in_zip(lambda: io.BytesIO(content), name, depth + 1)
    else:
        yield Unit(name, suffix, lambda: _member_stream(opened, member, name))


def _member_stream(opened: Callable[[], BinaryIO], member: zipfile.ZipInfo, name: str) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Member(opened(), member, name), buffer_size=1 << 20))


class _Member(io.RawIOBase):
    """The bytes of a zip member; damage met on the way is a FileProblem. Closes the zip with itself."""

    def __init__(self, stream: BinaryIO, member: zipfile.ZipInfo, name: str) -> None:
        self._name = name
        self._stream = stream
        self._archive = zipfile.ZipFile(stream)
        self._inner = self._guarded(lambda: self._archive.open(member))

    def _guarded(self, act: Callable[[], object]) -> zipfile.ZipExtFile:
        try:
            return cast(zipfile.ZipExtFile, act())
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
            raise FileProblem(
                self._name, "is damaged inside its zip and cannot be unpacked. Zip the files again."
            ) from problem

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = cast(bytes, self._guarded(lambda: self._inner.read(len(buffer))))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._archive.close()
            self._stream.close()
        super().close()
