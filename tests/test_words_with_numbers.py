"""A number that is a setting or a target is said by its name, and follows it wherever it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import astuple, fields, is_dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

import standards
from data_access.findings import RULES
from data_access.people.viewer import SERVICE_VIEWER
from data_access.store.opening import open_store
from docs import generate
from metrics.ahead.whatif import Plan
from metrics.chance.compare import Quarter
from metrics.counting.question import days_asked
from metrics.measures import CATALOGUE
from metrics.measures.measure import Measure, Paperwork
from pages.data.about.answer import about
from pages.data.definitions.answer import THEMES, measures_of
from pages.footprint.capacity.by_iro import closing as ahead
from pages.footprint.service import answer as footprint
from pages.footprint.service.over_time import over_time
from pages.pieces.compared import COMPARISONS, TEAM_COMPARISONS
from pages.quality.quarter.answer import answer as quarter_page
from pages.weekly.overview.concerns import CONCERNS
from pages.weekly.steps import answer as steps
from reports.annual import annual_report
from reports.quarterly import quarterly_report
from reports.supervision import supervision_pack
from standards import Setting, StandardsProblem, Target
from standards.wording import LATEST, checked, worded
from tests import small_service
from tests.doors import store_of
from tests.screens import view_of
from tests.stored import info_of

CHANGED = date(2026, 7, 1)
"""From this day on, in these tests, a standard is another."""
BEFORE, AFTER = date(2026, 6, 30), date(2026, 9, 30)
FIELD = re.compile(r"\{(\w+)(?::[a-z ]+)?\}")


# -- how a setting is written


@pytest.mark.parametrize(
    ("value", "sentence", "words"),
    [
        (20, "within {n:working days}", "within 20 working days"),
        (1, "within {n:working days}", "within 1 working day"),
        (20, "the {n:th} day", "the 20th day"),
        (22, "the {n:th} day", "the 22nd day"),
        (11, "the {n:th} day", "the 11th day"),
        (5, "the {n:working days in words}", "the five working days"),
        (37, "the {n:working days in words}", "the 37 working days"),
        (20, "{n:working days as weeks}", "Four weeks"),
        (21, "{n:working days as weeks}", "21 working days"),
        (42, "in {n:days as weeks}", "in six weeks"),
        (45, "in {n:days as weeks}", "in 45 days"),
        (6, "over {n:months as years}", "over half a year"),
        (12, "over {n:months as years}", "over a year"),
        (24, "over {n:months as years}", "over two years"),
        (9, "over {n:months as years}", "over 9 months"),
        (12, "the same {n:months throughout}", "the same all year"),
        (18, "the same {n:months throughout}", "the same for 18 months"),
        (61.5, "{n} in all", "61.5 in all"),
    ],
)
def test_a_setting_is_written_as_its_field_asks(monkeypatch, value, sentence, words):
    monkeypatch.setitem(standards.SETTINGS, "n", (Setting(date(2011, 4, 1), value, "S1"),))
    assert worded(sentence, AFTER) == words


def test_a_sentence_that_names_no_setting_is_refused_when_it_is_written():
    with pytest.raises(StandardsProblem, match="decisions_working_day_after"):
        checked("within {decisions_working_day_after:working days}")
    with pytest.raises(StandardsProblem, match="coverage_weeks"):
        Paperwork("Seen", "Seen in {coverage_weeks}.", "", "", "")
    with pytest.raises(KeyError):
        worded("within {coverage_weeks}", AFTER)


# -- a changed setting changes its words from its day on, and no others


@pytest.fixture
def change(monkeypatch) -> Iterator[Any]:
    """Change settings and targets from `CHANGED` on; whatever follows from them is worked out anew."""

    def changed(**values: float | Target) -> None:
        for name, value in values.items():
            if isinstance(value, Target):
                monkeypatch.setitem(standards.TARGETS, name, (*standards.TARGETS.get(name, ()), value))
            else:
                later = Setting(CHANGED, value, "a test")
                monkeypatch.setitem(standards.SETTINGS, name, (*standards.SETTINGS[name], later))
        days_asked.cache_clear()

    yield changed
    days_asked.cache_clear()


def sentences(paper: Paperwork) -> dict[str, str]:
    """Each text of a paperwork by its name."""
    whole = {field.name: getattr(paper, field.name) for field in fields(paper)}
    caveats = {f"caveat {place}": text for place, text in enumerate(paper.caveats)}
    return {name: text for name, text in whole.items() if isinstance(text, str)} | caveats


NAMED = sorted({
    name
    for measure in CATALOGUE.values()
    for text in sentences(measure.paperwork).values()
    for name in FIELD.findall(text)
} - {"target"})  # fmt: skip
"""The settings that stand in the words of measures."""


@pytest.mark.parametrize("name", NAMED)
def test_a_changed_setting_changes_what_its_measures_say_from_its_day_on(change, name):
    old = {key: sentences(measure.paper(BEFORE)) for key, measure in CATALOGUE.items()}
    change(**{name: 37})
    seen = 0
    for key, measure in CATALOGUE.items():
        now, templates = sentences(measure.paper(CHANGED)), sentences(measure.paperwork)
        assert sentences(measure.paper(BEFORE)) == old[key], "a period before it keeps its words"
        for part, template in templates.items():
            if name in FIELD.findall(template):
                seen += 1
                assert "37" in now[part]
                assert now[part] != old[key][part]
            else:
                assert now[part] == old[key][part]
    assert seen


@pytest.mark.parametrize("name", NAMED)
def test_a_changed_setting_changes_the_documentation(change, name):
    measures, findings = generate.measures(), generate.findings()
    change(**{name: 37})
    lines = set(generate.measures().splitlines()) - set(measures.splitlines())
    assert lines or all(
        name not in FIELD.findall(text)
        for measure in CATALOGUE.values()
        for part, text in sentences(measure.paperwork).items()
        if part not in ("what_good_looks_like", "source")
    )
    assert all("37" in line for line in lines)
    assert generate.findings() == findings or any(name in FIELD.findall(rule.meaning) for rule in RULES)


@pytest.mark.parametrize("name", sorted({name for rule in RULES for name in FIELD.findall(rule.meaning)}))
def test_a_changed_setting_changes_what_a_finding_says(change, name):
    before = {rule.code: rule.message(BEFORE) for rule in RULES}
    change(**{name: 37})
    assert {rule.code: rule.message(BEFORE) for rule in RULES} == before
    for rule in RULES:
        assert (rule.message(CHANGED) != before[rule.code]) == (name in FIELD.findall(rule.meaning))
        assert ("37" in rule.message(CHANGED)) == (name in FIELD.findall(rule.meaning))
    assert "37" in generate.findings()


def _another(measure: Measure) -> Target:
    held = standards.target(measure.key, BEFORE)
    kind = held.kind if held else "at_least"
    low, high = {"band": (13, 61.5), "at_least": (61.5, None), "at_most": (None, 61.5)}[kind]
    return Target(CHANGED, kind, low, high, "a test")


@pytest.mark.parametrize("key", CATALOGUE)
def test_what_good_looks_like_is_the_target_of_the_day(change, key):
    measure = CATALOGUE[key]
    before = measure.paper(BEFORE).what_good_looks_like
    change(**{key: _another(measure)})
    assert measure.paper(BEFORE).what_good_looks_like == before
    now = measure.paper(CHANGED).what_good_looks_like
    assert "61.5" in now
    assert now.split(".")[0] != before.split(".")[0]
    assert "There is no" not in now


@pytest.mark.parametrize("key", standards.TARGETS)
def test_every_target_is_of_a_measure(key):
    assert key in CATALOGUE, f"the target {key} judges no measure: remove it, or add the measure"


# -- pages and documents


def texts(value: Any) -> Iterator[str]:
    """Every piece of text in pieces or a document, tables and charts' descriptions included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, pd.DataFrame):
        yield from map(str, value.columns)
        yield from (cell for name in value for cell in value[name] if isinstance(cell, str))
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in texts(part))
    elif isinstance(value, tuple | list):
        yield from (text for part in value for text in texts(part))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (text for field in fields(value) for text in texts(getattr(value, field.name)))


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> str:
    """A small service of its own: what is kept under another's address must not hold changed standards."""
    return store_of(small_service.full(), tmp_path_factory.mktemp("words"), as_at=small_service.AS_AT)


