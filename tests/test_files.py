"""Whatever the files are, the same headings and rows come out, each with its line."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_access.rows.records import BY_KIND
from data_access.rows.values import read_day, read_yes_no
from data_access.sources.extract.template import recognise, why_unknown
from data_access.sources.reading import delimited
from data_access.sources.reading.columns import RowReader
from data_access.sources.reading.files import (
    FileProblem,
    PassedOver,
    Table,
    folders_by_authority,
    normal,
    tables_in,
)
from data_access.sources.reading.problems import Chunk, Columns
from data_access.store.opening import BLANK
from tests.files_given import by_nobody_special, open_folder

PLAIN = "team_id,team_name\n007,Café\n008,South\n"
ROWS = [(2, ["007", "Café"]), (3, ["008", "South"])]


def only_table(path: Path) -> Table:
    (table,) = tables_in([path])
    assert isinstance(table, Table), table
    return table


def rows_of(table: Table, size: int = 100) -> list[tuple[int, list[str]]]:
    return [
        (line, list(row))
        for chunk in table.chunks(size)
        for line, row in zip(
            chunk.lines, zip(*(cells.to_pylist() for cells in chunk.cells), strict=True), strict=True
        )
    ]


def refused_of(table: Table) -> list[tuple[int, str]]:
    return [refusal for chunk in table.chunks(2) for refusal in chunk.refused]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_csv_of_any_dialect_reads_the_same(
    tmp_path: Path, encoding: str, delimiter: str, line_end: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(PLAIN.replace(",", delimiter).replace("\n", line_end).encode(encoding))
    table = only_table(path)
    assert table.headings == ("team_id", "team_name")
    assert rows_of(table) == ROWS


LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
LINES = st.lists(
    st.one_of(
        st.lists(st.sampled_from(["", " ", "x", "é", "\ufeff", "2026-01-31"]), min_size=2, max_size=2).map(
            ",".join
        ),
        st.text(alphabet=',;" xé', max_size=8),
    ),
    max_size=12,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, LINE_ENDS, st.booleans(), st.integers(1, 5), st.integers(1, 40))
def test_lines_read_many_at_a_time_say_what_they_say_one_by_one(
    tmp_path: Path, lines: list[str], line_end: str, ends_whole: bool, size: int, characters: int
) -> None:
    path = tmp_path / "t.csv"
    text = line_end.join(["a,b", *lines]) + line_end * ends_whole
    path.write_text(text, encoding="utf-8", newline="")

    def said() -> object:
        table = only_table(path)
        try:
            return rows_of(table, size), sorted(refused for c in table.chunks(size) for refused in c.refused)
        except FileProblem as problem:
            return problem.line, problem.message

    with patch.object(delimited, "_AT_ONCE", characters):
        many = said()
    with patch.object(delimited, "_plain_cells", return_value=None):
        assert said() == many


def test_an_accent_late_in_a_file_of_utf_8_is_no_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "x,y\n" * 300_000 + "x,é\n", encoding="utf-8")
    assert rows_of(only_table(path))[-1] == (300_002, ["x", "é"])


def test_excels_own_first_line_and_blank_lines_before_the_headings_are_passed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("sep=;\n\n;;\nteam_id;team_name\n1;a\n\n  ; \n2;b\n")
    table = only_table(path)
    assert table.headings == ("team_id", "team_name")
    assert rows_of(table) == [(5, ["1", "a"]), (8, ["2", "b"])]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_lines_are_counted_over_cells_of_several_lines(tmp_path: Path, size: int) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b'a,b\r\n1,"x\r\ny"\r\n2,z\r\n\r\n3,"p\nq\nr"\r\n4,w\r\n')
    assert [line for line, _ in rows_of(only_table(path), size)] == [2, 4, 6, 9]


def test_quoted_commas_and_quotation_marks_are_text(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('a,b\n1,"x, ""y"""\n')
    assert rows_of(only_table(path)) == [(2, ["1", 'x, "y"'])]


