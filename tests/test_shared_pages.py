"""What a page hands over to be shared: no IRO, no child, no few, and nothing that would tell of them."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from metrics.chance.compare import Quarter
from pages.export.tables import Shareable, share_zip, shareable_of
from pages.pieces import results
from pages.pieces.pieces import Table, ToShare, nested
from pages.quality.population.answer import who_is_looked_after
from pages.quality.quarter.answer import answer as quarter_page
from reports.annual_service import why_late
from tests import small_service
from tests.doors import store_of
from tests.screens import view_of


@pytest.fixture(scope="module")
def few_girls(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The small service with three girls of 24 children."""
    world = small_service.full()
    children = [
        {**child, "sex": "2" if number < 3 else "1"} for number, child in enumerate(world["children"])
    ]
    world = {**world, "children": children}
    return store_of(world, tmp_path_factory.mktemp("share"), as_at=small_service.AS_AT)


def files_in(content: bytes) -> dict[str, list[list[str]]]:
    """The rows of each file of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        return {
            name: list(csv.reader(io.StringIO(folder.read(name).decode("utf-8-sig"))))
            for name in folder.namelist()
        }


@pytest.fixture(scope="module")
def shared(few_girls: str) -> dict[str, list[list[str]]]:
    """The files of Are reviews on time?, as rows."""
    view = view_of(few_girls)
    about = results.about(view, ["reviews_held", "reviews_due_on_time", "reviews_overdue"])
    found = shareable_of(view, (about,))
    assert found is not None
    return files_in(share_zip(view, "Are reviews on time?", found))


def test_what_is_shared_of_a_page_names_teams_and_no_iro(shared: dict[str, list[list[str]]]) -> None:
    assert list(shared) == [
        "in_all.csv", "by_team.csv", "by_month.csv", "by_kind_of_review.csv", "by_age.csv", "about.txt"
    ]  # fmt: skip
    told = {cell for rows in shared.values() for row in rows for cell in row}
    assert set(small_service.TEAMS.values()) <= told
    assert not [cell for cell in told for name in small_service.IROS.values() if name in cell]
    assert not [cell for cell in told for child in small_service.NAMES if child in cell]


def test_what_is_shared_of_a_page_says_whose_it_is_and_shows_no_few(
    shared: dict[str, list[list[str]]],
) -> None:
    for name, rows in shared.items():
        above = ",".join(cell for row in rows[:4] for cell in row)
        assert "Are reviews on time?: LOCAL, period 1 Nov 2025 to 31 Oct 2026" in above, name
        assert "Counts of 1 to 5 are hidden (c)" in above, name
    hidden = 0
    for name in ("in_all.csv", "by_team.csv", "by_month.csv", "by_kind_of_review.csv", "by_age.csv"):
        head = next(place for place, row in enumerate(shared[name]) if row[:1] == ["title"])
        place = shared[name][head].index("numerator")
        numbers = [row[place] for row in shared[name][head + 1 :]]
        hidden += numbers.count("c")
        assert not [number for number in numbers if number.isdigit() and 1 <= int(number) <= 5], name
    assert hidden


def test_only_a_page_of_a_period_has_measures_to_share(few_girls: str) -> None:
    about = (results.about(view_of(few_girls), ["reviews_held"]),)
    assert shareable_of(view_of(few_girls, shown=("as_at",)), about) is None
    assert shareable_of(view_of(few_girls), about) == Shareable(("reviews_held",), ())


def test_nothing_is_shared_of_one_team_which_would_tell_what_the_service_hides(few_girls: str) -> None:
    about = (results.about(view_of(few_girls), ["reviews_held"]), ToShare(why_late))
    for narrowed in ({"team_id": "T1"}, {"iro_id": "I1"}):
        assert shareable_of(view_of(few_girls, **narrowed), about) is None


def test_a_page_of_a_day_shares_its_tables_with_few_children_hidden(few_girls: str) -> None:
    view = view_of(few_girls, shown=("as_at",))
    pieces = who_is_looked_after(view)
    found = shareable_of(view, pieces)
    assert found is not None
    assert not found.measures
    files = files_in(share_zip(view, "Who is looked after?", found))
    assert {"age_and_sex.csv", "ethnicity.csv", "legal_status.csv", "placement.csv"} <= set(files)
    hidden = 0
    for name, rows in files.items():
        if name == "about.txt":
            continue
        above = ",".join(cell for row in rows[:4] for cell in row)
        assert "Who is looked after?: LOCAL" in above
        assert "Counts of 1 to 5 are hidden (c)" in above
        numbers = [cell for row in rows[4:] for cell in row[1:]]
        hidden += numbers.count("c")
        assert not [number for number in numbers if number.isdigit() and 1 <= int(number) <= 5], name
    assert hidden >= 2, "three girls, and the boys who would tell of them"
    told = {cell for rows in files.values() for row in rows for cell in row}
    assert not [cell for cell in told for child in small_service.NAMES if child in cell]


def test_a_quarter_is_shared_with_what_its_report_for_publication_prints(few_girls: str) -> None:
    """Of 23 children 20 were looked at in six weeks: that 3 were not is for the service alone."""
    view, quarter = view_of(few_girls, shown=("as_at",)), Quarter(2026, 2)
    pieces = quarter_page(view, quarter)
    found = shareable_of(view, pieces)
    assert found is not None
    rows = files_in(share_zip(view, "What changed this quarter?", found))["every_headline_figure.csv"]
    head = next(place for place, row in enumerate(rows) if row[:1] == ["Figure"])
    assert rows[head][2] == "Jul to Sep 2026"
    shared = {row[0]: row[2] for row in rows[head + 1 :]}
    (page,) = (
        piece for piece in nested(pieces) if isinstance(piece, Table) and piece.name == "headline_figures"
    )
    whole = {
        figure.split(" (standard")[0]: told.split(" ▲")[0].split(" ●")[0].split(" ▼")[0]
        for figure, told in zip(page.rows["Figure"], page.rows["Jul to Sep 2026"], strict=True)
    }
    assert whole["Children looked at in six weeks"] == "87.0% (20 of 23)"
    assert shared["Children looked at in six weeks"] == "c"
    assert shared["Reviews held on time, of those due"] == "100.0% (24 of 24)"
    assert shared["Children per full-time IRO"] == "38.3 (23 for 0.6 FTE)", "with what it was counted from"
    short = {figure: told.replace("FTE months", "FTE") for figure, told in whole.items()}
    assert {figure for figure, told in short.items() if shared[figure] not in (told, "c")} == set()
