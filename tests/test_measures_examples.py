"""Every worked example of the catalogue, loaded as files through the front door and measured."""

from __future__ import annotations

from datetime import date

import pytest

from data_access.loading.load import load
from data_access.people.viewer import SERVICE_VIEWER
from data_access.store.opening import open_store
from metrics.counting.calculate import Selection, measure_rows, members
from metrics.derive import derivation
from metrics.measures import CATALOGUE
from tests.doors import write_world

EXAMPLES = {
    f"{key}-{number}": (key, example)
    for key, measure in CATALOGUE.items()
    for number, example in enumerate(measure.paperwork.examples, start=1)
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """All examples in one store, each as an authority of its own."""
    folder = tmp_path_factory.mktemp("examples")
    for name, (_, example) in EXAMPLES.items():
        (folder / name).mkdir()
        write_world(example.world, folder / name)
    engine = open_store("sqlite://")
    load(engine, [folder], derivation=derivation(), as_at=date(2026, 6, 30))
    yield engine
    engine.dispose()


def _asked(name: str) -> Selection:
    _, example = EXAMPLES[name]
    return Selection(name, *example.period, example.as_at)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_measure_makes_of_its_worked_example_what_its_definition_says(store, name):
    key, example = EXAMPLES[name]
    (row,) = measure_rows(store, SERVICE_VIEWER, _asked(name), [key]).to_dict("records")
    assert row["numerator"] == pytest.approx(example.numerator), example.words
    if example.denominator is not None:
        assert row["denominator"] == pytest.approx(example.denominator), example.words


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_rows_behind_a_worked_example_are_as_many_as_it_counts(store, name):
    key, example = EXAMPLES[name]
    measure = CATALOGUE[key]
    assert len(members(store, SERVICE_VIEWER, key, _asked(name))) == example.numerator
    if measure.unit == "percent":
        below = members(store, SERVICE_VIEWER, key, _asked(name), part="denominator")
        short = members(store, SERVICE_VIEWER, key, _asked(name), part="shortfall")
        assert len(below) == example.denominator
        assert len(short) == example.denominator - example.numerator
    elif measure.full_time:
        below = members(store, SERVICE_VIEWER, key, _asked(name), part="denominator")
        assert below["fte_months" if measure.full_time == "fte_months" else "fte"].sum() == pytest.approx(
            example.denominator
        )


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_measure_has_its_paperwork_and_two_to_four_worked_examples(key):
    paper = CATALOGUE[key].paperwork
    assert 2 <= len(paper.examples) <= 4
    for text in (
        paper.title,
        paper.definition,
        paper.why_it_matters,
        paper.what_good_looks_like,
        paper.source,
    ):
        assert text.strip()
    for text in (paper.definition, paper.why_it_matters, *paper.caveats, *(e.words for e in paper.examples)):
        assert text.endswith((".", ":")), text
    assert len({e.words for e in paper.examples}) == len(paper.examples)
