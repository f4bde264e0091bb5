"""A document that a page hands over: to edit in Word, and to print."""

from __future__ import annotations

from collections.abc import Callable

from pages.pieces.pieces import Download
from reports.document import DOCX, Document


def to_take(what: str, name: str, make: Callable[[], Document]) -> tuple[Download, Download]:
    """Both files of a document, made when they are asked for. what: what it is called; name: of its files."""
    return (
        Download(f"{what} to edit (Word)", f"{name}.docx", lambda: make().docx, DOCX),
        Download(f"{what} to print", f"{name}.html", lambda: make().html.encode(), "text/html"),
    )
