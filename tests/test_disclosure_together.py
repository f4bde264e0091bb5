"""Nobody can work out a count of 1 to 5 from the shareable tables of all measures together: they are solved.

Many measures are of the same reviews or children (`measures.md`): a reader who knows that can subtract across
them. The attack here knows every such pair, every total, and that what is hidden is 1 or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from sqlalchemy import Engine

from data_access.demo import write_demo
from data_access.loading.load import load
from data_access.people.viewer import SERVICE_VIEWER
from data_access.store.opening import open_store
from metrics.counting.calculate import Selection, measure_rows
from metrics.derive import derivation
from metrics.disclosure.share import shareable_rows, shareable_tables
from metrics.measures import CATALOGUE

AS_AT = date(2026, 3, 31)
QUARTER = Selection("LOCAL", date(2026, 1, 1), AS_AT, AS_AT)
Cell = tuple[str, str, str, str]
"""Measure, part, breakdown, group."""

SAME = (
    ("reviews_held numerator", "participation_recorded denominator"),
    ("reviews_held_on_time rest", "late_reviews_record_only denominator"),
    ("reviews_due_on_time rest", "late_reviews_explained denominator"),
    ("children_attended denominator", "children_participated denominator"),
    ("children_attended rest", "absences_explained denominator"),
    ("children_participated_every_review denominator", "children_participated_latest_review denominator"),
    ("mothers_involved_all denominator", "fathers_involved_all denominator"),
    ("mothers_involved_all denominator", "other_family_involved_all denominator"),
    ("mothers_involved_all numerator", "mothers_involved numerator"),
    ("fathers_involved_all numerator", "fathers_involved numerator"),
    ("other_family_involved_all numerator", "other_family_involved numerator"),
    ("reviews_overdue denominator", "children_without_an_iro denominator"),
    ("children_without_an_iro rest", "children_seen_in_six_weeks denominator"),
    ("caseload_per_fte numerator", "children_seen_in_six_weeks denominator"),
)
"""Parts of measures that count the same rows, by their definitions."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, as_at=AS_AT)
    engine = open_store("sqlite://")
    load(engine, [folder], derivation=derivation(), as_at=AS_AT)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def shared(store: Engine) -> dict[str, pd.DataFrame]:
    return shareable_tables(store, SERVICE_VIEWER, QUARTER)


def cells_of(rows: pd.DataFrame, by: str) -> dict[Cell, float]:
    """What each row counts; NaN is hidden, and so is what a share leaves over unless both parts are shown."""
    found: dict[Cell, float] = {}
    for row in rows.to_dict("records"):
        if row["numerator"] is None and not row["suppressed"]:
            continue
        name = (row["measure"], by, row["group"])
        found[name[0], "numerator", by, name[2]] = row["numerator"]
        if row["unit"] == "percent":
            found[name[0], "denominator", by, name[2]] = row["denominator"]
            found[name[0], "rest", by, name[2]] = row["denominator"] - row["numerator"]
    return found


def sums_of(cells: dict[Cell, float]) -> list[dict[Cell, int]]:
    """Cells with signs that add up to nothing: what a reader of the definitions knows."""
    sums: list[dict[Cell, int]] = []
    parts: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        key, part, by, group = cell
        parts.setdefault((key, part, by), []).append(cell)
        if part == "denominator":
            sums.append({cell: -1, (key, "numerator", by, group): 1, (key, "rest", by, group): 1})
    for (key, part, by), groups in parts.items():
        measure, whole = CATALOGUE[key], (key, part, "service", "service")
        adds_up = measure.distinct is None and (by != "month" or measure.rows.day is not None)
        if by != "service" and adds_up and whole in cells:
            sums.append({whole: -1, **dict.fromkeys(groups, 1)})
    for one, other in SAME:
        for cell in parts_of(cells, one):
            if (beside := (*other.split(), *cell[2:])) in cells:
                sums.append({cell: 1, beside: -1})  # type: ignore[dict-item]
    for part in ("numerator", "denominator"):
        sums.append(
            {
                ("first_reviews_on_time", part, "service", "service"): 1,
                ("reviews_due_on_time", part, "kind", "first"): -1,
            }
        )
    return sums


def parts_of(cells: dict[Cell, float], named: str) -> list[Cell]:
    return [cell for cell in cells if f"{cell[0]} {cell[1]}" == named]


def told(counts: dict[Cell, float], shown: dict[Cell, float]) -> list[Cell]:
    """The cells of 1 to 5 that are the same number in every table that what is shown allows."""
    order = list(counts)
    place = {cell: number for number, cell in enumerate(order)}
    at = [(row, place[cell], sign) for row, one in enumerate(sums_of(counts)) for cell, sign in one.items()]
    rows, columns, signs = (np.array(each) for each in zip(*at, strict=True))
    matrix = csr_array((signs.astype(float), (rows, columns)))
    true = np.array([counts[cell] for cell in order])
    assert not (matrix @ true).any(), "what a reader is taken to know is not so"
    known = np.array([shown[cell] for cell in order])
    least = np.where(np.isnan(known), [float(cell[1] != "rest") for cell in order], known)
    most = np.where(np.isnan(known), true + 1000, known)
    dark = np.flatnonzero(np.isnan(known))
    _, sets = connected_components(abs(matrix[:, dark]).T @ abs(matrix[:, dark]), directed=False)
    found = [order[one] for one in np.flatnonzero(~np.isnan(known)) if 1 <= true[one] <= 5]
    for number, cell in enumerate(dark):
        if 1 <= true[cell] <= 5:
            joined = dark[sets == sets[number]]
            touched = np.flatnonzero(abs(matrix[:, joined]).sum(axis=1))
            part = matrix[touched][:, joined]
            right = part @ true[joined]
            ends = [
                milp(
                    sign * (joined == cell), integrality=np.ones(len(joined)),
                    constraints=LinearConstraint(part, right, right),
                    bounds=Bounds(least[joined], most[joined]),
                ).x[joined == cell].item()
                for sign in (1, -1)
            ]  # fmt: skip
            if round(ends[0]) == round(ends[1]):
                found.append(order[cell])
    return found


def test_no_few_can_be_told_from_the_tables_of_all_measures_together(
    store: Engine, shared: dict[str, pd.DataFrame]
) -> None:
    counts: dict[Cell, float] = {}
    shown: dict[Cell, float] = {}
    for by, rows in shared.items():
        counts |= cells_of(measure_rows(store, SERVICE_VIEWER, replace(QUARTER, by=by)), by)
        shown |= cells_of(rows, by)
    counts = {cell: count for cell, count in counts.items() if not np.isnan(count)}
    assert sum(1 <= count <= 5 for count in counts.values()) > 500
    assert told(counts, {cell: shown[cell] for cell in counts}) == []


def test_what_is_hidden_does_not_depend_on_which_measures_are_asked_for(
    store: Engine, shared: dict[str, pd.DataFrame]
) -> None:
    """Otherwise two files of one period would tell more than both together."""
    key = "children_without_an_iro"
    alone = shareable_rows(store, SERVICE_VIEWER, replace(QUARTER, by="team"), [key])
    together = shared["team"][shared["team"]["measure"] == key].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, together)
    assert alone["suppressed"].any()
