"""The annual and quarterly reports from the command line: the files they are, and what is bad usage."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from data_access.loading.load import load
from data_access.store.opening import open_store
from docs.published.write import CENTRAL_BEDFORDSHIRE, CENTRAL_BEDFORDSHIRE_ON
from manage import manage
from metrics.derive import derivation


@pytest.fixture(scope="module")
def kept_at(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = f"sqlite:///{tmp_path_factory.mktemp('annual')}/store.sqlite"
    engine = open_store(found)
    load(engine, [CENTRAL_BEDFORDSHIRE], derivation=derivation(), as_at=CENTRAL_BEDFORDSHIRE_ON)
    engine.dispose()
    return found


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (["annual", "--year", "2011-12"], "2011-12 annual report"),
        (["annual", "--year", "2011-12", "--whole"], "2011-12 annual report whole"),
        (["quarterly", "--quarter", "2011-Q4"], "2011-12 Q4 quarterly report"),
    ],
)
def test_each_is_written_as_word_page_and_workbook(
    kept_at: str, tmp_path: Path, asked: list[str], name: str
) -> None:
    result = CliRunner().invoke(manage, ["report", *asked, "--store", kept_at, "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{name}.{form}" for form in ("docx", "html", "xlsx")
    }


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["annual", "--year", "2011"], "write 2025-26"),
        (["quarterly", "--quarter", "Q4"], "write 2025-Q4"),
        (["annual", "--year", "2031-32"], "is not in the data"),
    ],
)
def test_what_cannot_be_written_is_bad_usage_and_says_what_to_ask_for(
    kept_at: str, tmp_path: Path, asked: list[str], said: str
) -> None:
    result = CliRunner().invoke(manage, ["report", *asked, "--store", kept_at, "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert list(tmp_path.iterdir()) == []
