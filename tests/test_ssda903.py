"""The statutory return: what its episodes, reviews and headers say, and every form it comes in."""

from __future__ import annotations

import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import Engine

from data_access.loading.load import LoadRefused, load
from data_access.people.viewer import SERVICE_VIEWER
from data_access.sources.ssda903 import rows as ssda903
from data_access.store.opening import open_store
from data_access.store.schema import KIND_TABLES
from metrics.counting.calculate import Selection, availability, duties_as_at, measure_rows
from metrics.derive import derivation
from tests.return_files import AS_AT, SAMPLE, episode, loaded, write_return
from tests.stored import stored


def periods(engine: Engine) -> list[tuple]:
    columns = ("started_on", "ended_on", "end_reason", "start_known")
    rows = sorted(stored(engine, KIND_TABLES["care_periods"]), key=lambda row: row["started_on"])
    return [tuple(row[column] for column in columns) for row in rows]


def ranges(engine: Engine, kind: str, column: str) -> list[tuple]:
    rows = sorted(stored(engine, KIND_TABLES[kind]), key=lambda row: row["from_date"])
    return [(row["from_date"], row["to_date"], row[column]) for row in rows]


def care(tmp_path: Path, *episodes: str) -> list[tuple]:
    engine, _ = loaded(write_return(tmp_path / "r", episodes=list(episodes), reviews=[]), year=2018)
    return periods(engine)


def test_a_period_of_care_goes_on_through_episodes_that_end_with_x1(tmp_path):
    found = care(
        tmp_path,
        episode("03/04/2017", "S", "10/07/2017", "X1"),
        episode("10/07/2017", "P", "01/02/2018", "E4A"),
    )
    assert found == [(date(2017, 4, 3), date(2018, 2, 1), "E4A", True)]


def test_a_first_episode_that_is_not_a_start_leaves_the_start_unknown(tmp_path):
    assert care(tmp_path, episode("03/04/2017", "P")) == [(date(2017, 4, 3), None, None, False)]


def test_a_start_after_x1_begins_a_period_and_ends_the_earlier_that_day(tmp_path):
    found = care(tmp_path, episode("03/04/2017", "S", "10/07/2017", "X1"), episode("12/07/2017", "S"))
    assert found == [
        (date(2017, 4, 3), date(2017, 7, 12), None, True),
        (date(2017, 7, 12), None, None, True),
    ]


def test_a_trailing_x1_is_still_looked_after(tmp_path):
    assert care(tmp_path, episode("03/04/2017", "S", "10/07/2017", "X1")) == [
        (date(2017, 4, 3), None, None, True)
    ]


def test_an_episode_that_is_no_start_after_an_ended_period_begins_one_with_its_start_unknown(tmp_path):
    found = care(tmp_path, episode("03/04/2017", "S", "10/07/2017", "E4A"), episode("01/09/2017", "P"))
    assert found == [
        (date(2017, 4, 3), date(2017, 7, 10), "E4A", True),
        (date(2017, 9, 1), None, None, False),
    ]


def test_of_two_overlapping_episodes_the_earlier_is_cut_where_the_later_begins(tmp_path):
    engine, _ = loaded(
        write_return(
            tmp_path / "r",
            episodes=[
                episode("03/04/2017", "S", "10/09/2017", "X1", place="U1"),
                episode("01/08/2017", "P", place="H5"),
            ],
            reviews=[],
        ),
        year=2018,
    )
    assert periods(engine) == [(date(2017, 4, 3), None, None, True)]
    assert ranges(engine, "placements", "placement_type") == [
        (date(2017, 4, 3), date(2017, 7, 31), "U1"),
        (date(2017, 8, 1), None, "H5"),
    ]


def test_neighbouring_episodes_under_one_status_are_one_legal_status(tmp_path):
    engine, _ = loaded(
        write_return(
            tmp_path / "r",
            episodes=[
                episode("03/04/2017", "S", "10/07/2017", "X1", place="U1"),
                episode("10/07/2017", "P", "01/10/2017", "X1", place="H5"),
                episode("01/10/2017", "L", place="H5", ls="E1"),
            ],
            reviews=[],
        ),
        year=2018,
    )
    assert ranges(engine, "legal_statuses", "legal_status") == [
        (date(2017, 4, 3), date(2017, 9, 30), "C2"),
        (date(2017, 10, 1), None, "E1"),
    ]
    assert ranges(engine, "placements", "placement_type") == [
        (date(2017, 4, 3), date(2017, 7, 9), "U1"),
        (date(2017, 7, 10), None, "H5"),
    ]


