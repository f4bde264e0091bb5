"""What an IRO and their manager take into supervision: the page's own numbers as a document."""

from __future__ import annotations

from metrics.practice.practice import Practice
from pages.export.to_take import to_take
from pages.frame import reads
from pages.frame.view import View
from pages.pieces.pieces import Heading, Pieces, Text
from reports.document import Document
from reports.supervision import pack_of


def pack(view: View, found: Practice) -> Pieces:
    """The pack for supervision, to edit and to print, made when it is asked for."""
    name = f"supervision_{found.month_start:%Y-%m}"
    return (
        Heading("Take it into supervision"),
        Text(
            "Two pages: these figures, the children to talk about, what is open, and room for new actions "
            "and for your own words. They name children: keep them inside children's services."
        ),
        *to_take("The pack", name, lambda: document(view, found)),
    )


@reads.kept
def document(view: View, found: Practice) -> Document:
    """The pack of what the page shows."""
    return pack_of(reads.engine_of(view.asking.url), view.viewer, view.info, found)