def test_blank_cells_beyond_the_last_heading_are_cut_and_others_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,,\n1,x,,\n2,y\n3,z,,,\n4,w,,oops,more\n5\n")
    table = only_table(path)
    assert [row for _, row in rows_of(table)] == [["1", "x", "", ""], ["2", "y", "", ""], ["3", "z", "", ""]]
    assert [line for line, _ in refused_of(table)] == [5, 6]


def test_rows_after_a_bad_row_are_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('a,b\n1,x\n2,"y" z\n3,w\n')
    table = only_table(path)
    assert [row for _, row in rows_of(table, 10)] == [["1", "x"], ["3", "w"]]
    assert [line for line, _ in refused_of(table)] == [3]


def book(path: Path) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Teams")
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(1, 0, ["id", "name", "on", "open", "share"])
        sheet.write_string(3, 0, "007")
        sheet.write_number(3, 1, 12)
        sheet.write_datetime(3, 2, date(2024, 2, 29), day)
        sheet.write_boolean(3, 3, True)
        sheet.write_number(3, 4, 0.1)
        workbook.add_worksheet("Blank")


def test_a_sheet_reads_as_it_shows_with_excels_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    book(path)
    teams, blank = tables_in([path])
    assert isinstance(teams, Table)
    assert isinstance(blank, Table)
    assert teams.name == "b.xlsx > Teams"
    assert rows_of(teams) == [(4, ["007", "12", "2024-02-29", "true", "0.1"])]
    assert blank.headings == ()


def test_an_error_of_excel_reads_as_it_shows_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("First").write_row(0, 0, ["id"])
        sheet = workbook.add_worksheet("Teams & more")
        sheet.write_row(2, 28, ["id", "name"])  # columns AC and AD
        sheet.write_row(4, 28, ["T1", "North"])
        sheet.write_formula(6, 28, "=A1", value="T2")
        sheet.write_formula(6, 29, "=VLOOKUP(1,A1:B2,2)", value="#N/A")
        sheet.write_formula(7, 28, "=1/0", value="#DIV/0!")
    first, teams = tables_in([path])
    assert isinstance(first, Table)
    assert isinstance(teams, Table)
    assert rows_of(teams) == [(5, ["T1", "North"]), (7, ["T2", "#N/A"]), (8, ["#DIV/0!", ""])]
    assert rows_of(first) == []


def test_a_number_that_shows_leading_zeros_keeps_them_as_the_same_sheet_saved_as_csv_does(
    tmp_path: Path,
) -> None:
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        six, eight = (workbook.add_format({"num_format": it}) for it in ("000000", "00000000;@"))
        money, day = (workbook.add_format({"num_format": it}) for it in ("000.00", "dd/mm/yyyy"))
        workbook.add_worksheet("First").write_row(0, 0, ["id"])
        sheet = workbook.add_worksheet("Children & more")
        sheet.write_row(1, 2, ["id", "upn", "as text", "share", "on", "plain"])
        sheet.write_row(3, 2, [9, 1234567, "9"], six)
        sheet.write_row(3, 5, [0.5], money)
        sheet.write_datetime(3, 6, date(2024, 2, 29), day)
        sheet.write_number(3, 7, 9)
        sheet.write_formula(5, 2, "=C4+1", six, value=10)
        sheet.write_row(5, 3, [7, "", 0.5], eight)
        sheet.write_row(6, 2, [-9, 0], six)
        sheet.write_blank(7, 2, None, six)
    first, children = tables_in([path])
    assert isinstance(first, Table)
    assert isinstance(children, Table)
    assert rows_of(children) == [
        (4, ["000009", "1234567", "9", "0.5", "2024-02-29", "9"]),
        (6, ["000010", "00000007", "", "0.5", "", ""]),
        (7, ["-9", "000000", "", "", "", ""]),
    ]
    assert rows_of(first) == []


def test_a_folder_is_its_files_and_those_of_its_folders_in_the_order_of_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "b.csv").write_text(PLAIN)
    (folder / "deep" / "er" / "A.TXT").write_text(PLAIN)
    (folder / ".hidden.csv").write_text("x")
    (folder / "~$open.xlsx").write_text("x")
    (folder / "photo.jpg").write_text("x")
    found = list(tables_in([folder]))
    assert [item.name for item in found if isinstance(item, Table)] == ["in/b.csv", "in/deep/er/A.TXT"]
    passed = {item.name for item in found if isinstance(item, PassedOver)}
    assert passed == {"in/.hidden.csv", "in/photo.jpg", "in/~$open.xlsx"}


