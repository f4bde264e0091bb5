"""How a Word document looks, as styles that whoever edits it can use and change."""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle

from charts.palette import ACCENT, BLUE, INK, LINE, QUIET

FONT = "Arial"
TABLE, BESIDE = "Ruled", "Beside"
NOTES, PLACEHOLDER = "To write", "To write here"
QUIET_TEXT, ANSWER, GOOD = "Quiet", "Answer", "Good news"
CELL, CELL_HEADING = "Cell", "Cell heading"
LABEL, VALUE, COUNTED = "Figure label", "Figure", "Figure counted"
_KEPT_TABLES = ("Normal Table", "Table Grid")


def hexed(colour: str) -> str:
    """A colour as Word has it, without the hash."""
    return colour.removeprefix("#")


def element(name: str, **attributes: str) -> Any:
    """An element of WordprocessingML: `element("w:tblHeader")`; attributes are of the same namespace."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def dress(document: Document) -> None:
    """Give a new document its styles, and British English as its language."""
    _drop_unused(document)
    _speak_english(document)
    styles = document.styles
    _set(styles["Normal"], 9.5, after=4)
    _set(styles["Title"], 17, colour=ACCENT, bold=True, after=2)
    _set(styles["Heading 1"], 12, colour=ACCENT, bold=True, before=9, after=2)
    _set(styles["Heading 2"], 10.5, colour=ACCENT, bold=True, before=8, after=2)
    _set(styles["List Bullet"], 9.5, after=2)
    _set(styles["Header"], 8, colour=QUIET)
    _set(styles["Footer"], 8, colour=QUIET)
    _set(styles["Caption"], 9.5, colour=INK, bold=True, before=6, after=0)
    styles["Caption"].paragraph_format.keep_with_next = True
    _add(document, QUIET_TEXT, 8.5, colour=QUIET, after=4)
    _add(document, ANSWER, 11, before=4, after=6)
    _add(document, GOOD, 9.5, after=4)
    _border(styles[GOOD], "left", BLUE, size=24, space=6)
    _add(document, CELL, 8.5)
    _add(document, CELL_HEADING, 8.5, colour=ACCENT, bold=True)
    _add(document, LABEL, 8.5, colour=QUIET)
    _add(document, VALUE, 16, colour=ACCENT, bold=True)
    _add(document, COUNTED, 8, colour=INK)
    _add(document, NOTES, 9.5, colour=INK)
    _add(document, PLACEHOLDER, 9.5, colour=QUIET)
    for name in (NOTES, PLACEHOLDER):
        for side in ("top", "left", "bottom", "right"):
            _border(styles[name], side, QUIET, size=4, space=4)
        _set_lines_to_write(styles[name])
    styles[PLACEHOLDER].paragraph_format.keep_with_next = True
    for style in (_RULED, _BESIDE):
        styles.element.append(parse_xml(style))


_RULED = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE}">
  <w:name w:val="{TABLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>
  <w:tblPr>
    <w:tblBorders>
      <w:bottom w:val="single" w:sz="4" w:space="0" w:color="{hexed(LINE)}"/>
      <w:insideH w:val="single" w:sz="4" w:space="0" w:color="{hexed(LINE)}"/>
    </w:tblBorders>
    <w:tblCellMar>
      <w:top w:w="18" w:type="dxa"/><w:left w:w="0" w:type="dxa"/>
      <w:bottom w:w="18" w:type="dxa"/><w:right w:w="115" w:type="dxa"/>
    </w:tblCellMar>
  </w:tblPr>
  <w:tblStylePr w:type="firstRow">
    <w:tcPr>
      <w:tcBorders><w:bottom w:val="single" w:sz="12" w:space="0" w:color="{hexed(ACCENT)}"/></w:tcBorders>
      <w:vAlign w:val="bottom"/>
    </w:tcPr>
  </w:tblStylePr>
</w:style>"""

_BESIDE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{BESIDE}">
  <w:name w:val="{BESIDE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>
  <w:tblPr>
    <w:tblCellMar>
      <w:left w:w="0" w:type="dxa"/><w:right w:w="115" w:type="dxa"/>
    </w:tblCellMar>
  </w:tblPr>
</w:style>"""


def _drop_unused(document: Document) -> None:
    """Take out the hundred table styles that python-docx brings and no reader asked for."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in _KEPT_TABLES:
            style.element.getparent().remove(style.element)


def _speak_english(document: Document) -> None:
    for name, value in (("w:val", "en-GB"), ("w:eastAsia", "en-GB")):
        document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}").set(qn(name), value)
        document.settings.element.find(qn("w:themeFontLang")).set(qn(name), value)
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # Word 2013 and after; below it opens in a compatibility mode


def _add(document: Document, name: str, size: float, **look: Any) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _set(style, size, **look)


def _set(
    style: ParagraphStyle,
    size: float,
    *,
    colour: str = INK,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
) -> None:
    """The size in points, colour and space of a paragraph style, in the one font."""
    properties = style.element.get_or_add_rPr()
    for old in (*properties.findall(qn("w:rFonts")), *properties.findall(qn("w:spacing"))):
        properties.remove(old)
    style.font.name = FONT
    for script in ("eastAsia", "cs"):
        properties.find(qn("w:rFonts")).set(qn(f"w:{script}"), FONT)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(hexed(colour))
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE


def _border(style: ParagraphStyle, side: str, colour: str, *, size: int, space: int) -> None:
    """A line beside a paragraph; size in eighths of a point, space to the text in points."""
    properties = style.element.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = element("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
        )  # in the order that the schema has
    borders.append(element(f"w:{side}", val="single", sz=str(size), space=str(space), color=hexed(colour)))


def _set_lines_to_write(style: ParagraphStyle) -> None:
    """Room between lines for handwriting."""
    form = style.paragraph_format
    form.left_indent = form.right_indent = Pt(4)
    form.line_spacing = Pt(17)
    form.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