def test_several_years_merge_and_the_later_return_is_believed(tmp_path):
    first = write_return(
        tmp_path / "a",
        episodes=[episode("06/06/2016", "S")],
        reviews=["007,01/05/2008,01/07/2016,PN1"],
        year="2017",
    )
    second = write_return(
        tmp_path / "b",
        episodes=[episode("06/06/2016", "S", "03/10/2017", "E4A")],
        reviews=["007,01/05/2008,30/06/2017,PN2", "007,01/05/2008,01/07/2016,PN1"],
        year="2018",
    )
    engine, _ = loaded(first, year=2017)
    loaded(second, engine=engine, year=2018)
    assert periods(engine) == [(date(2016, 6, 6), date(2017, 10, 3), "E4A", True)]
    held = [row["held_on"] for row in stored(engine, KIND_TABLES["reviews"])]
    assert sorted(held) == [date(2016, 7, 1), date(2017, 6, 30)]


def test_years_given_file_by_file_are_told_apart_by_their_folders(tmp_path):
    files = [
        file
        for year in (2017, 2018)
        for file in sorted(
            write_return(
                tmp_path / str(year), episodes=[episode(f"03/04/{year - 1}", "S")], reviews=[]
            ).iterdir()
        )
    ]
    _, report = loaded(*files)
    assert {file.source for file in report.files} == {"ssda903-2016-17", "ssda903-2017-18"}
    assert len(report.files) == 6, "the tables that are alike in both years count for each"


def test_years_loaded_in_either_order_say_the_same(tmp_path):
    first = write_return(tmp_path / "a", episodes=[episode("06/06/2016", "S")], reviews=[], year="2017")
    second = write_return(
        tmp_path / "b", episodes=[episode("06/06/2016", "S", "03/10/2017", "E4A")], reviews=[], year="2018"
    )
    engine, _ = loaded(second, year=2018)
    loaded(first, engine=engine, year=2017)
    assert periods(engine) == [(date(2016, 6, 6), date(2017, 10, 3), "E4A", True)]


def test_of_two_reviews_on_one_day_the_one_with_a_valid_code_is_kept(tmp_path):
    engine, _ = loaded(
        write_return(
            tmp_path / "r",
            episodes=[episode("03/04/2017", "S")],
            reviews=["007,01/05/2008,28/04/2017,", "007,01/05/2008,28/04/2017,PN3"],
        )
    )
    assert [row["participation_code"] for row in stored(engine, KIND_TABLES["reviews"])] == ["PN3"]


def outcomes(engine: Engine) -> list[str]:
    return list(duties_as_at(engine, SERVICE_VIEWER, "LOCAL", AS_AT)["outcome"])


def test_without_reviews_in_any_return_nothing_is_overdue(tmp_path):
    engine, _ = loaded(write_return(tmp_path / "r", episodes=[episode("03/04/2017", "S")]), year=2018)
    assert outcomes(engine) == ["not_assessable"]


def test_without_reviews_no_measure_of_reviews_is_told(tmp_path):
    engine, _ = loaded(write_return(tmp_path, episodes=[episode("03/04/2017", "S")]))
    told = measure_rows(engine, SERVICE_VIEWER, Selection("LOCAL", date(2017, 4, 1), AS_AT, AS_AT))
    assert told[["numerator", "denominator", "value"]].isna().all().all()
    assert set(told["status"]) == {""}
    assert "without its Reviews" in availability(engine, "LOCAL")["children_all_reviews_on_time"]


def test_with_an_empty_reviews_table_the_review_is_overdue(tmp_path):
    engine, _ = loaded(
        write_return(tmp_path / "r", episodes=[episode("03/04/2017", "S")], reviews=[]), year=2018
    )
    assert outcomes(engine) == ["overdue"]


