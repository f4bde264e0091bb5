"""Workbooks are read sheet by sheet, and the empty template is one."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine

from data_access.rows.records import BY_KIND, RECORDS
from data_access.sources.extract.template import write_template
from tests.files_given import (
    SMALL,
    by_kind,
    load_files,
    load_texts,
    rows,
    write,
)


def book(tables: dict[str, list[list[object]]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as workbook:
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for title, cells in tables.items():
            sheet = workbook.add_worksheet(title)
            for line, row in enumerate(cells):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(line, place, cell, day)
                    else:
                        sheet.write(line, place, cell)
    return stream.getvalue()


def test_each_sheet_of_a_workbook_is_a_file_and_the_others_are_named(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "extract.xlsx"
    path.write_bytes(
        book(
            {
                "Notes": [["written by", "QA"]],
                "Kids": [["Child ID", "Date of Birth"], ["007", date(2012, 5, 1)], [8, "01/06/2014"]],
                "Empty": [],
            }
        )
    )
    report = load_files(engine, path)
    assert [(file.name, file.kind) for file in report.files] == [
        ("extract.xlsx > Kids", "children"),
        ("extract.xlsx > Notes", "not used"),
        ("extract.xlsx > Empty", "not used"),
    ]
    assert rows(engine, "children", "child_id", "date_of_birth") == [
        ("007", date(2012, 5, 1)),
        ("8", date(2014, 6, 1)),
    ]


def test_a_child_whose_number_a_workbook_shows_with_zeros_is_the_child_of_the_other_files(
    engine: Engine, tmp_path: Path
) -> None:
    write(tmp_path, children=SMALL["children"])
    with xlsxwriter.Workbook(tmp_path / "care.xlsx") as workbook:
        sheet = workbook.add_worksheet("Care")
        sheet.write_row(0, 0, ["child_id", "started_on"])
        sheet.write_number(1, 0, 7, workbook.add_format({"num_format": "000"}))
        sheet.write_string(1, 1, "2024-01-10")
    assert by_kind(load_files(engine, tmp_path))["care_periods"] == (1, 1, 0, 0)
    assert rows(engine, "care_periods", "child_id") == [("007",)]


def test_the_empty_template_is_of_every_kind_and_loads_as_no_rows(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    report = load_files(engine, path)
    assert {file.kind for file in report.files} == {record.kind for record in RECORDS} | {"not used"}
    assert all(file.rows_read == 0 for file in report.files)


def test_the_template_says_what_each_column_and_each_code_means(tmp_path: Path) -> None:
    write_template(tmp_path / "template.xlsx")
    sheets = CalamineWorkbook.from_path(tmp_path / "template.xlsx")
    columns = sheets.get_sheet_by_name("Columns").to_python()[1:]
    told = [(kind, column) for kind, column, *_ in columns]
    assert told == [(record.kind, column) for record in BY_KIND.values() for column in record.columns()]
    assert all(takes and what for *_, takes, what in columns)
    codes = {(column, code): words for column, code, words in sheets.get_sheet_by_name("Codes").to_python()}
    assert codes["late_reason", "LR09"] == "initial review convened late"
    takes = {(kind, column): takes for kind, column, _, takes, _ in columns}
    assert takes["reviews", "review_status"] == "booked, held or cancelled"
    assert takes["reviews", "participation_code"] == "a code"
    assert takes["reviews", "held_on"] == "a day"
    assert takes["reviews", "chaired_by"] == "an identifier of iros"
    assert takes["iro_hours", "fte"] == "a number"
    assert takes["care_periods", "start_known"] == "yes or no"


def test_a_filled_template_comes_back_as_it_was_filled(engine: Engine, tmp_path: Path) -> None:
    stream = io.BytesIO()
    write_template(stream)
    empty = CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue()))
    filled: dict[str, list[list[object]]] = {}
    for title in BY_KIND:
        (headings,) = empty.get_sheet_by_name(title).to_python()
        assert tuple(headings) == BY_KIND[title].columns()
        texts = SMALL.get(title, "").split()
        cells: list[list[object]] = [list(headings)]
        for line in texts[1:]:
            given = dict(zip(texts[0].split(","), line.split(","), strict=True))
            cells.append([given.get(str(heading), "") for heading in headings])
        filled[title] = cells
    path = tmp_path / "filled.xlsx"
    path.write_bytes(book(filled))
    load_files(engine, path, authority="BOOK")
    load_texts(engine, tmp_path / "texts", **SMALL, authority="TEXT")
    for kind in SMALL:
        columns = BY_KIND[kind].columns()
        assert rows(engine, kind, *columns, authority="BOOK") == rows(
            engine, kind, *columns, authority="TEXT"
        )
