"""Write an invented authority as statutory returns (SSDA903): the same children, a set of files a year.

One set for each collection year (1 April to 31 March) from that of the earliest period of care (or,
without the whole history, from that in which the history begins), as an authority keeps them: an
episode goes into the return of every year it lies in, its end only from the year in which it ended.
The return knows no bookings, IROs or teams.
"""

from __future__ import annotations

import csv
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from data_access.demo.activities import history_start
from data_access.demo.care import Child, Period
from data_access.demo.days import Days
from data_access.demo.world import Story, World
from data_access.rows.codes import ADOPTION_PLACEMENTS

HEADINGS = {
    "header": "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
    "episodes": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,"
    "HOME_POST,PL_POST,URN",
    "reviews": "CHILD,DOB,REVIEW,REVIEW_CODE",
    "uasc": "CHILD,SEX,DOB,DUC",
    "placed_for_adoption": "CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED",
}
LETTERS_SINCE = 2025
"""SEX is 1 or 2 up to the return of 2023/24, M or F from that of 2024/25."""
ABUSE, ABSENT_PARENTS, DISABILITY = "N1", "N8", "N2"


def write_ssda903(world: World, folder: Path) -> list[Path]:
    """Write the returns of every collection year into `folder`; gives the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    first = 0
    if not world.shape.whole_history:
        first = world.days.collection_year(history_start(world.days.as_at))
    with ExitStack() as open_files:
        returns = _Returns(world.days, first, folder, open_files)
        for child, stories in world.children():
            returns.child(child, stories)
        returns.cover_first_year()
        return returns.paths


class _Returns:
    """The files of every collection year, opened as the first row of theirs comes."""

    def __init__(self, days: Days, first_year: int, folder: Path, open_files: ExitStack) -> None:
        self._first_year = first_year
        self._days, self._folder, self._open_files = days, folder, open_files
        self._british = [day.strftime("%d/%m/%Y") for day in days.dates]
        self._this_year = days.collection_year(days.as_at)
        self._writers: dict[tuple[str, int], Any] = {}
        self.paths: list[Path] = []

    def cover_first_year(self) -> None:
        """A Reviews table for the first year, with headings alone where nobody was reviewed yet.

        The day from which a return covers reviews is the first day of its first year with that table.
        """
        self._write("reviews", min((year for _, year in self._writers), default=self._this_year), [])

    def child(self, child: Child, stories: list[Story]) -> None:
        """A child in the returns of all the years in which they were looked after."""
        born = self._british[child.born]
        years: set[int] = set()
        for story in stories:
            years |= self._episodes(child, story.period)
            self._reviews(child, born, story)
            self._adoption(child.child_id, born, story.period)
        for year in sorted(years):
            sex = child.sex if year >= LETTERS_SINCE else "1" if child.sex == "M" else "2"
            self._write("header", year, [(child.child_id, sex, born, child.ethnicity, "UN1", "", "")])
            if child.unaccompanied:
                eighteen = self._british[child.eighteen]
                self._write("uasc", year, [(child.child_id, sex, born, eighteen)])

    def _episodes(self, child: Child, period: Period) -> set[int]:
        """The episodes of a period: a new one with every new legal status or placement."""
        days, british = self._days, self._british
        statuses = dict(period.statuses)
        placements = {day: (kind, provider) for day, kind, provider, _ in period.placements}
        starts = sorted(day for day in statuses.keys() | placements.keys() if day <= days.as_at)
        need = DISABILITY if child.disabled else ABSENT_PARENTS if child.unaccompanied else ABUSE
        status, placement = "", ("", "")
        years: set[int] = set()
        for place, day in enumerate(starts):
            reason = "S"
            if place:
                reason = "L" if day not in placements else "P" if day not in statuses else "T"
            status, placement = statuses.get(day, status), placements.get(day, placement)
            last = place + 1 == len(starts)
            end, left = (period.end, period.end_reason) if last else (starts[place + 1], "X1")
            ended = end <= days.as_at
            final = days.collection_year(end) if ended else self._this_year
            for year in range(days.collection_year(day), final + 1):
                years.add(year)
                closed = ended and year == final
                self._write(
                    "episodes",
                    year,
                    [
                        (
                            child.child_id, british[day], reason, status, need, placement[0], placement[1],
                            british[end] if closed else "", left if closed else "",
                            "CARPL" if closed and left == "X1" and end in placements else "", "", "", "",
                        )
                    ],
                )  # fmt: skip
        return years

    def _reviews(self, child: Child, born: str, story: Story) -> None:
        for record in story.records:
            if record.held:
                held = record.review.held
                row = (child.child_id, born, self._british[held], record.taking.code)
                self._write("reviews", self._days.collection_year(held), [row])

    def _adoption(self, child_id: str, born: str, period: Period) -> None:
        """Placements for adoption: for display, as the schedule follows the episodes."""
        days, british = self._days, self._british
        for place, (day, kind, _, _) in enumerate(period.placements):
            if kind not in ADOPTION_PLACEMENTS or day > days.as_at:
                continue
            last = place + 1 == len(period.placements)
            end = period.end if last else period.placements[place + 1][0]
            ended = end <= days.as_at
            final = days.collection_year(end) if ended else self._this_year
            for year in range(days.collection_year(day), final + 1):
                closed = ended and year == final and not last
                row = (child_id, born, british[day], british[end] if closed else "", "RD4" if closed else "")
                self._write("placed_for_adoption", year, [row])

    def _write(self, table: str, year: int, rows: list[tuple[str, ...]]) -> None:
        if year < self._first_year:
            return
        writer = self._writers.get((table, year))
        if writer is None:
            path = self._folder / f"{table}_{year - 1}-{year % 100:02}.csv"
            file = self._open_files.enter_context(path.open("w", newline="", encoding="utf-8"))
            writer = self._writers[table, year] = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADINGS[table].split(","))
            self.paths.append(path)
        writer.writerows(rows)