def test_a_zip_is_the_files_in_it_and_in_the_zips_in_it(tmp_path: Path) -> None:
    inner, path = io.BytesIO(), tmp_path / "all.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("c.csv", PLAIN)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in/a.csv", PLAIN.encode("utf-16"))
        archive.writestr("b.zip", inner.getvalue())
        archive.writestr("__MACOSX/in/._a.csv", "x")
    found = [item for item in tables_in([path]) if isinstance(item, Table)]
    assert [table.name for table in found] == ["all.zip > b.zip > c.csv", "all.zip > in/a.csv"]
    assert all(rows_of(table) == ROWS for table in found)


def test_equal_content_has_one_digest_and_other_content_another(tmp_path: Path) -> None:
    for name, text in (("a", PLAIN), ("b", PLAIN), ("c", PLAIN + "9,x\n")):
        (tmp_path / f"{name}.csv").write_text(text)
    first, same, other = (only_table(tmp_path / f"{name}.csv").digest for name in "abc")
    assert first == same != other


def test_a_file_that_is_gone_or_of_another_kind_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_text("x")
    gone, other = tables_in([tmp_path / "gone.csv", tmp_path / "x.docx"])
    assert isinstance(gone, FileProblem)
    assert "is not there" in gone.message
    assert isinstance(other, FileProblem)
    assert "Give csv, txt, xlsx" in other.message


def test_folders_of_a_folder_of_folders_are_authorities(tmp_path: Path) -> None:
    for name in ("B", "A"):
        (tmp_path / "all" / name).mkdir(parents=True)
        (tmp_path / "all" / name / "t.csv").write_text(PLAIN)
    mine = tmp_path / "mine.csv"
    mine.write_text(PLAIN)
    assert folders_by_authority([tmp_path / "all", mine], None) == [
        ("A", [tmp_path / "all" / "A"], []),
        ("B", [tmp_path / "all" / "B"], []),
        ("LOCAL", [mine], []),
    ]
    assert folders_by_authority([tmp_path / "all"], "X") == [("X", [tmp_path / "all"], [])]
    assert folders_by_authority([tmp_path / "all" / "A"], None) == [("LOCAL", [tmp_path / "all" / "A"], [])]


def test_a_file_to_read_beside_folders_makes_them_all_one_authoritys(tmp_path: Path) -> None:
    (tmp_path / "2026" / "more").mkdir(parents=True)
    (tmp_path / "2026" / "t.csv").write_text(PLAIN)
    assert folders_by_authority([tmp_path / "2026"], None) == [("LOCAL", [tmp_path / "2026"], [])]


@pytest.mark.parametrize("names", [("2024", "2025"), ("2023-24", "2024-25"), ("SSDA903 2024", "903_2025")])
def test_folders_named_by_years_are_the_years_of_one_authority(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "t.csv").write_text(PLAIN)
    assert folders_by_authority([tmp_path], None) == [("LOCAL", [tmp_path], [])]


def test_what_a_mac_adds_to_a_zip_is_no_authority(tmp_path: Path) -> None:
    for name in ("A", "__MACOSX"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "t.csv").write_text(PLAIN)
    (share,) = folders_by_authority([tmp_path], None)
    assert share.paths == [tmp_path / "A"]
    assert [item.reason for item in share.beside] == ["a hidden or temporary file"]


def test_a_folder_that_will_not_open_is_named_and_not_passed_over() -> None:
    with open_folder() as folder:
        closed = folder / "closed"
        closed.mkdir()
        for place in (folder, closed):
            (place / "t.csv").write_text(PLAIN)
        closed.chmod(0)
        with by_nobody_special():
            table, within = tables_in([folder])
            (alone,) = tables_in([closed])
            assert folders_by_authority([closed], None) == [("LOCAL", [closed], [])]
        closed.chmod(0o755)
    assert isinstance(table, Table)
    assert isinstance(within, FileProblem)
    assert isinstance(alone, FileProblem)
    assert (within.file, alone.file) == (f"{folder.name}/closed", "closed")
    assert "cannot be read (Permission denied). Check that you may read it" in within.message


