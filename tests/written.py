"""A document as its reader has it, whatever it is written to: its sentences, and a table by its title."""

from __future__ import annotations

from reports.content import Content, Paragraph, Table


def table(content: Content, title: str) -> Table:
    """The one table of this title."""
    (found,) = [one for one in content.tables if one.title == title]
    return found


def words_of(content: Content) -> str:
    """All sentences, a line each."""
    return "\n".join(part.text for part in content.parts if isinstance(part, Paragraph))
