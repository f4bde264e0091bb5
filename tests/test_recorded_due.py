"""Where the case system counts due dates otherwise; which children can have every review on time."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from data_access.people.viewer import SERVICE_VIEWER, Role, Viewer
from data_access.store.opening import open_store
from metrics.counting.calculate import Selection, measure_rows
from metrics.recorded.due_dates import recorded_due_dates
from tests.doors import store_of
from tests.screens import opened, said, shown

AS_AT = date(2026, 3, 31)
YEAR = Selection("LOCAL", date(2025, 4, 1), AS_AT, AS_AT)


def review(child: str, number: int, held_on: date, recorded: date | None) -> dict[str, object]:
    return {
        "review_id": f"{child}{number}", "child_id": child, "review_status": "held", "held_on": held_on,
        "recorded_due_on": recorded,
    }  # fmt: skip


WORLD = {
    "children": [{"child_id": child, "date_of_birth": date(2012, 1, 1)} for child in "ABCD"],
    "care_periods": [
        {"child_id": "A", "started_on": date(2025, 5, 3)},  # a Saturday: 20 working days end on 2 June
        {"child_id": "B", "started_on": date(2025, 5, 6)},
        {"child_id": "C", "started_on": date(2025, 5, 6)},
        {"child_id": "D", "started_on": date(2025, 5, 6)},
    ],
    "reviews": [
        review("A", 1, date(2025, 5, 30), date(2025, 5, 31)),  # 28 days
        review("A", 2, date(2025, 8, 29), date(2025, 8, 29)),  # 91 days from the first, due on 30 August
        review("B", 1, date(2025, 5, 20), date(2025, 6, 4)),  # the same as ours
        review("B", 2, date(2025, 8, 20), date(2025, 9, 4)),  # three months from the day the first was due
        review("C", 1, date(2025, 6, 4), None),
        review("C", 2, date(2025, 9, 30), date(2025, 9, 1)),  # due on 4 September, held late
    ],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_store(store_of(WORLD, tmp_path_factory.mktemp("due"), as_at=AS_AT))


@pytest.fixture(scope="module")
def found(store: Engine) -> pd.DataFrame:
    rows = recorded_due_dates(store, SERVICE_VIEWER, YEAR)
    return rows.set_index(["child_id", "kind"])


@pytest.mark.parametrize(
    ("child", "kind", "cause"),
    [
        ("A", "first", "days_28"),
        ("A", "second", "days_91_183"),
        ("B", "first", "same"),
        ("B", "second", "from_due"),
        ("C", "first", "not_recorded"),
        ("C", "second", "other"),
    ],
)
def test_the_likely_reason_is_the_first_that_fits(
    found: pd.DataFrame, child: str, kind: str, cause: str
) -> None:
    assert found.loc[(child, kind), "cause"] == cause


def test_by_how_many_days_the_system_is_later_is_said(found: pd.DataFrame) -> None:
    assert found.loc[("C", "second"), "differs_by"] == -3
    assert found.loc[("B", "first"), "differs_by"] == 0
    assert pd.isna(found.loc[("C", "first"), "differs_by"])


def test_every_review_held_with_a_due_date_has_one_row(store: Engine, found: pd.DataFrame) -> None:
    (held,) = measure_rows(store, SERVICE_VIEWER, YEAR, ["reviews_held_on_time"]).itertuples()
    assert len(found) == held.denominator == 6


def test_a_viewer_sees_the_dates_of_their_own_children_alone(store: Engine) -> None:
    assert recorded_due_dates(store, Viewer(Role.IRO, "I1"), YEAR).empty


# On the page


@pytest.fixture
def page(store: Engine, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("IRO_STORE_URL", store.url.render_as_string())
    page = opened("pages/quality/timeliness/page.py")
    return shown(page.selectbox(key="period").set_value("This year so far").run())


def test_children_still_on_time_and_those_no_longer_add_up_to_the_measure(
    page: AppTest, store: Engine
) -> None:
    """A and B are overdue since February; C was held late; D was never reviewed."""
    (row,) = measure_rows(store, SERVICE_VIEWER, YEAR, ["children_all_reviews_on_time"]).itertuples()
    numbers = {metric.label: metric.value for metric in page.metric}
    assert numbers["Every review on time"] == f"{row.numerator:,.0f}"
    assert int(numbers["Every review on time"]) + int(numbers["No longer possible"]) == row.denominator == 4


def test_reviews_not_on_time_by_days_add_up_to_all_of_them(page: AppTest, store: Engine) -> None:
    (bands,) = [table.value for table in page.table if table.value.columns[0] == "By"]
    counted = bands.drop(columns="By").astype(int).to_numpy().sum()
    (row,) = measure_rows(store, SERVICE_VIEWER, YEAR, ["reviews_due_on_time"]).itertuples()
    assert counted == row.denominator - row.numerator > 0


def test_the_page_says_how_often_the_case_system_counts_otherwise(page: AppTest) -> None:
    assert "Of 5 reviews held for which the case system gives a due date, 1 have the same" in said(page)
