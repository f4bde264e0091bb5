"""The standards file: dated, complete, and refused with every fault named."""

from datetime import date

import pytest

import standards
from standards import Target, read_standards, setting, setting_history, target


def test_a_figure_is_judged_by_the_target_of_its_own_time(monkeypatch):
    _, targets = read_standards(
        """
        [targets]
        children_attended = [
            { from = 2019-04-01, at_least = 80, source = "S3" },
            { from = 2026-04-01, at_least = 85, source = "the new plan" },
        ]
        """
    )
    monkeypatch.setattr(standards, "TARGETS", targets)
    assert target("children_attended", date(2019, 3, 31)) is None
    assert target("children_attended", date(2026, 3, 31)).low == 80
    assert target("children_attended", date(2026, 4, 1)).low == 85


def test_a_setting_holds_until_the_next_and_the_first_reaches_back(monkeypatch):
    settings, _ = read_standards(
        """
        [settings]
        later_review_months = [
            { from = 2011-04-01, value = 6, source = "Regs 33(2)" },
            { from = 2026-04-01, value = 3, source = "local standard" },
        ]
        """
    )
    monkeypatch.setattr(standards, "SETTINGS", settings)
    assert setting("later_review_months", date(1999, 1, 1)) == 6
    assert setting("later_review_months", date(2026, 3, 31)) == 6
    assert setting("later_review_months", date(2026, 4, 1)) == 3
    assert setting_history("later_review_months") == ((date(1900, 1, 1), 6), (date(2026, 4, 1), 3))


@pytest.mark.parametrize(
    ("entry", "value", "status"),
    [
        ({"kind": "at_least", "low": 95, "high": None}, 95.0, "met"),
        ({"kind": "at_least", "low": 95, "high": None}, 94.999, "not_met"),
        ({"kind": "at_most", "low": None, "high": 0}, 0.0, "met"),
        ({"kind": "at_most", "low": None, "high": 0}, 0.1, "not_met"),
        ({"kind": "band", "low": 5, "high": 10}, 4.999, "below"),
        ({"kind": "band", "low": 5, "high": 10}, 5.0, "within"),
        ({"kind": "band", "low": 5, "high": 10}, 10.0, "within"),
        ({"kind": "band", "low": 5, "high": 10}, 10.001, "above"),
        ({"kind": "at_least", "low": 95, "high": None}, None, ""),
    ],
)
def test_the_status_is_judged_on_the_unrounded_value(entry, value, status):
    assert Target(date(2011, 4, 1), source="S3", **entry).status(value) == status


def test_every_fault_of_a_standards_file_is_named_at_once():
    with pytest.raises(standards.StandardsProblem) as problem:
        read_standards(
            """
            [settings]
            watch_days = [{ from = 2011-04-01, value = 42 }]
            at_risk_working_days = []
            [targets]
            children_attended = [
                { from = 2026-04-01, at_least = 85, source = "b" },
                { from = 2019-04-01, at_least = 80, source = "a" },
            ]
            caseload_per_fte = [{ from = 2011-04-01, low = 70, high = 50, source = "S3" }]
            """
        )
    for name in ("watch_days", "at_risk_working_days", "children_attended", "caseload_per_fte"):
        assert f"- {name}:" in str(problem.value)


def test_a_standards_file_that_is_not_toml_says_so():
    with pytest.raises(standards.StandardsProblem, match="cannot be read"):
        read_standards("children_attended = ")
