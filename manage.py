"""The command line of IRO Footprint: `python manage.py COMMAND --help` (contract: `docs/command_line.md`).

Results go to standard output and nothing else does; progress and messages go to standard error.
Exit status: 0 done, 1 nothing was changed because the data were refused, 2 bad usage.
"""

from __future__ import annotations

import click

from commands.documents import report
from commands.figures import duties, findings, measures, tracker
from commands.files import check, demo, load
from commands.upkeep import derive


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def manage() -> None:
    """IRO Footprint: a service's reviews, midway reviews and case notes, from its own extracts."""


for command in (load, check, demo, measures, duties, tracker, findings, report, derive):
    manage.add_command(command)

if __name__ == "__main__":
    manage()
