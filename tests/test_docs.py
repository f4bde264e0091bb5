"""Documentation that fails the build when it is stale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs.generate import PAGES
from manage import manage

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", PAGES)
def test_what_the_docs_print_from_the_code_is_current(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), f"docs/{name} is stale: run python -m docs.generate"


def every_command() -> Iterator[tuple[str, click.Command]]:
    for name, command in manage.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"{name} {part}", inner) for part, inner in command.commands.items())
        else:
            yield name, command


def test_every_command_and_option_is_in_the_command_line_document() -> None:
    document = (ROOT / "docs" / "command_line.md").read_text(encoding="utf-8")
    for name, command in every_command():
        assert f"| `{name} " in document, name
        missing = [
            option
            for parameter in command.params
            for option in parameter.opts
            if option.startswith("--") and option not in document
        ]
        assert not missing, f"{name}: {missing}"


def test_the_readme_names_the_folders_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in (
        "data_access",
        "metrics",
        "charts",
        "reports",
        "pages",
        "commands",
        "tests",
        "benchmarks",
        "docs",
    ):
        assert f"`{folder}/`" in readme
        assert (ROOT / folder).is_dir()


def test_the_pictures_in_the_readme_exist() -> None:
    import re

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme):
        assert (ROOT / picture).is_file(), picture
