"""Nobody can work out a count of 1 to 5 from what a shareable table shows."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from data_access.people.viewer import SERVICE_VIEWER
from manage import manage
from metrics.counting.calculate import Selection, measure_rows
from metrics.disclosure.hiding import ALL, Measured, Sum, hidden_cells, protected, tables_of
from metrics.disclosure.share import ONE_PERIOD, shareable_rows
from pages.export.tables import with_marks
from tests import small_service

ON = date(2026, 3, 31)


def one_way(counts: Sequence[int]) -> tuple[dict[Hashable, int], list[Sum]]:
    parts = tuple(range(len(counts)))
    return {**dict(zip(parts, counts, strict=True)), "all": sum(counts)}, [Sum("all", parts)]


def two_way(rows: Sequence[Sequence[int]]) -> tuple[dict[Hashable, int], list[Sum]]:
    """A table with both its margins, such as age by sex."""
    down, across = range(len(rows)), range(len(rows[0]))
    counts: dict[Hashable, int] = {(i, j): rows[i][j] for i in down for j in across}
    counts |= {(i, "all"): sum(rows[i]) for i in down}
    counts |= {("all", j): sum(row[j] for row in rows) for j in across}
    counts["all", "all"] = sum(map(sum, rows))
    sums = [Sum((i, "all"), tuple((i, j) for j in across)) for i in (*down, "all")]
    sums += [Sum(("all", j), tuple((i, j) for i in down)) for j in (*across, "all")]
    return counts, sums


def rates(rows: Sequence[tuple[int, int]]) -> tuple[dict[Hashable, int], list[Sum], set[Hashable]]:
    """Numerators and the rest of each group, whose sum is printed and the rest is not."""
    counts, sums = two_way(rows)
    return counts, sums, {cell for cell in counts if cell[1] == 1}  # type: ignore[index]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([0, 6, 20], set()),
        ([7, 5, 20], {0, 1}),
        ([7, 1, 3], {1, 2}),
        ([1, 1, 20], {0, 1, 2}),  # two that make 2 are one each
        ([4, 0, 0], {0, "all"}),
        ([4, 0, 9], {0, 2}),
        ([0, 0, 0], set()),
    ],
)
def test_few_are_hidden_and_so_is_what_gives_them_away(counts: list[int], hidden: set[Hashable]) -> None:
    cells, sums = one_way(counts)
    assert hidden_cells(cells, sums, up_to=5) == hidden


def test_zero_is_always_shown() -> None:
    cells, sums = two_way([[0, 3, 0], [0, 4, 9], [12, 0, 0]])
    hidden = hidden_cells(cells, sums, up_to=5)
    assert hidden.isdisjoint(cell for cell, count in cells.items() if count == 0)


# Against every table that what is printed allows


def tables_allowed(
    counts: Mapping[Hashable, int], sums: Sequence[Sum], hidden: set[Hashable], unprinted: set[Hashable]
) -> Iterator[dict[Hashable, int]]:
    """Every table with the printed counts in which all sums hold: hidden counts are 1 or more."""
    inner = sorted((c for c in hidden | unprinted if not any(c == s.total for s in sums)), key=str)
    most = {c: min([counts[c] + 3, *_printed_totals(counts, sums, hidden | unprinted, c)]) for c in inner}
    for values in product(*(range(0 if c in unprinted else 1, most[c] + 1) for c in inner)):
        found = {**counts, **dict(zip(inner, values, strict=True))}
        for _ in range(2):
            for each in sums:
                if each.total in hidden | unprinted:
                    found[each.total] = sum(found[part] for part in each.parts)
        if all(found[each.total] == sum(found[part] for part in each.parts) for each in sums) and all(
            found[cell] >= 1 for cell in hidden
        ):
            yield found


def _printed_totals(
    counts: Mapping[Hashable, int], sums: Sequence[Sum], dark: set[Hashable], cell: Hashable
) -> list[int]:
    return [counts[each.total] for each in sums if cell in each.parts and each.total not in dark]


def check_nobody_can_tell(
    counts: dict[Hashable, int], sums: list[Sum], unprinted: set[Hashable] = frozenset()  # type: ignore[assignment]
) -> None:  # fmt: skip
    hidden = hidden_cells(counts, sums, up_to=2, unprinted=unprinted)
    few = {cell for cell, count in counts.items() if 1 <= count <= 2}
    assert few - unprinted <= hidden
    allowed: dict[Hashable, set[int]] = {cell: set() for cell in few}
    for table in tables_allowed(counts, sums, hidden, set(unprinted)):
        for cell in few:
            allowed[cell].add(table[cell])
        if all(len(values) > 1 for values in allowed.values()):
            return
    assert not [cell for cell, values in allowed.items() if len(values) < 2]


small = st.integers(0, 4)


@settings(max_examples=150, deadline=None)
@given(st.lists(small, min_size=1, max_size=4))
def test_no_few_can_be_told_from_a_list_and_its_total(counts: list[int]) -> None:
    check_nobody_can_tell(*one_way(counts))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(small, min_size=2, max_size=2), min_size=2, max_size=3))
def test_no_few_can_be_told_from_a_table_with_both_margins(rows: list[list[int]]) -> None:
    check_nobody_can_tell(*two_way(rows))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(small, small), min_size=1, max_size=3))
def test_no_few_can_be_told_from_rates_and_what_they_leave_over(rows: list[tuple[int, int]]) -> None:
    check_nobody_can_tell(*rates(rows))


# Rows of measures


def measured(*rows: tuple[str, int, int | None], unit: str = "percent") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "group": group, "numerator": float(numerator),
                "denominator": float("nan") if denominator is None else float(denominator),
                "value": 100 * numerator / denominator if denominator else float(numerator),
                "status": "met", "unit": unit, "suppressed": False,
            }
            for group, numerator, denominator in rows
        ]
    )  # fmt: skip


def of_one(
    whole: pd.DataFrame, breakdowns: Sequence[pd.DataFrame] = (), adds_up: Sequence[bool] = ()
) -> list[pd.DataFrame]:
    """The tables of one measure, protected."""
    (tables,) = protected([Measured(whole, breakdowns, adds_up)], on=ON)
    return tables


def shown(rows: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [
        tuple("c" if pd.isna(value) else int(value) for value in row)
        for row in rows[["numerator", "denominator"]].itertuples(index=False)
    ]


def test_a_percentage_goes_with_a_small_numerator_and_with_a_small_rest() -> None:
    whole, teams = of_one(
        measured(("", 73, 97)), [measured(("A", 3, 20), ("B", 38, 41), ("C", 32, 36))], adds_up=[True]
    )
    assert shown(whole) == [(73, 97)]
    assert shown(teams) == [("c", 20), ("c", 41), ("c", 36)]
    assert teams["value"].isna().all()
    assert teams["suppressed"].all()
    assert not whole["suppressed"].any()
    assert list(teams["status"]) == ["", "", ""]


def test_a_total_hidden_in_one_table_is_not_told_by_another() -> None:
    whole, teams, months = of_one(
        measured(("", 4, None), unit="count"),
        [
            measured(("A", 4, None), ("B", 0, None), unit="count"),
            measured(("Jan", 0, None), ("Feb", 4, None), unit="count"),
        ],
        adds_up=[True, True],
    )
    assert [shown(each) for each in (whole, teams, months)] == [
        [("c", "c")],
        [("c", "c"), (0, "c")],
        [(0, "c"), ("c", "c")],
    ]
    assert not teams.loc[1, "suppressed"]


def test_groups_that_do_not_add_up_give_nothing_away_by_subtraction() -> None:
    whole, teams = of_one(
        measured(("", 40, None), unit="count"),
        [measured(("A", 4, None), ("B", 39, None), unit="count")],
        adds_up=[False],
    )
    assert list(teams["suppressed"]) == [True, False]
    assert not whole["suppressed"].any()


def test_large_tables_show_all_there_is() -> None:
    rows = measured(("A", 60, 100), ("B", 70, 90))
    whole, same = of_one(measured(("", 130, 190)), [rows], adds_up=[True])
    pd.testing.assert_frame_equal(same, rows)
    assert shown(whole) == [(130, 190)]


# Whole measures


ASKED = Selection("LOCAL", date(2025, 11, 1), date(2026, 10, 31), small_service.AS_AT)


@pytest.mark.parametrize("by", ["service", "iro", "team", "month", "kind", "age_band"])
def test_no_shareable_table_of_a_measure_shows_a_few_or_a_rest_of_a_few(store: Engine, by: str) -> None:
    rows = shareable_rows(store, SERVICE_VIEWER, replace(ASKED, by=by))
    assert len(rows) == len(measure_rows(store, SERVICE_VIEWER, replace(ASKED, by=by)))
    shown_numbers = rows["numerator"].dropna()
    assert not shown_numbers.between(1, 5).any()
    of_rates = rows[rows["unit"] == "percent"]
    rest = (of_rates["denominator"] - of_rates["numerator"]).dropna()
    assert not rest.between(1, 5).any()
    assert rows.loc[rows["suppressed"], "value"].isna().all()


def test_what_is_hidden_in_one_breakdown_is_not_shown_in_another(store: Engine) -> None:
    """24 children in three IROs of 8: 3 late ones in all. The whole is hidden wherever it stands."""
    key = "reviews_overdue"
    (whole,) = shareable_rows(store, SERVICE_VIEWER, ASKED, [key]).itertuples()
    assert whole.suppressed
    teams = shareable_rows(store, SERVICE_VIEWER, replace(ASKED, by="team"), [key])
    assert pd.isna(teams["numerator"]).all()


def test_hours_are_not_hidden_and_what_they_divide_is(store: Engine) -> None:
    rows = shareable_rows(store, SERVICE_VIEWER, replace(ASKED, by="iro"), ["midway_reviews_per_fte_month"])
    assert rows["denominator"].notna().all()


def test_a_hidden_number_is_marked_and_one_that_is_not_there_is_empty() -> None:
    (safe,) = of_one(measured(("", 3, 40)))
    marked = with_marks(safe)
    assert list(marked[["numerator", "denominator", "value"]].iloc[0]) == ["c", 40.0, "c"]
    none = with_marks(measured(("", 7, None), unit="count"))
    assert list(none[["numerator", "denominator"]].iloc[0]) == [7.0, ""]


def test_the_command_line_shares_with_small_counts_left_empty(service: tuple[str, Engine]) -> None:
    url, _ = service
    asked = ["measures", "--store", url, "--from", "2025-11-01", "--to", "2026-10-31"]
    asked += ["--measure", "reviews_overdue"]
    result = CliRunner().invoke(manage, [*asked, "--shareable", "--format", "json"])
    (row,) = json.loads(result.stdout)
    assert row["numerator"] is None
    assert row["value"] is None
    assert row["suppressed"] is True
    whole = CliRunner().invoke(manage, [*asked, "--format", "json"])
    (plain,) = json.loads(whole.stdout)
    assert plain["numerator"] == 3
    assert (ONE_PERIOD in result.stderr, ONE_PERIOD in whole.stderr) == (True, False)


@pytest.mark.parametrize(("printed", "said"), [("--shareable", True), ("--whole", False)])
def test_whoever_hides_small_counts_in_a_report_is_told_to_share_one_period(
    service: tuple[str, Engine], tmp_path: Path, printed: str, said: bool
) -> None:
    asked = ["report", "quarterly", "--quarter", "2026-Q1", "--out", str(tmp_path), "--store", service[0]]
    run = CliRunner().invoke(manage, [*asked, printed])
    assert run.exit_code == 0
    assert (ONE_PERIOD in run.stderr) == said
    assert ONE_PERIOD not in run.stdout


# Several tables of the same rows


def children_in(placements: Mapping[tuple[str, str], int]) -> pd.DataFrame:
    """So many children by placement and by whether it is inside the authority, in coarser groups too."""
    rows = [pair for pair, number in placements.items() for _ in range(number)]
    found = pd.DataFrame(rows, columns=["placement", "inside"])
    return found.assign(coarse=found["placement"].replace({"Secure": "Home", "Children's home": "Home"}))


PLACED = {
    ("Foster", "in"): 40, ("Foster", "out"): 30, ("Children's home", "in"): 12, ("Children's home", "out"): 9,
    ("Secure", "out"): 2, ("Other", "in"): 8, ("Other", "out"): 7,
}  # fmt: skip


def test_a_group_hidden_in_one_table_is_not_told_by_a_coarser_one() -> None:
    """23 are in homes, 21 of them in children's homes: the 2 in secure ones are a subtraction away."""
    counts, sums, unprinted = tables_of(
        children_in(PLACED), ["placement", "inside", "coarse"], [("placement", "inside")],
        [("placement", "coarse")],
    )  # fmt: skip
    hidden = hidden_cells(counts, sums, up_to=5, unprinted=unprinted, elsewhere=[ALL])
    assert ("placement", "Secure") in hidden
    assert not {("placement", "Children's home"), ("coarse", "Home")}.isdisjoint(hidden)
    assert ALL not in hidden