def test_a_link_that_leads_nowhere_is_named_itself(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(PLAIN)
    (tmp_path / "a.csv").symlink_to(tmp_path / "gone.csv")
    problem, table = tables_in([tmp_path])
    assert isinstance(table, Table)
    assert isinstance(problem, FileProblem)
    assert problem.file == f"{tmp_path.name}/a.csv"


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    paths = [tmp_path / "2024" / "t.csv", tmp_path / "2025" / "t.csv"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(PLAIN)
    assert [table.name for table in tables_in(paths)] == ["2024/t.csv", "2025/t.csv"]
    assert [table.name for table in tables_in([paths[0].parent, paths[1]])] == ["2024/t.csv", "t.csv"]


# From text to values


@pytest.mark.parametrize(
    "heading",
    ["child_id", "Child ID", "CHILD__ID", " child id ", "\ufeffchild_id", "‘child id’", '"Child_Id"'],
)
def test_headings_are_told_by_their_letters(heading: str) -> None:
    assert normal(heading) == normal("child_id")


@pytest.mark.parametrize(
    "text", ["2024-02-29", "29/02/2024", "2024-2-29", "29/2/2024", "2024-02-29 00:00:00.000",
             "2024-02-29T00:00:00", "29/02/2024 00:00", "29/02/2024 0:00:00", "2024-02-29 0:00"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert read_day(text) == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["yes", "No", "Y", "n", "TRUE", "false", "1", "0"])
def test_yes_and_no_are_read_however_they_are_written(text: str) -> None:
    assert read_yes_no(text) is (text.lower() in {"yes", "y", "true", "1"})


def test_every_kind_is_recognised_by_its_required_columns_alone_and_by_all() -> None:
    for record in BY_KIND.values():
        assert recognise(sorted(record.required())) is record
        assert recognise(record.columns()) is record


def test_no_heading_is_said_in_a_message_about_unknown_headings() -> None:
    assert "Pat Smith" not in why_unknown(["Pat Smith", "2012-05-01", "child_id"])


DAYS = st.dates(date(1890, 1, 1), date(2110, 12, 31))
CELLS = st.one_of(
    st.just(""),
    st.just("  "),
    st.sampled_from(["007", "8 ", "PN1", "pn2", "PN9", "held", "Booked", "x" * 70, "yes", "perhaps"]),
    DAYS.map(str),
    DAYS.map(lambda day: f"{day:%d/%m/%Y}"),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(*[CELLS] * 6), min_size=1, max_size=40), st.integers(1, 7))
def test_reading_by_column_gives_what_pydantic_gives_by_row(rows: list[tuple[str, ...]], size: int) -> None:
    """The whole reader against the plain one: each row by itself through its pydantic model."""
    headings = ["review_id", "child_id", "review_status", "held_on", "participation_code", "is_series"]
    record = BY_KIND["reviews"]
    reader = RowReader(record, headings, date(2026, 1, 1))
    read: dict[int, tuple[object, ...]] = {}
    refused: set[int] = set()
    for start in range(0, len(rows), size):
        part = [list(row) for row in rows[start : start + size]]
        chunk = reader.read(Columns.of(Chunk(range(start, start + len(part)), part, []), len(headings)))
        refused |= {refusal.line for refusal in chunk.refused}
        read |= dict(zip(chunk.lines, zip(*chunk.columns, strict=True), strict=True))
    for line, row in enumerate(rows):
        filled = {name: cell.strip() for name, cell in zip(headings, row, strict=True) if cell.strip()}
        try:
            plain = record.model_validate(filled)
        except ValueError:
            assert line in refused
            continue
        held, booked = plain.review_status == "held", plain.review_status == "booked"  # type: ignore[attr-defined]
        if (held and plain.held_on is None) or booked:  # type: ignore[attr-defined]
            assert line in refused
            continue
        assert line not in refused
        expected = [getattr(plain, name) for name in reader.columns]
        assert read[line] == tuple(
            BLANK if value is None else int(value) if isinstance(value, bool) else str(value)
            for value in expected
        )
