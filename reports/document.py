"""A document ready to hand over: a name for its files, and their bytes, made when they are asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import cached_property
from pathlib import Path
from typing import Literal

from metrics.wording import words
from reports.content import Content
from reports.web_page import web_page
from reports.workbook import workbook

Form = Literal["xlsx", "docx", "html"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ATTACHED: dict[Form, tuple[str, str]] = {
    "html": ("text/html", "the report to read and print (HTML)"),
    "docx": (DOCX, "the same to edit (Word)"),
    "xlsx": (XLSX, "the same as a workbook to sort and filter{} (Excel)"),
}
_LONGEST = 80
_MAIL = SMTP.clone(max_line_length=200)  # a subject folded before its first word is read with a space


class NotInData(Exception):  # noqa: N818 - it is for whoever asked to mend, in their words
    """The week, month, team or IRO asked for is not in the data. The message says what is."""


@dataclass(frozen=True)
class Document:
    """A document.

    name: of its files, without what says their kind; never with a child's identifier. forms: the kinds of
    files that it is handed over as. to: whom it is for, by address as an extract has it, where one does.
    """

    name: str
    content: Content
    forms: tuple[Form, ...] = ("xlsx", "html")
    to: str = ""

    @cached_property
    def xlsx(self) -> bytes:
        """The workbook."""
        return workbook(self.content)

    @cached_property
    def docx(self) -> bytes:
        """The document to edit in Word."""
        from reports.word import word  # brings in python-docx, which the first page need not wait for

        return word(self.content)

    @cached_property
    def html(self) -> str:
        """The page to read and print, which needs no other file."""
        return web_page(self.content)

    def bytes_of(self, form: Form) -> bytes:
        """The file of a kind."""
        made = {"xlsx": lambda: self.xlsx, "docx": lambda: self.docx, "html": lambda: self.html.encode()}
        return made[form]()

    @cached_property
    def eml(self) -> bytes:
        """A message with the files attached, which mail programs open as a draft: somebody still sends it."""
        message = EmailMessage(policy=_MAIL)
        message["X-Unsent"] = "1"
        message["To"] = addresses(self.to)
        message["Subject"] = self.content.title
        in_full = ", with every child" if any(table.in_full for table in self.content.tables) else ""
        attached = [_ATTACHED[form][1].format(in_full) for form in _ATTACHED if form in self.forms]
        message.set_content(
            f"{self.content.answer}\n\n{self.content.choice}\n\nAttached: "
            f"{words.listed(attached)}.\n\n{self.content.handling}\n"
        )
        for form in self.forms:
            maintype, subtype = _ATTACHED[form][0].split("/")
            message.add_attachment(
                self.bytes_of(form), maintype=maintype, subtype=subtype, filename=f"{self.name}.{form}",
                params={"charset": "utf-8"} if maintype == "text" else None,
            )  # fmt: skip
        return message.as_bytes()

    def write(self, folder: Path, *, eml: bool = False) -> list[Path]:
        """Write the files into a folder that exists, over those of the same name; returns their paths."""
        files: dict[str, bytes] = {form: self.bytes_of(form) for form in self.forms}
        paths = []
        for ending, content in (files | ({"eml": self.eml} if eml else {})).items():
            path = folder / f"{self.name}.{ending}"
            path.write_bytes(content)
            paths.append(path)
        return paths


def addresses(text: str) -> str:
    """The addresses in a cell as a message names them; nothing where any of them is not one, for children's
    records go there."""
    found = [part.strip() for part in re.split(r"[;,\n]", text) if part.strip()]
    return ", ".join(found) if all(_ADDRESS.fullmatch(one) for one in found) else ""


_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def file_names(names: Mapping[str, str]) -> dict[str, str]:
    """A part of a file name for each identifier, from its name: every file system takes it, and no two are
    alike even where capitals and small letters are the same."""
    safe = {one: _safe(name) or _safe(one) for one, name in names.items()}
    shared = Counter(name.casefold() for name in safe.values())
    found: dict[str, str] = {}
    taken: set[str] = set()
    for one, name in safe.items():
        chosen = name if shared[name.casefold()] == 1 else f"{name} {_safe(one)}".strip()
        number = 2
        unique = chosen
        while unique.casefold() in taken or (unique != name and unique.casefold() in shared):
            unique = f"{chosen} {number}"
            number += 1
        taken.add(unique.casefold())
        found[one] = unique
    return found


def _safe(name: str) -> str:
    """Without what Windows does not take: `<>:"/\\|?*`, control characters, a point or space at the end."""
    kept = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f]', " ", name)
    return " ".join(kept.split())[:_LONGEST].strip(". ")