def test_a_first_review_due_before_the_first_year_loaded_cannot_be_judged(tmp_path):
    engine, _ = loaded(
        write_return(
            tmp_path / "r",
            episodes=[episode("06/06/2016", "S")],
            reviews=["007,01/05/2008,30/06/2017,PN2"],
        )
    )
    duties = duties_as_at(engine, SERVICE_VIEWER, "LOCAL", AS_AT)
    assert list(duties["kind"]) == ["unknown", "subsequent"]
    assert list(duties["outcome"]) == ["not_assessable", "overdue"]
    assert list(duties["due_on"])[1] == date(2017, 12, 30)


def test_the_collection_year_is_where_most_dates_fall():
    days = Counter({date(2016, 4, 1): 2, date(2017, 3, 31): 3, date(2017, 4, 1): 4})
    assert ssda903.infer_year(days) == 2017


def test_identifiers_keep_their_leading_zeros_and_sex_is_read_in_both_codings(tmp_path):
    engine, _ = loaded(
        write_return(
            tmp_path / "r",
            episodes=[episode("03/04/2017", "S")],
            reviews=[],
            headers=["007,1,01/05/2008,WBRI,,,", "008,F,01/05/2010,WBRI,,,"],
        ),
        year=2018,
    )
    rows = stored(engine, KIND_TABLES["children"])
    assert [(row["child_id"], row["sex"]) for row in rows] == [("007", "M"), ("008", "F")]


def test_a_child_missing_from_header_was_looked_after_all_the_same(tmp_path):
    folder = write_return(
        tmp_path / "r",
        episodes=[episode("03/04/2017", "S"), episode("03/04/2017", "S", child="008")],
        reviews=["008,01/05/2010,28/04/2017,PN1"],
    )
    engine, _ = loaded(folder, year=2018)
    rows = stored(engine, KIND_TABLES["children"])
    assert sorted((row["child_id"], row["date_of_birth"]) for row in rows) == [
        ("007", date(2008, 5, 1)),
        ("008", date(2010, 5, 1)),
    ]
    assert len(outcomes(engine)) == 3


def test_who_is_unaccompanied_is_not_known_without_the_table_that_says_it(tmp_path):
    without, _ = loaded(write_return(tmp_path / "r", episodes=[episode("03/04/2017", "S")]), year=2018)
    assert [row["uasc"] for row in stored(without, KIND_TABLES["children"])] == [None]


def test_the_identifier_of_a_review_is_the_same_at_every_load_and_never_the_childs(tmp_path):
    def identifiers(folder: Path, *more: str) -> set[str]:
        rows = [*more, "007,01/05/2008,28/04/2017,PN1"]
        engine, _ = loaded(
            write_return(folder, episodes=[episode("03/04/2017", "S")], reviews=rows), year=2018
        )
        return {row["review_id"] for row in stored(engine, KIND_TABLES["reviews"])}

    first = identifiers(tmp_path / "a")
    second = identifiers(tmp_path / "b", "007,01/05/2008,20/07/2017,PN1")
    assert first < second
    assert len(second) == 2
    assert not any("007" in identifier for identifier in second)


XML = """<?xml version="1.0" encoding="utf-8"?>
<EXPSSDA903><CHILD>
  <HEADER><CHILDID>007</CHILDID><UPN>X</UPN><SEX>1</SEX><DOB>01/05/2008</DOB><ETHNIC>WBRI</ETHNIC>
    <UASC>1</UASC><DUC>01/05/2026</DUC>
    <AREVIEW><REVIEW>28/04/2017</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>
    <AREVIEW><REVIEW>20/07/2017</REVIEW><REVIEW_CODE>PN2</REVIEW_CODE></AREVIEW>
    <AD_PLACED><DATE_PLACED>01/08/2017</DATE_PLACED></AD_PLACED>
  </HEADER>
  <EPISODE><DECOM>03/04/2017</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>U1</PL>
    <PLACE_PROVIDER>PR1</PLACE_PROVIDER></EPISODE>
</CHILD></EXPSSDA903>
"""