def view_on(url: str, day: date) -> Any:
    """A page of the year up to a day, seen on that day."""
    view = view_of(url)
    asked = replace(view.selection, period_start=day.replace(day=1, month=1), period_end=day, as_at=day)
    return replace(view, selection=asked, info=replace(view.info, as_at=day))


def document(made: Any, url: str, *args: Any) -> str:
    engine = open_store(url)
    try:
        return "\n".join(texts(made(engine, SERVICE_VIEWER, info_of(engine), *args).content))
    finally:
        engine.dispose()


def unkept(page: Any) -> Any:
    """A page's function without what was kept of it."""
    return getattr(page, "__wrapped__", page)


def page(*pages: Any) -> Any:
    return lambda url, day: "\n".join(
        text for each in pages for text in texts(unkept(each)(view_on(url, day)))
    )


def _quarter(day: date) -> Quarter:
    return Quarter(2026, 1 if day == BEFORE else 2)


WHERE = {
    "steps": page(steps.answer, steps.closing, steps.midway_reviews),
    "footprint": page(footprint.answer, footprint.each_iro, footprint.closing, over_time),
    "ahead": lambda url, day: "\n".join(texts(unkept(ahead)(view_on(url, day), Plan()))),
    "about": page(about),
    "quarter": lambda url, day: "\n".join(
        texts(unkept(quarter_page)(view_on(url, day), _quarter(day)))
    ),
    "quarterly": lambda url, day: document(quarterly_report, url, _quarter(day)),
    "supervision": lambda url, day: document(supervision_pack, url, "I1", day),
    "concerns": lambda _url, day: "\n".join(
        text for concern in CONCERNS for text in astuple(concern.on(day))
    ),
    "compared": lambda _url, day: "\n".join(
        worded(one.why, day) for one in (*COMPARISONS.values(), *TEAM_COMPARISONS.values())
    ),
}  # fmt: skip
SAID = [
    ("steps", "decisions_working_days_after", "Decisions out within 5 working days", "37 working days"),
    ("steps", "letter_working_days_after", "Letter to the child within 20 working days", "37 working days"),
    ("steps", "record_working_days_after", "Record out within 15 working days", "37 working days"),
    ("steps", "report_working_days_before", "Report in 2 working days before", "37 working days before"),
    ("steps", "care_plan_working_days_before", "updated 2 working days before", "37 working days before"),
    ("steps", "invitations_working_days_before", "out 10 working days before", "37 working days before"),
    ("steps", "iro_told_working_days", "told within 2 working days", "37 working days"),
    ("steps", "iro_allocated_working_days", "IRO allocated within 5 working days", "37 working days"),
    ("steps", "later_review_months", "two reviews six months apart", "two reviews 37 months apart"),
    ("footprint", "coverage_days", "Looked at in six weeks", "Looked at in 37 days"),
    ("footprint", "coverage_days", "Children looked at in six weeks", "Children looked at in 37 days"),
    ("footprint", "midway_coverage_months", "Midway review, 6 months", "Midway review, 37 months"),
    ("footprint", "midway_coverage_months", "Midway review in six months", "Midway review in 37 months"),
    ("footprint", "midway_coverage_days", "looked after for 183 days or more", "after for 37 days or more"),
    ("footprint", "continuity_months", "Same IRO for a year", "Same IRO for 37 months"),
    ("ahead", "second_review_months", "a second three months on", "a second 37 months on"),
    ("ahead", "later_review_months", "then one every six months", "then one every 37 months"),
    ("quarter", "escalation_working_days", "resolved in 20 working days", "resolved in 37 working days"),
    ("quarterly", "letter_working_days_after", "within 20 working days", "child within 37 working days"),
    ("quarterly", "spc_months", "two years of months say", "37 months say"),
    ("quarterly", "suppress_up_to", "counts of 1 to 5", "counts of 1 to 37"),
    ("supervision", "coverage_days", "not looked at in the six weeks", "not looked at in the 37 days"),
    ("supervision", "decisions_working_days_after", "within 5 working days", "out within 37 working days"),
    ("about", "suppress_up_to", "counts of 1 to 5", "counts of 1 to 37"),
    ("concerns", "due_soon_working_days", "in the next 20 working days", "in the next 37 working days"),
    ("concerns", "coverage_days", "not been looked at in six weeks", "not been looked at in 37 days"),
    ("concerns", "escalation_working_days", "more than 20 working days", "more than 37 working days"),
    ("compared", "report_working_days_before", "was in 2 working days before", "in 37 working days before"),
    ("compared", "care_plan_working_days_before", "was updated 2 working", "was updated 37 working days"),
    ("compared", "later_review_months", "held six months after the one", "held 37 months after the one"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "name", "old", "new"), SAID)
