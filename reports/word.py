"""A document as a Word file that whoever gets it can edit: styles, not settings by hand; pictures with words.

python-docx makes the package, styles and pictures; tables are written straight as elements, because it looks
every cell up anew, which takes seconds in a long table.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from functools import singledispatchmethod
from itertools import count
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm
from docx.text.paragraph import Paragraph as Written

from reports import word_look as look
from reports.content import (
    Bullets,
    Cell,
    Content,
    Figures,
    Heading,
    Meanings,
    NewPage,
    Paragraph,
    Pictures,
    States,
    Table,
    ToWrite,
    is_number,
    is_to_write,
)
from reports.word_elements import (
    add_cell,
    add_field,
    fill,
    new_cell,
    new_row,
    new_table,
    to_fill,
    widths_of,
    writable,
)

_LONG, _SHORT, _MARGIN, _FOOT = 297, 210, 18, 15
"""A4 and its margins, in millimetres."""
_KEPT_TOGETHER = 8
"""A table of at most so many rows is not parted by a page's end; of a longer one neither the first row nor
the last, which is mostly a sum, stands alone."""
_SAME_MOMENT = (1980, 1, 1, 0, 0, 0)


def word(content: Content) -> bytes:
    """The document as the bytes of a .docx file; the same document gives the same bytes."""
    out = io.BytesIO()
    _Writer(content).written().save(out)
    return _without_clock(out.getvalue())


class _Writer:
    def __init__(self, content: Content) -> None:
        self._content = content
        self._document = docx.Document()
        self._numbers = count(1)
        self._begins_page = False
        look.dress(self._document)
        self._lay_out()

    def written(self) -> Any:
        """Everything, from the title to the last part."""
        title, choice, handling = self._content.lines
        self._say(title, "Title")
        self._say(choice, look.QUIET_TEXT)
        self._say(handling, "Normal").runs[0].bold = True
        self._say(self._content.answer, look.ANSWER)
        before: Any = None
        for part in self._content.parts:
            self._write(part)
            if isinstance(part, Paragraph) and isinstance(before, Heading):
                # a heading and its first words never stand alone at the foot of a page
                self._document.paragraphs[-1].paragraph_format.keep_with_next = True
            before = part
        return self._document

    # -- the page

    def _lay_out(self) -> None:
        content, section = self._content, self._document.sections[0]
        width, height = (_SHORT, _LONG) if content.portrait else (_LONG, _SHORT)
        section.orientation = WD_ORIENT.PORTRAIT if content.portrait else WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.left_margin = section.right_margin = Mm(_MARGIN)
        section.top_margin, section.bottom_margin = Mm(_FOOT + 2), Mm(_FOOT)
        section.header_distance = section.footer_distance = Mm(8)
        self._width = width - 2 * _MARGIN
        section.different_first_page_header_footer = True
        section.header.paragraphs[0].add_run(writable(f"{content.title}\n{content.choice}"))
        for footer in (section.footer, section.first_page_footer):
            self._on_both_ends(footer, content.handling, "Page ")
            for field, after in (("PAGE", " of "), ("NUMPAGES", "")):
                add_field(footer.paragraphs[0], field, after)
        properties = self._document.core_properties
        properties.title = writable(content.title)[:255]
        properties.subject = writable(content.choice)[:255]
        properties.comments, properties.keywords, properties.author = content.handling, "", "IRO Footprint"
        properties.language = "en-GB"
        properties.created = properties.modified = datetime.combine(content.as_at, time())
        properties.last_modified_by, properties.revision = "", 1

    def _on_both_ends(self, end: Any, left: str, right: str) -> None:
        """A footer: something on the left, something on the right."""
        line = end.paragraphs[0]
        line.style.paragraph_format.tab_stops.clear_all()
        line.paragraph_format.tab_stops.add_tab_stop(Mm(self._width), WD_TAB_ALIGNMENT.RIGHT)
        line.add_run(writable(f"{left}\t{right}"))

    # -- the parts

    @singledispatchmethod
    def _write(self, part: Any) -> None:
        raise TypeError(f"no way into Word for {type(part).__name__}")

    @_write.register
    def _(self, part: Heading) -> None:
        self._say(part.text, f"Heading {part.level}")

    @_write.register
    def _(self, part: Paragraph) -> None:
        self._say(part.text, look.QUIET_TEXT if part.quiet else "Normal")

    @_write.register
    def _(self, part: Bullets) -> None:
        for item in part.items:
            self._say(item, "List Bullet")

    @_write.register
    def _(self, part: Figures) -> None:
        cells = []
        for figure in part.shown:
            lines = [self._loose(figure.label, look.LABEL), self._loose(figure.value, look.VALUE)]
            if figure.mark and figure.mark.word:
                lines.append(self._loose(figure.mark, look.COUNTED))
            cells.append([*lines, *(self._loose(line, look.COUNTED) for line in figure.lines)])
        self._beside(cells, "Figures: " + ", ".join(figure.label for figure in part.shown))

    @_write.register
    def _(self, part: Pictures) -> None:
        if len(part.shown) == 1:
            (picture,) = part.shown
            self._say(picture.title, "Caption")
            self._say(picture.said, look.QUIET_TEXT).paragraph_format.keep_with_next = True
            self._draw(self._document.add_paragraph(), picture.chart)
            return
        cells = []
        for picture in part.shown:
            drawn = self._document.add_paragraph()
            self._draw(drawn, picture.chart)
            said = (self._loose(picture.title, "Caption"), self._loose(picture.said, look.QUIET_TEXT))
            cells.append([*said, drawn._p])
        self._beside(cells, "Charts: " + ", ".join(picture.title for picture in part.shown))

    @_write.register
    def _(self, part: Table) -> None:
        if part.in_full:
            return
        self._say(part.title, f"Heading {part.level}")
        if not part.rows:
            self._say(part.said, look.GOOD)
            return
        if part.said:
            self._say(part.said, "Normal").paragraph_format.keep_with_next = True
        self._append(self._table(part))
        self._gap()

    @_write.register
    def _(self, part: ToWrite) -> None:
        self._say(part.prompt, "Caption")
        place = self._loose("Write here", look.PLACEHOLDER)
        self._append(to_fill(place, part.prompt, next(self._numbers)))
        for line in range(2, part.lines + 1):
            # no end of a page parts the lines; what follows them may begin the next one
            self._say("", look.NOTES).paragraph_format.keep_with_next = line < part.lines or None
        self._gap()

    @_write.register
    def _(self, _part: States) -> None:
        if not self._content.counted:
            return
        rows = tuple((mark, number) for mark, number, _ in self._content.counted)
        self._write(Table("Children by state", "", "", ("State", "Children"), rows))

    @_write.register
    def _(self, _part: Meanings) -> None:
        if not self._content.counted:
            return
        rows = tuple((mark, said) for mark, _, said in self._content.counted)
        said = "A child is in the first that fits."
        self._write(Table("What the states mean", "", said, ("State", "What puts a child in it"), rows))

    @_write.register
    def _(self, _part: NewPage) -> None:
        self._begins_page = True

    # -- in them

    def _say(self, said: str, style: str) -> Written:
        paragraph = self._document.add_paragraph(writable(said), style)
        if self._begins_page:
            paragraph.paragraph_format.page_break_before = True
            self._begins_page = False
        return paragraph

    def _loose(self, said: Cell, style: str) -> Any:
        """A paragraph that is put elsewhere later."""
        paragraph = self._document.add_paragraph(style=style)
        add_cell(paragraph, said)
        paragraph._p.getparent().remove(paragraph._p)
        return paragraph._p

    def _append(self, made: Any) -> None:
        self._document.element.body.insert_element_before(made, "w:sectPr")

    def _gap(self) -> None:
        """A low empty paragraph, which parts a table from what follows."""
        form = self._say("", "Normal").paragraph_format
        form.space_after, form.line_spacing = Mm(0), Mm(1.5)

    def _draw(self, paragraph: Written, chart: Any) -> None:
        shape = paragraph.add_run().add_picture(
            io.BytesIO(chart.png), width=Mm(chart.width), height=Mm(chart.height)
        )
        number = next(self._numbers)
        for side in ("distT", "distB", "distL", "distR"):
            shape._inline.set(side, "0")  # LibreOffice takes what is not said for 3 mm, and into the margin
        properties = shape._inline.docPr
        properties.set("id", str(number))
        properties.set("name", f"Chart {number}")
        properties.set("descr", writable(chart.alt))

    def _beside(self, cells: Sequence[Sequence[Any]], said: str) -> None:
        """Paragraphs in columns of the same width."""
        widths = [self._width / len(cells)] * len(cells)
        table = new_table(look.BESIDE, widths, said, has_headings=False)
        row = new_row(table)
        for paragraphs, width in zip(cells, widths, strict=True):
            cell = new_cell(row, width)
            for paragraph in paragraphs:
                cell.append(paragraph)
        self._append(table)
        self._gap()

    def _table(self, table: Table) -> Any:
        places = range(len(table.headings))
        right = {place for place in places if is_number(table, place)}
        widths = widths_of(table, self._width)
        made = new_table(
            look.TABLE,
            widths,
            table.title,
        )
        head = new_row(made, heads=True)
        together = len(table.rows) <= _KEPT_TOGETHER
        for place in places:
            fill(
                new_cell(head, widths[place]), table.headings[place], right=place in right, keep=True,
                style=look.CELL_HEADING,
            )  # fmt: skip
        for number, cells in enumerate(table.rows, 1):
            row = new_row(made, height=8 if is_to_write(cells) else None)
            keep = number < len(table.rows) and (together or number in (1, len(table.rows) - 1))
            for place, cell in enumerate(cells):
                fill(new_cell(row, widths[place]), cell, right=place in right, keep=keep)
        return made


def _without_clock(package: bytes) -> bytes:
    """The package with no moment of making in it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in made.namelist():
            kept.writestr(zipfile.ZipInfo(name, _SAME_MOMENT), made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