def said(engine: Engine) -> dict[str, list[dict]]:
    """What the store holds of the return, without where each row came from."""
    kinds = ("children", "care_periods", "legal_statuses", "placements", "reviews")
    return {
        kind: [
            {column: value for column, value in row.items() if column not in ("file_id", "line")}
            for row in stored(engine, KIND_TABLES[kind])
        ]
        for kind in kinds
    }


def as_csv(folder: Path) -> Path:
    write_return(
        folder,
        episodes=["007,03/04/2017,S,C2,N1,U1,PR1,,,,,,"],
        reviews=["007,01/05/2008,28/04/2017,PN1", "007,01/05/2008,20/07/2017,PN2"],
    )
    (folder / "uasc.csv").write_text("CHILD,SEX,DOB,DUC\n007,1,01/05/2008,01/05/2026\n", encoding="utf-8")
    return folder


def as_workbook(folder: Path) -> Path:
    csvs = as_csv(folder / "from")
    path = folder / "return.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for file in sorted(csvs.iterdir()):
            sheet = book.add_worksheet(file.stem)
            for line, text in enumerate(file.read_text(encoding="utf-8").splitlines()):
                sheet.write_row(line, 0, text.split(","))
        book.add_worksheet("notes").write(0, 0, "about this return")
    return path


def as_zip(folder: Path) -> Path:
    csvs = as_csv(folder / "from")
    path = folder / "return.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in csvs.iterdir():
            archive.write(file, file.name)
    return path


def as_xml(folder: Path) -> Path:
    path = folder / "return.xml"
    path.write_text(XML, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", [as_workbook, as_zip, as_xml], ids=lambda form: form.__name__)
def test_workbook_zip_and_xml_say_what_the_csv_files_say(tmp_path, form):
    expected, _ = loaded(as_csv(tmp_path / "csv"), year=2018)
    found, _ = loaded(form(tmp_path), year=2018)
    assert said(found) == said(expected)
    assert len(said(found)["reviews"]) == 2
    assert said(found)["children"][0]["uasc"] is True


DTD = '<!DOCTYPE EXPSSDA903 [<!ENTITY a "b">]>'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (XML.replace("<EXPSSDA903>", DTD + "<EXPSSDA903>"), "DTD"),
        (XML[:300], "breaks off"),
        ("<OTHER></OTHER>", "is not a 903 return"),
    ],
)
def test_a_broken_or_dangerous_xml_is_refused_with_its_reason(tmp_path, text, says):
    path = tmp_path / "return.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LoadRefused, match=says):
        loaded(path)


def test_a_row_of_an_xml_is_named_by_its_line(tmp_path):
    path = tmp_path / "return.xml"
    path.write_text(XML.replace("<REVIEW>20/07/2017</REVIEW>", "<REVIEW>soon</REVIEW>"), encoding="utf-8")
    engine = open_store("sqlite://")
    (report,) = load(engine, [path], derivation=derivation(), as_at=AS_AT, year=2018, force=True)
    (problem,) = [problem for file in report.files for problem in file.problems]
    assert (problem.line, problem.column) == (6, "REVIEW")


@pytest.mark.skipif(not SAMPLE.exists(), reason="needs ../shared/reference")
def test_the_reference_return_loads_whole_with_the_tables_nobody_needs_named():
    _, report = loaded(SAMPLE)
    files = {Path(file.name).name: file for file in report.files}
    assert files["episodes.csv"].rows_stored == 5050
    assert files["reviews.csv"].rows_stored == 12582
    assert files["header.csv"].rows_stored == 2675
    for unused in (
        "oc2.csv",
        "oc3.csv",
        "ad1.csv",
        "previous_permanence.csv",
        "missing.csv",
        "sw_episodes.csv",
    ):
        assert files[unused].kind == "not used"
    assert "collection year 2017-18" in " ".join(files["reviews.csv"].notes)


def test_what_a_return_cannot_answer_is_not_recognised_as_a_table_of_it():
    assert ssda903.recognise(["CHILD", "NAME"]) is None
    assert ssda903.recognise(["child", "sdq score", "DOB"]) == "not used"
    assert ssda903.recognise(["Child", "Review", "Review Code"]) == "ssda903_reviews"