def test_pages_and_documents_say_the_setting_of_the_periods_end(change, store, where, name, old, new):
    change(**{name: 37})
    before, after = WHERE[where](store, BEFORE), WHERE[where](store, AFTER)
    assert old in before
    assert new not in before
    assert old not in after
    assert new in after


def test_the_annual_report_says_the_settings_of_its_own_year(change, store):
    def report(year: int) -> str:
        return document(annual_report, store, year)

    plain = report(2026)
    assert "Within 20 working days" in plain or "within 20 working days" in plain
    change(letter_working_days_after=37, coverage_days=45, escalation_working_days=33)
    now, then = report(2026), report(2025)
    for old, new in (
        ("Children looked at in six weeks", "Children looked at in 45 days"),
        ("Escalations resolved in 20 working days", "Escalations resolved in 33 working days"),
    ):
        assert old in then
        assert new not in then
        assert new in now
        assert old not in now


def test_the_page_of_definitions_says_the_latest(change):
    def definitions() -> str:
        return "\n".join(text for theme in THEMES for text in texts(unkept(measures_of)(theme)))

    assert "Record out within 15 working days" in definitions()
    change(record_working_days_after=37, children_attended=Target(CHANGED, "at_least", 61.5, None, "a test"))
    said = definitions()
    assert "Record out within 37 working days" in said
    assert "Record out within 15 working days" not in said
    assert "**What good looks like:** 61.5% or more." in said
    assert CATALOGUE["record_in_15_days"].paper(LATEST).title in said
