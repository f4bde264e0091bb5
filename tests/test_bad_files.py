"""Every way a file can be broken: none crashes, none half loads, each says where and what to do."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import Engine

from data_access import reading
from data_access.loading.load import LoadRefused
from data_access.people.viewer import SERVICE_VIEWER
from data_access.store.opening import open_store
from tests.files_given import (
    SMALL,
    counts,
    load_files,
    load_texts,
    rows,
    write,
)


@dataclass(frozen=True)
class Broken:
    """A broken file, and the problem it must be refused with."""

    case: str
    file: str
    content: bytes
    line: int | None
    column: str | None
    message: str
    of: str | None = None
    """The name in the problem, where it is not the file's own."""


def text(case: str, kind: str, content: str, line: int | None, column: str | None, message: str) -> Broken:
    return Broken(case, f"{kind}.csv", content.encode(), line, column, message)


def book(*tables: tuple[str, list[list[object]]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as workbook:
        for title, cells in tables:
            sheet = workbook.add_worksheet(title)
            for line, row in enumerate(cells):
                sheet.write_row(line, 0, row)
                for column, cell in enumerate(row):
                    if str(cell).startswith("="):
                        sheet.write_formula(line, column, str(cell), value="#N/A")
    return stream.getvalue()


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def damaged_zip() -> bytes:
    whole = bytearray(
        zipped(teams_dot_csv=b"team_id,team_name\n" + b"T1,a name long enough to deflate\n" * 400)
    )
    whole[60:90] = b"\x00" * 30
    return bytes(whole)


def protected_zip() -> bytes:
    whole = bytearray(zipped(teams_dot_csv=b"team_id,team_name\nT1,x\n"))
    whole[6] |= 1
    place = whole.index(b"PK\x01\x02")
    whole[place + 8] |= 1
    return bytes(whole)


CHILDREN = "child_id,date_of_birth"
REVIEWS = "review_id,child_id,review_status,booked_for,held_on,completed_on,participation_code"
AUDITS = "audit_id,programme,audited_on,audit_theme,grade"
RETURN_XML = '<?xml version="1.0"?>\n'
NEVER_CLOSED = "a quotation mark opened here is not closed on its line"

FILES = [
    # Not a table at all
    text("nothing in it", "children", "", None, None, "is empty (0 bytes). Export it again"),
    text("blank lines only", "children", "\n\n  \n,,\n", None, None,
         "has no headings: it holds blank lines only"),
    Broken("a picture", "children.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 4, None, None,
           "holds NUL bytes, so it is no CSV or it is damaged"),
    Broken("bytes of no encoding", "children.csv",
         b"child_id,date_of_birth\n\x81\x8d\x8f\x90\x9d,2010-01-01\n",
           None, None, "cannot be read as text"),
    Broken("a workbook named csv", "children.csv", book(("a", [["child_id"]])), None, None,
           "is an Excel workbook or a zip under another name. Name it .xlsx or .zip."),
    Broken("an old workbook", "children.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, None, None,
           "is an old or password-protected Excel workbook"),
    Broken("a web page", "children.csv", b"<!DOCTYPE html><html><body>Session ended</body></html>", None,
         None,
           "is a web page, not a CSV"),
    # Headings
    text("unknown headings", "children", "alpha,beta\n1,2\n", 1, None,
         "has headings of no kind this product reads"),
    text("no headings", "children", "007,2012-05-01\n008,2014-06-01\n", 1, None, "Its first line must hold"),
    text("a required column missing", "reviews", "review_id,child_id,held_on\nR1,007,2024-01-01\n", 1, None,
         "It is nearest to reviews, and lacks the column review_status. Add it"),
    text("two required columns missing", "activities", "activity_id,child_id,done_on\nA,007,2024-01-01\n", 1,
         None,
         "It is nearest to activities, and lacks the columns iro_id, activity_kind. Add them"),
    text("a column of the return missing", "episodes",
         "CHILD,DECOM,RNE,LS,PLACE,DEC\n1,01/04/2024,S,C2,U6,\n", 1,
         None, "nearest to the episodes of the statutory return, and lacks the column REC"),
    text("a heading twice", "children", "child_id,date_of_birth,Child ID\n007,2012-05-01,007\n", 1,
         "child_id",
         "has this heading twice"),
    text("an unknown heading twice", "children", "child_id,date_of_birth,x,X \n007,2012-05-01,,\n", 1, "x",
         "Remove or rename one of them"),
    text("a quotation mark among the headings", "children", 'child_id,"date_of"_birth\n007,2012-05-01\n', 1,
         None,
         "a quotation mark among the headings stands in the wrong place"),
    # Rows that cannot be told apart
    text("a quotation mark never closed", "teams", 'team_id,team_name\nT1,"North\nT2,South\n', 2, None,
         NEVER_CLOSED),
    text("a quotation mark that swallows rows", "teams",
         'team_id,team_name,service\nT1,"North\nT2,South"\nT3,East,c\n', 2, None, "goes on over 2 lines"),
    text("a cell of two million characters", "teams", "team_id,team_name\nT1," + "x" * 2_000_000 + "\n", 2,
         None,
         "has a cell longer than a million characters"),
    # Workbooks
    Broken("a workbook cut off", "book.xlsx", book(("a", [["child_id", "date_of_birth"], ["1", "x"]]))[:900],
         None,
           None, "cannot be read as an Excel workbook"),
    Broken("a workbook of nothing", "book.xlsx", book(("a", [])), None, None,
           "has no headings: its sheets are empty"),
    Broken("a workbook of no kind", "book.xlsx", book(("Notes", [["written by", "QA"]])), 1, None,
           "has headings of no kind this product reads", of="book.xlsx > Notes"),
    Broken("a workbook behind a password", "book.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
         None,
           None, "protected by a password"),
    Broken("a sheet with a heading twice", "book.xlsx",
           book(("Kids", [["child_id", "date_of_birth", "Date of birth"], ["1", "2010-01-01", ""]])), 1,
           "date_of_birth", "has this heading twice", of="book.xlsx > Kids"),
    # Zips
    Broken("a zip cut off", "all.zip", zipped(teams_dot_csv=b"team_id,team_name\nT1,x\n")[:60], None, None,
           "is not a whole zip file"),
    Broken("a zip damaged inside", "all.zip", damaged_zip(), None, None, "is damaged inside its zip",
           of="all.zip > teams.csv"),
    Broken("a zip behind a password", "all.zip", protected_zip(), None, None, "is protected by a password"),
    Broken("a member that climbs out", "all.zip", zipped(**{"..__teams_dot_csv": b"team_id,team_name\n"}),
         None, None,
           "holds a file whose path climbs out of the folder"),
    Broken("a member with a drive letter", "all.zip", zipped(**{"C:__teams_dot_csv": b"team_id,team_name\n"}),
         None,
           None, "holds a file whose path climbs out of the folder"),
    Broken("a bomb", "all.zip", zipped(teams_dot_csv=b"team_id,team_name\n" + b"0" * 80_000_000), None, None,
           "times its size"),
    Broken("a zip of nothing to read", "all.zip", zipped(readme_dot_docx=b"x"), None, None,
         "holds no file to read"),
    Broken("an empty member", "all.zip", zipped(teams_dot_csv=b""), None, None, "is empty (0 bytes)",
           of="all.zip > teams.csv"),
    Broken("zips within zips within zips", "all.zip",
           zipped(a_dot_zip=zipped(b_dot_zip=zipped(c_dot_zip=zipped(d_dot_zip=zipped(t_dot_csv=b"x")))))
           , None, None, "is a zip too deep or too large inside a zip",
           of="all.zip > a.zip > b.zip > c.zip"),
    # 903 XML
    Broken("XML that is no return", "r.xml", b"<html><body/></html>", None, None, "is not a 903 return"),
    Broken("XML with a DTD", "r.xml",
           (RETURN_XML + '<!DOCTYPE EXPSSDA903 SYSTEM "x.dtd">\n<EXPSSDA903/>').encode(), None, None,
           "holds a document type (DTD) or entities"),
    Broken("XML with entities", "r.xml",
           (RETURN_XML + '<!DOCTYPE e [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>\n<EXPSSDA903>&b;').encode(),
           None, None, "it is refused, not opened"),
    Broken("XML cut off", "r.xml",
           (RETURN_XML + "<EXPSSDA903><CHILD><HEADER><CHILDID>1</CHILDID>").encode(), None, None,
           "breaks off or is damaged"),
    text("a return of no year", "header", "CHILD,DOB,ETHNIC\n1,01/01/2010,WBRI\n", None, None,
         "so its collection year cannot be told. Say it with --year"),
]  # fmt: skip

ROWS = [
    text("a day that is no date", "children", f"{CHILDREN}\n007,soon\n", 2, "date_of_birth",
         "is not a date: write it as 2026-01-31 or 31/01/2026"),
    text("an American date", "children", f"{CHILDREN}\n007,12/31/2012\n", 2, "date_of_birth",
         "is not a day of the calendar"),
    text("29 February of no leap year", "children", f"{CHILDREN}\n007,2013-02-29\n", 2, "date_of_birth",
         "is not a day of the calendar"),
    text("a date with an hour", "children", f"{CHILDREN}\n007,2012-05-01 13:45\n", 2, "date_of_birth",
         "is not a date"),
    text("an Excel day number", "children", f"{CHILDREN}\n007,41030\n", 2, "date_of_birth", "is not a date"),
    text("a date before 1900", "children", f"{CHILDREN}\n007,1812-05-01\n", 2, "date_of_birth",
         "is before 1900 or after 2100: correct the year"),
    text("a date after 2100", "care_periods", "child_id,started_on,ended_on\n007,2024-01-10,2204-01-10\n", 2,
         "ended_on", "is before 1900 or after 2100: correct the year"),
    text("a birth after today", "children", f"{CHILDREN}\n007,2026-04-01\n", 2, "date_of_birth",
         "is after the as-at date of this load: correct the date"),
    text("a blank identifier", "children", f"{CHILDREN}\n ,2012-05-01\n", 2, "child_id",
         "is blank: fill it in"),
    text("a blank required date", "children", f"{CHILDREN}\n007,\n", 2, "date_of_birth",
         "is blank: fill it in"),
    text("a blank required name", "iros", "iro_id,iro_name,started_on\nI1,,2020-01-01\n", 2, "iro_name",
         "is blank: fill it in"),
    text("an identifier of 65 characters", "children", f"{CHILDREN}\n{'9' * 65},2012-05-01\n", 2, "child_id",
         "is longer than 64 characters: shorten it"),
    text("a text of 4001 characters", "children", f"{CHILDREN},sex\n007,2012-05-01,{'F' * 4001}\n", 2, "sex",
         "is longer than 4000 characters: shorten it"),
    text("an end before its start", "care_periods",
         "child_id,started_on,ended_on\n007,2024-01-10,2024-01-09\n", 2,
         "ended_on", "is before started_on: correct one of the two dates"),
    text("a review completed before it was held", "reviews",
         f"{REVIEWS}\nR1,007,held,,2024-02-06,2024-02-05,PN1\n", 2, "completed_on", "is before held_on"),
    text("a held review without its day", "reviews", f"{REVIEWS}\nR1,007,held,,,,PN1\n", 2, "held_on",
         "is blank where review_status is held: fill it in, or correct review_status"),
    text("a booked review without its day", "reviews", f"{REVIEWS}\nR1,007,booked,,,,\n", 2, "booked_for",
         "is blank where review_status is booked"),
    text("held reviews and no column for their day", "reviews",
         "review_id,child_id,review_status\nR1,007,held\n", 2,
         "held_on", "is blank where review_status is held"),
    text("an unknown status", "reviews", f"{REVIEWS}\nR1,007,planned,,,,\n", 2, "review_status",
         "is not a review status: use one of booked, held, cancelled"),
    text("an unknown participation code", "reviews", f"{REVIEWS}\nR1,007,held,,2024-02-06,,PN9\n", 2,
         "participation_code", "is not a participation code: use one of PN0"),
    text("an unknown legal status", "legal_statuses", "child_id,from_date,legal_status\n007,2024-01-10,X9\n",
         2,
         "legal_status", "is not a legal status (903 LS)"),
    text("an unknown placement", "placements", "child_id,from_date,placement_type\n007,2024-01-10,Q1\n", 2,
         "placement_type", "is not a placement type (903 PLACE)"),
    text("an unknown kind of activity", "activities",
         "activity_id,child_id,iro_id,activity_kind,done_on\nA1,007,I1,phone call,2024-02-01\n", 2,
         "activity_kind",
         "is not a kind of activity: use one of midway_review"),
    text("an unknown grade", "audits",
         "audit_id,programme,audited_on,audit_theme,grade\nA1,p,2024-01-01,plans,excellent\n", 2, "grade",
         "is not a grade: use one of outstanding"),
    text("more than a full-time IRO", "iro_hours", "iro_id,from_date,fte\nI1,2024-01-01,1.6\n", 2, "fte",
         "is not between 0 and 1.5"),
    text("hours in words", "iro_hours", "iro_id,from_date,fte\nI1,2024-01-01,half\n", 2, "fte",
         "is not a number"),
    text("hours that are not a number to anyone", "iro_hours", "iro_id,from_date,fte\nI1,2024-01-01,nan\n", 2,
         "fte",
         "is not between 0 and 1.5"),
    text("neither yes nor no", "children", f"{CHILDREN},uasc\n007,2012-05-01,perhaps\n", 2, "uasc",
         "is not yes or no: write yes or no"),
    text("a number no database can hold", "audits",
         f"{AUDITS},months_out_of_date\nA1,p,2024-01-01,plans,good,{'9' * 30}\n", 2,
         "months_out_of_date", "is not a whole number from 0 to 9999"),
    text("not a whole number", "audits",
         f"{AUDITS},months_out_of_date\nA1,p,2024-01-01,plans,good,1.5\n", 2,
         "months_out_of_date", "is not a whole number"),
    text("a cell too many", "teams", "team_id,team_name\nT1,North, East\n", 2, None,
         "the row has 3 cells and the headings 2: put quotation marks around a cell that holds a comma"),
    text("a cell too few", "teams", "team_id,team_name,service\nT1,North\n", 2, None,
         "the row has 2 cells and the headings 3: write every cell"),
    text("a quotation mark inside a cell", "teams", 'team_id,team_name\nT1,"North" East\n', 2, None,
         "a quotation mark stands in the wrong place"),
    text("a bad row after a cell of two lines", "teams", 'team_id,team_name\nT1,"North\nEast"\n,South\n', 4,
         "team_id",
         "is blank: fill it in"),
    text("the same identifier twice", "teams", "team_id,team_name\nT1,North\nT1,South\n", 3, "team_id",
         "the same team_id stands on line 2"),
    text("a child nobody declared", "care_periods", "child_id,started_on\n070,2024-01-10\n", 2, "child_id",
         "points to a child that no children file declares"),
    text("an IRO nobody declared", "activities",
         "activity_id,child_id,iro_id,activity_kind,done_on\nA1,007,I9,case_note,2024-02-01\n", 2, "iro_id",
         "points to an IRO that no iros file declares"),
    text("periods that overlap", "care_periods",
         "child_id,started_on,ended_on\n007,2024-01-10,2024-05-01\n007,2024-04-01,2024-06-01\n", 3,
         "started_on",
         "overlaps the period of care of the same child on line 2"),
    text("allocations that overlap", "iro_allocations",
         "child_id,iro_id,from_date,to_date\n007,I1,2024-01-10,\n007,I2,2025-01-01,\n", 3, "from_date",
         "overlaps the allocation to an IRO of the same child on line 2"),
    Broken("a bad cell in a sheet", "book.xlsx", book(("T", [["team_id", "team_name"], [], ["", "North"]])),
         3,
           "team_id", "is blank: fill it in", of="book.xlsx > T"),
    Broken("a formula that found no day", "book.xlsx",
           book(("T", [["iro_id", "iro_name", "started_on", "ended_on"],
                       ["I1", "Ada", "2020-01-01", ""], ["I2", "Ben", "2020-01-01", "=NA()"]])), 3,
           "ended_on", "is an error of Excel: correct the formula, or clear the cell", of="book.xlsx > T"),
    text("a formula that found nobody", "teams", "team_id,team_name\n#N/A,North\n", 2, "team_id",
         "is an error of Excel: correct the formula, or clear the cell"),
    Broken("a bad row under Windows-1252", "teams.csv", "team_id;team_name\r\n;Caf\xe9\r\n".encode("cp1252"),
         2,
           "team_id", "is blank: fill it in"),
    Broken("a bad row under UTF-16", "teams.csv", "team_id\tteam_name\n\tNorth\n".encode("utf-16"), 2,
         "team_id",
           "is blank: fill it in"),
    Broken("a bad row in a zip", "all.zip", zipped(teams_dot_csv=b"team_id,team_name\n,North\n"), 2,
         "team_id",
           "is blank: fill it in", of="all.zip > teams.csv"),
    text("a child of the return without a birthday", "header", "CHILD,DOB,ETHNIC\n1,,WBRI\n", 2, "DOB",
         "is blank: fill it in"),
    text("an episode that ends before it begins", "episodes",
         "CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n1,01/06/2025,S,C2,U6,01/05/2025,E11\n", 2, "DEC",
         "is before DECOM"),
    text("a placement the return does not know", "episodes",
         "CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n1,01/06/2025,S,C2,Q1,,\n", 2, "PLACE",
         "is not a placement type (903 PLACE)"),
    text("a review of the return without a day", "reviews",
         "CHILD,DOB,REVIEW,REVIEW_CODE\n1,01/01/2010,,PN1\n", 2, "REVIEW", "is blank: fill it in"),
]  # fmt: skip


@pytest.fixture
def loaded(tmp_path: Path) -> Engine:
    engine = open_store("sqlite://")
    load_texts(engine, tmp_path / "before", **SMALL)
    return engine


def given(broken: Broken, folder: Path) -> Path:
    folder.mkdir()
    (folder / broken.file).write_bytes(broken.content)
    return folder / broken.file


@pytest.mark.parametrize("broken", [*FILES, *ROWS], ids=lambda broken: broken.case)
def test_a_broken_file_is_refused_where_it_is_broken_and_the_old_data_stay(
    broken: Broken, loaded: Engine, tmp_path: Path
) -> None:
    before, said = counts(loaded), rows(loaded, "reviews", "review_id", "held_on", "participation_code")
    year = None if broken in FILES else 2026
    with pytest.raises(LoadRefused) as refusal:
        load_files(loaded, given(broken, tmp_path / "new"), year=year)
    found = [(problem.file, problem.line, problem.column) for problem in refusal.value.problems]
    assert (broken.of or broken.file, broken.line, broken.column) in found, str(refusal.value)
    place = found.index((broken.of or broken.file, broken.line, broken.column))
    assert broken.message in refusal.value.problems[place].message
    assert counts(loaded) == before
    assert rows(loaded, "reviews", "review_id", "held_on", "participation_code") == said


@pytest.mark.parametrize("broken", FILES, ids=lambda broken: broken.case)
def test_a_broken_file_among_good_ones_refuses_them_all_even_by_force(
    broken: Broken, loaded: Engine, tmp_path: Path
) -> None:
    good = SMALL["children"] + "010,2011-01-01\n"
    path = given(broken, tmp_path / "new")
    (tmp_path / "new" / "good.csv").write_text(good)
    before = counts(loaded)
    with pytest.raises(LoadRefused) as refusal:
        load_files(loaded, path.parent, force=True)
    assert f"new/{broken.of or broken.file}" in {problem.file for problem in refusal.value.problems}
    assert counts(loaded) == before


@pytest.mark.parametrize("broken", ROWS, ids=lambda broken: broken.case)
def test_a_bad_row_by_force_leaves_the_other_rows_in_and_is_kept_with_its_reason(
    broken: Broken, loaded: Engine, tmp_path: Path
) -> None:
    good = write(tmp_path / "good", iros=SMALL["iros"] + "I3,Cy,2020-01-01\n")
    report = load_files(loaded, given(broken, tmp_path / "new"), good, force=True, year=2026)
    (file,) = (file for file in report.files if file.name == (broken.of or broken.file))
    assert file.rows_refused >= 1
    assert file.rows_read == file.rows_stored + file.rows_refused
    kept = reading.refused_rows(loaded, SERVICE_VIEWER, "LOCAL")
    assert broken.line in set(kept["line"])
    assert any(broken.message in reason for reason in kept["reason"])


def test_all_broken_files_of_a_load_are_named_at_once(loaded: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    for place, broken in enumerate(FILES[:8]):
        (folder / f"{place}{broken.file}").write_bytes(broken.content)
    with pytest.raises(LoadRefused) as refusal:
        load_files(loaded, folder)
    assert len(refusal.value.problems) == 8


# What is no extract


def test_a_load_of_nothing_that_is_used_is_refused(loaded: Engine, tmp_path: Path) -> None:
    (tmp_path / "oc2.csv").write_text("CHILD,DOB,SDQ_SCORE\n1,01/01/2010,3\n")
    with pytest.raises(LoadRefused, match="Nothing else was given"):
        load_files(loaded, tmp_path / "oc2.csv")


def test_a_source_of_too_long_a_name_is_refused_before_any_database_does(
    loaded: Engine, tmp_path: Path
) -> None:
    with pytest.raises(LoadRefused, match="has too long a name"):
        load_texts(loaded, tmp_path, teams=SMALL["teams"], source="s" * 65)


def test_a_file_that_is_not_one_is_passed_over_in_a_folder(loaded: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "teams.csv").write_text("team_id,team_name\nT1,North\nT2,South\n")
    (folder / "letter.docx").write_bytes(b"x")
    report = load_files(loaded, folder)
    assert [(file.name, file.kind) for file in report.files] == [
        ("new/teams.csv", "teams"),
        ("new/letter.docx", "not used"),
    ]
