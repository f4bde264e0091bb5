"""Data findings: each rule in a small world through the front door, and the DfE's on the reference return."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

import standards
from data_access import reading
from data_access.findings import RULES
from data_access.loading.load import load
from data_access.people.viewer import SERVICE_VIEWER
from data_access.store.opening import open_store
from metrics.derive import derivation
from standards import Setting
from standards.wording import LATEST
from tests.doors import load_world
from tests.return_files import SAMPLE, episode, loaded, write_return

AS_AT = date(2026, 3, 31)


def found(engine: Engine) -> list[tuple[str, int]]:
    """(rule, line) of every finding, refused rows among them."""
    rows = reading.findings(engine, SERVICE_VIEWER, "LOCAL")
    return [(row.rule, int(row.line)) for row in rows.itertuples()]


def world(*reviews: dict, born: str = "2012-05-01", ended: str | None = None, **more: list) -> Engine:
    rows = [
        {"review_id": f"R{n}", "child_id": "A", "review_status": "held", **row}
        for n, row in enumerate(reviews)
    ]
    care = {"child_id": "A", "started_on": "2025-10-06", "ended_on": ended}
    return load_world(
        {
            "children": [{"child_id": "A", "date_of_birth": born}],
            "care_periods": [care],
            "reviews": rows,
            **more,
        },
        as_at=AS_AT,
    )


CLEAN = {"held_on": "2025-10-31", "participation_code": "PN1"}
SECOND = {"held_on": "2026-01-29", "participation_code": "PN1"}


def test_a_world_without_faults_has_no_findings():
    assert found(world(CLEAN, SECOND)) == []


def test_a_review_before_or_after_care_is_found():
    assert found(world(CLEAN, SECOND, {"held_on": "2025-09-01"})) == [("IF01", 4)]


def test_a_review_on_the_day_of_ceasing_is_within_care():
    assert found(world(CLEAN, SECOND, {"held_on": "2026-03-20"}, ended="2026-03-20")) == []


def test_two_reviews_on_one_day_are_found_at_the_second():
    assert found(world(CLEAN, SECOND, SECOND)) == [("IF02", 4)]


def test_a_review_said_to_be_held_in_the_future_is_found():
    assert found(world(CLEAN, SECOND, {"held_on": "2026-04-07"})) == [("IF03", 4)]


def test_a_review_on_a_bank_holiday_is_mentioned():
    assert found(world(CLEAN, {"held_on": "2026-01-01", "participation_code": "PN1"})) == [("IF04", 3)]


def test_more_than_six_months_without_a_review_is_found_at_the_period_of_care():
    engine = load_world(
        {
            "children": [{"child_id": "A", "date_of_birth": "2012-05-01"}],
            "care_periods": [{"child_id": "A", "started_on": "2025-09-29"}],
            "reviews": [],
        },
        as_at=AS_AT,
    )
    assert found(engine) == [("IF05", 2)]


def test_six_months_to_the_day_is_not_more_than_six_months():
    engine = load_world(
        {
            "children": [{"child_id": "A", "date_of_birth": "2012-05-01"}],
            "care_periods": [{"child_id": "A", "started_on": "2025-09-30"}],
            "reviews": [],
        },
        as_at=AS_AT,
    )
    assert found(engine) == []


@pytest.mark.parametrize(("born", "rules"), [("2008-03-31", []), ("2008-03-30", [("IF06", 2)])])
def test_an_open_period_past_the_eighteenth_birthday_is_found(born, rules):
    assert found(world(CLEAN, SECOND, born=born)) == rules


@pytest.mark.parametrize(("held_on", "rules"), [("2026-03-02", [("IF07", 3)]), ("2026-03-05", [])])
def test_a_series_unfinished_after_twenty_working_days_is_found(held_on, rules):
    series = {"held_on": held_on, "is_series": "yes", "participation_code": "PN1"}
    assert found(world(CLEAN, series)) == rules


def test_a_finished_series_is_no_finding():
    series = {"held_on": "2026-01-29", "is_series": "yes", "completed_on": "2026-02-05"}
    assert found(world(CLEAN, series)) == []


def test_a_theme_of_its_own_is_mentioned_and_one_of_the_list_in_other_letters_is_not():
    escalations = [
        {
            "escalation_id": f"E{n}",
            "child_id": "A",
            "raised_on": "2026-02-02",
            "stage": "informal",
            "theme": theme,
        }
        for n, theme in enumerate(["Not visited", "bus passes", None])
    ]
    assert found(world(CLEAN, SECOND, escalations=escalations)) == [("IF08", 3)]


@pytest.mark.parametrize(
    ("contact", "rules"), [("2026-01-15", [("IF09", 3)]), ("2026-01-14", []), ("2026-02-12", [("IF09", 3)])]
)
def test_absent_by_the_code_yet_met_within_a_fortnight_is_mentioned(contact, rules):
    engine = world(
        CLEAN,
        {"held_on": "2026-01-29", "participation_code": "PN6"},
        iros=[{"iro_id": "I", "iro_name": "Ada", "started_on": "2020-01-01"}],
        activities=[
            {
                "activity_id": "1",
                "child_id": "A",
                "iro_id": "I",
                "activity_kind": "child_contact",
                "done_on": contact,
            }
        ],
    )
    assert found(engine) == rules


def test_days_that_the_standards_change_count_from_the_day_they_say(monkeypatch):
    later = {"miscoding_days": (14, 3), "series_warning_working_days": (20, 60)}
    for name, (before, after) in later.items():
        history = (Setting(date(2011, 4, 1), before, "S0"), Setting(date(2026, 1, 1), after, "S0"))
        monkeypatch.setitem(standards.SETTINGS, name, history)
    engine = world(
        {**CLEAN, "participation_code": "PN6", "child_seen_on": "2025-10-17", "is_series": "yes"},
        {**SECOND, "participation_code": "PN6", "child_seen_on": "2026-01-25", "is_series": "yes"},
    )
    assert found(engine) == [("IF07", 2), ("IF09", 2)]


def test_postgresql_finds_what_sqlite_finds(postgres: Engine):
    born = {"A": "2022-01-29", "B": "2012-05-01"}
    reviews = [
        {"child_id": "A", "held_on": "2025-10-31", "participation_code": "PN1"},
        {"child_id": "A", "held_on": "2026-01-30", "participation_code": "PN0"},
        {"child_id": "B", "held_on": "2025-09-01"},
        {"child_id": "B", "held_on": "2025-10-30", "participation_code": "PN6"},
        {
            "child_id": "B",
            "held_on": "2025-10-30",
            "participation_code": "PN7",
            "child_seen_on": "2025-10-16",
        },
        {"child_id": "B", "held_on": "2026-01-01", "is_series": "yes"},
        {"child_id": "B", "held_on": "2026-04-07"},
        {"child_id": "B", "booked_for": "2026-03-30", "review_status": "booked"},
    ]
    odd = {
        "children": [{"child_id": child, "date_of_birth": day} for child, day in born.items()],
        "care_periods": [{"child_id": child, "started_on": "2025-10-06"} for child in born],
        "reviews": [{"review_id": f"R{n}", "review_status": "held", **row} for n, row in enumerate(reviews)],
        "iros": [{"iro_id": "I", "iro_name": "Ada", "started_on": "2020-01-01"}],
        "activities": [
            {
                "activity_id": "1",
                "child_id": "B",
                "iro_id": "I",
                "activity_kind": "child_contact",
                "done_on": "2025-11-13",
            }
        ],
    }
    in_sqlite = found(load_world(odd, as_at=AS_AT))
    assert found(load_world(odd, as_at=AS_AT, engine=postgres)) == in_sqlite
    assert {rule for rule, _ in in_sqlite} == {
        "440", "441", "IF01", "IF02", "IF03", "IF04", "IF07", "IF09", "IF10",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("born", "code", "rules"),
    [
        ("2022-01-28", "PN0", [("440", 3)]),
        ("2022-01-29", "PN0", []),
        ("2022-01-29", "PN1", []),
        ("2022-01-30", "PN1", [("441", 3)]),
    ],
)
def test_a_code_for_another_age_is_an_error_save_on_the_fourth_birthday(born, code, rules):
    engine = world(
        {"held_on": "2025-10-31"}, {"held_on": "2026-01-29", "participation_code": code}, born=born
    )
    assert found(engine) == rules


def of_return(tmp_path: Path, episodes: list[str], reviews: list[str], **options) -> list[tuple[str, int]]:
    engine, _ = loaded(write_return(tmp_path, episodes=episodes, reviews=reviews, **options), year=2018)
    return [one for one in found(engine) if one[0] not in ("IF04", "IF05")]


START = episode("03/04/2017", "S")


def test_the_dfe_checks_of_a_review_row(tmp_path):
    reviews = [
        "007,01/05/2008,28/04/2017,PN1",
        "007,01/05/2008,29/06/2017,PN9",
        "007,01/05/2008,30/06/2017,",
        "007,02/05/2008,03/07/2017,PN1",
        "009,01/05/2008,28/04/2017,PN1",
    ]
    engine, _ = loaded(write_return(tmp_path, episodes=[START], reviews=reviews), year=2018)
    rules = [one for one in found(engine) if one[0] not in ("IF01", "IF04", "IF05")]
    assert sorted(rules) == [("1012", 6), ("167", 3), ("167", 4), ("INT08", 6), ("INT17", 5)]


def test_a_review_without_a_readable_date_is_refused_under_166_once(tmp_path):
    rows = ["007,01/05/2008,28/04/2017,PN1", "007,01/05/2008,soon,PN9"]
    folder = write_return(tmp_path, episodes=[START], reviews=rows)
    engine = open_store("sqlite://")
    load(engine, [folder], derivation=derivation(), as_at=date(2018, 3, 31), year=2018, force=True)
    assert [one for one in found(engine) if one[1] == 3] == [("166", 3)]


def test_a_review_of_a_child_only_in_short_breaks_is_check_399(tmp_path):
    short = episode("03/04/2017", "S", ls="V4")
    assert of_return(tmp_path, [short], ["007,01/05/2008,28/04/2017,PN1"]) == [("399", 2)]


@pytest.mark.parametrize(
    ("second", "rules"),
    [
        ([episode("03/04/2017", "S", "10/09/2017", "X1"), episode("01/08/2017", "P")], [("IF11", 3)]),
        ([episode("03/04/2017", "S", "10/07/2017", "X1"), episode("12/07/2017", "S")], [("IF12", 3)]),
        ([episode("03/04/2017", "S", "10/07/2017", "E4A"), episode("01/09/2017", "P")], [("IF13", 3)]),
        ([episode("03/04/2017", "P")], [("IF14", 2)]),
        ([episode("03/04/2017", "S", "10/07/2017", "X1")], [("IF15", 2)]),
        ([episode("03/04/2017", "S", "10/07/2017", "X1"), episode("12/07/2017", "P")], [("IF16", 3)]),
        ([episode("03/04/2017", "S", "10/07/2017", "X1"), episode("10/07/2017", "P")], []),
        ([episode("03/04/2017", "S", "10/07/2017")], [("IF17", 2)]),
        ([episode("03/04/2017", "S", "", "X1")], [("IF17", 2)]),
    ],
)
def test_contradictions_between_episodes(tmp_path, second, rules):
    assert of_return(tmp_path, second, []) == rules


def test_an_episode_left_open_that_the_next_return_no_longer_has_is_found(tmp_path):
    headers = ["007,1,01/05/2008,WBRI,,,", "008,1,01/05/2008,WBRI,,,"]
    left = episode("06/06/2016", "S", child="008")
    first = write_return(tmp_path / "a", episodes=[episode("06/06/2016", "S"), left], headers=headers)
    second = write_return(tmp_path / "b", episodes=[episode("06/06/2016", "S")], headers=headers)
    engine, _ = loaded(first, year=2017)
    assert found(engine) == []
    loaded(second, engine=engine, year=2018)
    assert found(engine) == [("IF18", 3)]


def test_without_reviews_in_any_return_no_child_is_said_to_go_without(tmp_path):
    engine, _ = loaded(write_return(tmp_path, episodes=[START]), year=2018)
    assert found(engine) == []


@pytest.mark.parametrize(
    ("year", "rules"), [(2017, ["IF05", "IF14"]), (2018, ["IF05", "IF14"]), (2019, ["IF14"])]
)
def test_of_an_unknown_start_only_the_days_that_the_returns_cover_count(tmp_path, year, rules):
    folder = write_return(tmp_path, episodes=[episode("06/06/2014", "P")], reviews=[])
    engine, _ = loaded(folder, year=year)
    assert sorted(rule for rule, _ in found(engine)) == rules


def test_a_booking_for_a_day_that_has_passed_is_found_until_it_is_settled():
    booked = {"review_status": "booked", "booked_for": "2026-03-30"}
    assert found(world(CLEAN, SECOND, booked)) == [("IF10", 4)]
    assert found(world(CLEAN, SECOND, booked | {"booked_for": "2026-03-31"})) == []
    assert found(world(CLEAN, SECOND, booked | {"review_status": "cancelled"})) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_no_message_holds_an_identifier(rule):
    # A message is the rule's own words for every row: there is no place in it for a row's values.
    assert "{" not in rule.message(LATEST)
    assert "%" not in rule.message(LATEST)


@pytest.mark.skipif(not SAMPLE.exists(), reason="needs ../shared/reference")
def test_the_reference_return_has_the_findings_its_makers_count():
    engine, _ = loaded(SAMPLE)
    counted = Counter(rule for rule, _ in found(engine))
    expected = {"166": 0, "167": 0, "399": 967, "440": 1435, "441": 663, "1012": 3070, "INT08": 0, "INT17": 0}
    assert {rule: counted[rule] for rule in expected} == expected


def test_no_rule_stands_twice_and_each_says_what_to_do():
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    assert all(rule.meaning.endswith(".") and rule.cure.endswith(".") for rule in RULES)