def test_what_the_other_numbers_tell_anyway_is_shown() -> None:
    """The girls of 5 to 9 follow from the boys and the total beside them; hiding them would hide nothing."""
    counts, sums = two_way([[9, 3], [40, 30], [57, 60], [88, 90]])
    hidden = hidden_cells(counts, sums, up_to=5)
    assert {(0, 0), (0, 1)} <= hidden
    assert (2, 1) not in hidden
    assert (3, 1) not in hidden


def test_what_several_sums_tell_only_together_is_shown() -> None:
    """3 and 17 make 20, with 10 more they make 30: the 10 is told though no sum has it alone."""
    counts: dict[Hashable, int] = {"few": 3, "many": 17, "more": 10, "two": 20, "three": 30}
    sums = [Sum("two", ("few", "many")), Sum("three", ("few", "many", "more"))]
    assert hidden_cells(counts, sums, up_to=5) == {"few", "many"}


def test_what_is_printed_elsewhere_cannot_be_hidden_and_is_reckoned_with() -> None:
    """By itself the list hides the 3 and the 9; with 23 printed elsewhere for the first two that tells."""
    counts, sums = one_way([3, 20, 9])
    assert hidden_cells(counts, sums, up_to=5) == {0, 2}
    counts["rate"] = 23
    sums.append(Sum("rate", (0, 1)))
    assert hidden_cells(counts, sums, up_to=5, elsewhere=["rate", "all"]) == {0, 1}
