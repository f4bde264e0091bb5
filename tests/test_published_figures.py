"""What services published comes out of extracts with as many children of each sort."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from data_access.loading.load import load
from data_access.people.viewer import SERVICE_VIEWER
from data_access.store.opening import open_store
from data_access.store.schema import KIND_TABLES
from docs.published.write import CENTRAL_BEDFORDSHIRE_ON, CROYDON_ON, EXTRACTS, write
from metrics.counting.calculate import Selection, measure_rows
from metrics.derive import derivation
from metrics.population import population
from metrics.wording import words

DOCS = Path(__file__).parent.parent / "docs"
AS_AT = {"central_bedfordshire_2012": CENTRAL_BEDFORDSHIRE_ON, "croydon_2020": CROYDON_ON}

PUBLISHED = [
    ("central_bedfordshire_2012", "reviews_held", 590, None),
    ("central_bedfordshire_2012", "children_all_reviews_on_time", 194, 199),
    ("central_bedfordshire_2012", "mothers_involved_all", 123, 181),
    ("central_bedfordshire_2012", "fathers_involved_all", 67, 181),
    ("central_bedfordshire_2012", "other_family_involved_all", 37, 181),
    ("central_bedfordshire_2012", "mothers_involved", 123, 159),
    ("central_bedfordshire_2012", "fathers_involved", 67, 140),
    ("croydon_2020", "reviews_held_on_time", 215, 226),
    ("croydon_2020", "reviews_due_on_time", 215, 238),
    ("croydon_2020", "children_all_reviews_on_time", 57, 77),
    ("croydon_2020", "reviews_overdue", 12, 77),
]


@pytest.fixture(scope="module")
def stores() -> dict[str, Engine]:
    found = {}
    for name, as_at in AS_AT.items():
        found[name] = open_store("sqlite://")
        load(found[name], [DOCS / "published" / name], derivation=derivation(), as_at=as_at)
    return found


@pytest.mark.parametrize(("extract", "key", "numerator", "denominator"), PUBLISHED)
def test_a_published_figure_comes_out_and_is_explained(
    stores: dict[str, Engine], extract: str, key: str, numerator: int, denominator: int | None
) -> None:
    until = AS_AT[extract]
    year = Selection("LOCAL", date(until.year - 1, 4, 1), until, until)
    (row,) = measure_rows(stores[extract], SERVICE_VIEWER, year, [key]).itertuples()
    assert row.numerator == numerator
    said = f"| {numerator} | `{key}` |"
    if denominator is not None:
        assert row.denominator == denominator
        said = f"| {numerator} of {denominator} = {words.rate(row)} | `{key}` |"
    assert said in (DOCS / "published_figures.md").read_text(encoding="utf-8")


def test_central_bedfordshires_reviews_were_for_266_children(stores: dict[str, Engine]) -> None:
    reviews = KIND_TABLES["reviews"]
    in_the_year = select(func.count(reviews.c.child_id.distinct())).where(
        reviews.c.held_on >= date(2011, 4, 1)
    )
    with stores["central_bedfordshire_2012"].connect() as connection:
        assert connection.execute(in_the_year).scalar() == 266


def test_croydons_reviews_were_for_a_tenth_of_1240_children(stores: dict[str, Engine]) -> None:
    reviews = KIND_TABLES["reviews"]
    in_the_year = select(func.count(reviews.c.child_id.distinct())).where(
        reviews.c.held_on >= date(2019, 4, 1)
    )
    with stores["croydon_2020"].connect() as connection:
        assert connection.execute(in_the_year).scalar() == 124


def test_central_bedfordshires_tables_of_children_come_out(stores: dict[str, Engine]) -> None:
    year = Selection("LOCAL", date(2011, 4, 1), CENTRAL_BEDFORDSHIRE_ON, CENTRAL_BEDFORDSHIRE_ON)
    engine = stores["central_bedfordshire_2012"]
    found = population(engine, SERVICE_VIEWER, year, CENTRAL_BEDFORDSHIRE_ON)

    def by(grouping: str) -> dict[str, int]:
        rows = found.by(grouping)
        rows = rows[rows["children"] > 0]
        return {
            group: number for group, number in zip(rows["group"], rows["children"], strict=True) if number
        }

    def percent(grouping: str) -> dict[str, int]:
        rows = found.by(grouping)
        rows = rows[rows["children"] > 0]
        return {
            group: round(value) for group, value in zip(rows["group"], rows["percent"], strict=True) if value
        }

    assert len(found.children) == 208
    assert by("legal_status") == {
        "Interim care order": 67, "Full care order": 51, "Section 20": 84, "Placement order": 6,
    }  # fmt: skip
    assert list(percent("legal_status").values()) == [32, 25, 3, 40]
    assert by("sex") == {"Boys": 120, "Girls": 88}
    assert by("age_band") == {"0": 14, "1-4": 45, "5-9": 32, "10-15": 72, "16+": 45}
    assert percent("national_placement")["Foster"] == 73
    assert list(percent("ethnicity").values()) == [85, 5, 3, 3, 4]
    placed = found.across("placement", "inside_authority")
    inside, outside = placed["Inside the authority"], placed["Outside the authority"]
    assert (inside["Foster: relative or friend"], outside["Foster: relative or friend"]) == (22, 7)
    assert (inside["Foster: other carer"], outside["Foster: other carer"]) == (50, 72)
    assert by("national_placement") == {
        "Foster": 151, "Placed for adoption": 3, "With own parents": 3, "Residential school": 3,
        "Independent or semi-independent living": 20, "Secure or children's home": 26,
        "Other residential setting": 2,
    }  # fmt: skip
    ages = found.across("age_band", "sex")
    assert list(ages["Boys"]) == [8, 22, 15, 45, 30]
    assert list(ages["Girls"]) == [6, 23, 17, 27, 15]


@pytest.mark.parametrize("name", EXTRACTS)
def test_the_extracts_are_what_their_writer_writes(tmp_path: Path, name: str) -> None:
    write(tmp_path, EXTRACTS[name]())
    kept = {path.name: path.read_text("utf-8") for path in (DOCS / "published" / name).glob("*.csv")}
    assert kept == {path.name: path.read_text("utf-8") for path in tmp_path.glob("*.csv")}
