"""What the sources that speak can tell: from which day their reviews cover, which columns they fill.

A review that lies before a source's first day cannot be in it, so a first review that was due before
it is not assessable (`domain.md` rule 12); a column that a source never fills is not known, rather
than "no", for each of its rows (`measures.md`, consultation papers).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, exists, select

from data_access.loading.resolve import RANK
from data_access.store.schema import KIND_TABLES, authorities, load_files
from metrics.rules.calendar import NO_DAY, Days, Integers
from metrics.rules.columns import Column
from metrics.rules.duties import NOTHING_COVERED


@dataclass(frozen=True)
class Coverage:
    """The days that reviews cover, by the place of a source's format in `RANK`."""

    said: np.datetime64
    """`--reviews-from`, which overrides the sources; blank where it was not given."""
    format_of: dict[int, int]
    """file -> place of its format"""
    reviews_from: Days
    """By place: the first day covered, blank for everything."""
    has_reviews: frozenset[int]
    """The places of formats with a file of reviews."""

    def of_periods(
        self, files: Column, children: Integers, review_files: Column, review_children: Integers
    ) -> Days:
        """The first day covered of each period of care, blank for everything.

        A child's reviews cover what the source of those reviews covers; for a child without any,
        the source of the period does, or the best other one where that source has no reviews at all.
        """
        if not np.isnat(self.said):
            return np.full(len(files), self.said)
        of_child = np.full(1 + max(children.max(initial=-1), review_children.max(initial=-1)), -1)
        of_child[review_children] = self._places(review_files)
        place = self._places(files)
        if self.has_reviews:
            place = np.where(np.isin(place, list(self.has_reviews)), place, min(self.has_reviews))
        place = np.where(of_child[children] >= 0, of_child[children], place)
        return self.reviews_from[place]

    def _places(self, files: Column) -> Integers:
        numbers, where = np.unique(files.astype(np.int64), return_inverse=True)
        return np.array([self.format_of[number] for number in numbers.tolist()], dtype=np.int64)[where]


def coverage_of(connection: Connection, authority: str) -> Coverage:
    """What the current files of an authority cover."""
    said = connection.execute(
        select(authorities.c.reviews_from).where(authorities.c.authority == authority)
    ).scalar()
    files = connection.execute(
        select(load_files.c.file_id, load_files.c.format, load_files.c.kind, load_files.c.reviews_from).where(
            load_files.c.authority == authority, load_files.c.current.is_(True)
        )
    ).all()
    # The return says for itself from when it has reviews; without that it has none.
    reviews_from = np.array([NOTHING_COVERED if format == "ssda903" else NO_DAY for format in RANK])
    place_of = {file.file_id: RANK.index(file.format) for file in files}
    has_reviews = {place_of[file.file_id] for file in files if file.kind == "reviews" or file.reviews_from}
    for place in has_reviews:
        days = [file.reviews_from for file in files if file.reviews_from and place_of[file.file_id] == place]
        if days:
            reviews_from[place] = np.datetime64(min(days), "D")
    day = np.datetime64(said, "D") if said else NO_DAY
    return Coverage(day, place_of, reviews_from, frozenset(has_reviews))


def files_that_fill(
    connection: Connection, authority: str, names: Collection[str]
) -> dict[str, frozenset[int]]:
    """For each column of reviews, the files of the sources in which any review has it filled."""
    r, f = KIND_TABLES["reviews"].c, load_files.c
    fills = (
        exists().where(r.authority == authority, r.file_id == f.file_id, r[name].is_not(None))
        for name in names
    )
    files = connection.execute(
        select(f.file_id, f.source, *fills).where(f.authority == authority, f.current.is_(True))
    ).all()
    found = {}
    for position, name in enumerate(names, start=2):
        sources = {file.source for file in files if file[position]}
        found[name] = frozenset(file.file_id for file in files if file.source in sources)
    return found
