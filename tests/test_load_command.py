"""What `load`, `check` and `demo` say and exit with, when something is wrong with what they were given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.files_given import (
    by_nobody_special,
    open_folder,
)


def test_the_command_line_says_it_in_a_line_each_and_exits_with_one(tmp_path: Path) -> None:
    from manage import manage

    (tmp_path / "teams.csv").write_text("team_id,team_name\n,North\n")
    run = CliRunner().invoke(
        manage, ["load", str(tmp_path / "teams.csv"), "--store", f"sqlite:///{tmp_path}/s.sqlite"]
    )
    assert run.exit_code == 1
    assert "teams.csv, line 2, team_id: is blank: fill it in" in run.stderr
    assert "Nothing was changed" in run.stderr
    assert run.stdout == ""


def test_scripts_read_a_refused_load_as_they_read_a_good_one_and_a_check_changes_nothing(
    tmp_path: Path,
) -> None:
    from manage import manage

    file = tmp_path / "teams.csv"

    def reported(command: str) -> dict[str, Any]:
        asked = [command, str(file), "--format", "json", "--store", f"sqlite:///{tmp_path}/s.sqlite"]
        run = CliRunner().invoke(manage, asked)
        (report,) = json.loads(run.stdout)
        assert report["authority"] == "LOCAL"
        assert run.exit_code == (1 if report["findings"] is None else 0)
        return dict(report)

    file.write_text("team_id,team_name\n,North\n")
    refused, refused_check = reported("load"), reported("check")
    file.write_text("team_id,team_name\nT1,North\n")
    checked, loaded, again = reported("check"), reported("load"), reported("check")
    assert [report["changed"] for report in (refused, refused_check, checked, loaded, again)] == [
        False, False, False, True, False,
    ]  # fmt: skip
    assert [report["would_change"] for report in (refused_check, checked, again)] == [False, True, False]
    assert [report["load_id"] for report in (refused, refused_check, checked, loaded, again)] == [
        None, None, None, 1, None,
    ]  # fmt: skip
    assert refused.keys() == loaded.keys()
    (bad,), (good,) = refused["files"], loaded["files"]
    assert bad.keys() == good.keys()
    assert [(of["file"], of["line"], of["column"]) for of in bad["problems"]] == [
        ("teams.csv", None, None),
        ("teams.csv", 2, "team_id"),
    ]
    assert bad["problems"][1]["message"] == "is blank: fill it in"


def test_a_file_that_may_not_be_read_is_refused_as_any_other_bad_one() -> None:
    from manage import manage

    with open_folder() as folder:
        file = folder / "teams.csv"
        file.write_text("team_id,team_name\nT1,North\n")
        check = ["check", str(file), "--store", f"sqlite:///{folder}/s.sqlite"]
        assert CliRunner().invoke(manage, check).exit_code == 0
        file.chmod(0)
        with by_nobody_special():
            run = CliRunner().invoke(manage, check)
    assert run.exit_code == 1
    assert "teams.csv: cannot be read (Permission denied). Close it if it is open elsewhere" in run.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--as-at", "31/03/2026"], "write the day as YYYY-MM-DD"),
        (["--as-at", "20260331"], "write the day as YYYY-MM-DD"),
        (["--as-at", "9999-12-31"], "is before 1900 or after 2100: correct the year"),
        (["--year", "26"], "26 is not in the range"),
        (["--store", "mongo://server/iro"], "cannot be a mongo database: it is SQLite or PostgreSQL"),
    ],
)
def test_what_is_asked_for_in_no_way_it_can_be_exits_with_two(
    tmp_path: Path, options: list[str], message: str
) -> None:
    from manage import manage

    (tmp_path / "teams.csv").write_text("team_id,team_name\nT1,North\n")
    store = ["--store", f"sqlite:///{tmp_path}/s.sqlite"]
    run = CliRunner().invoke(manage, ["load", str(tmp_path / "teams.csv"), *store, *options])
    assert run.exit_code == 2
    assert message in run.stderr


def test_invented_children_are_not_written_where_no_folder_can_be(tmp_path: Path) -> None:
    from manage import manage

    (tmp_path / "letter.txt").write_text("a file and no folder")
    run = CliRunner().invoke(manage, ["demo", str(tmp_path / "letter.txt" / "demo")])
    assert run.exit_code == 2
    assert "letter.txt/demo: Not a directory. Check that" in run.stderr


def test_a_check_leaves_no_store_where_there_was_none(tmp_path: Path) -> None:
    from manage import manage

    (tmp_path / "teams.csv").write_text("team_id,team_name\nT1,North\n")
    store = tmp_path / "new" / "s.sqlite"
    run = CliRunner().invoke(manage, ["check", str(tmp_path / "teams.csv"), "--store", f"sqlite:///{store}"])
    assert run.exit_code == 0
    assert "checked, nothing was written" in run.stdout
    assert not store.parent.exists()
