"""Findings in the statutory return: the DfE's checks of Reviews rows, and contradictions between episodes.

Those that are looked for in the extract as well are in `of_rows.py`. Source: `formats.md` section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from sqlalchemy import ColumnElement, Select, func, or_, select

from data_access.findings.rule import Asked, Found, Place, Rule, is_for_another_age, of_authority, where
from data_access.rows.codes import SHORT_BREAK_STATUSES, ParticipationCode
from data_access.sources.ssda903.periods import CONTINUES, STARTED, Episode
from data_access.store.schema import RETURN_TABLES

headers, episodes = RETURN_TABLES["ssda903_header"], RETURN_TABLES["ssda903_episodes"]
reviews = RETURN_TABLES["ssda903_reviews"]
_CODES = tuple(str(code) for code in ParticipationCode)


def _reviews(asked: Asked, *conditions: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return select(*where(reviews, "child")).where(of_authority(asked, reviews), *conditions)


def _invalid_code(asked: Asked) -> Found:
    code = reviews.c.review_code
    return _reviews(asked, or_(code.is_(None), code.not_in(_CODES)))


def _only_short_breaks(asked: Asked) -> Found:
    e = episodes.c
    otherwise = or_(e.ls.is_(None), e.ls.not_in(sorted(SHORT_BREAK_STATUSES)))
    everyone = select(e.child).where(of_authority(asked, episodes))
    return _reviews(asked, reviews.c.child.in_(everyone), reviews.c.child.not_in(everyone.where(otherwise)))


def _births(asked: Asked) -> dict[str, date]:
    """The date of birth of each child, as the latest header has it."""
    h = headers.c
    query = (
        select(h.child, h.dob)
        .where(of_authority(asked, headers))
        .order_by(h.collection_year, h.file_id, h.line)
    )
    return dict(asked.connection.execute(query).all())


def coded_for_another_age(codes: Sequence[str], *, after: bool) -> Callable[[Asked], Found]:
    """Reviews with one of `codes` after, or before, the 4th birthday; on that day itself either passes."""

    def find(asked: Asked) -> Iterator[Place]:
        births = _births(asked)
        coded = _reviews(asked, reviews.c.review_code.in_(codes))
        for file_id, line, child, held_on, born in asked.connection.execute(
            coded.add_columns(reviews.c.review, reviews.c.dob)
        ):
            if is_for_another_age(born or births.get(child), held_on, after=after):
                yield file_id, line, child

    return find


def _without_episode(asked: Asked) -> Found:
    return _reviews(
        asked, reviews.c.child.not_in(select(episodes.c.child).where(of_authority(asked, episodes)))
    )


def _without_header(asked: Asked) -> Found:
    return _reviews(
        asked, reviews.c.child.not_in(select(headers.c.child).where(of_authority(asked, headers)))
    )


def _other_birth(asked: Asked) -> Iterator[Place]:
    births = _births(asked)
    said = _reviews(asked, reviews.c.dob.is_not(None)).add_columns(reviews.c.dob)
    for file_id, line, child, born in asked.connection.execute(said):
        if births.get(child, born) != born:
            yield file_id, line, child


def twice_on_one_day(asked: Asked) -> Found:
    """Rows of one return beyond the first of a child and day; the next year's return may repeat them."""
    r = reviews.c
    place = func.row_number().over(
        partition_by=(r.child, r.review, r.collection_year), order_by=(r.file_id, r.line)
    )
    ranked = select(*where(reviews, "child"), place.label("place")).where(of_authority(asked, reviews))
    found = ranked.subquery()
    return select(found.c.file_id, found.c.line, found.c.child_id).where(found.c.place > 1)


def _between(contradict: Callable[[Episode, Episode], bool]) -> Callable[[Asked], Found]:
    """Episodes that contradict the one before them."""

    def find(asked: Asked) -> Iterator[Place]:
        for of_child in asked.episodes:
            for before, episode in pairwise(of_child):
                if contradict(before, episode):
                    yield episode.file_id, episode.line, episode.child

    return find


def _start_unknown(asked: Asked) -> Iterator[Place]:
    for of_child in asked.episodes:
        first = of_child[0]
        if first.rne != STARTED:
            yield first.file_id, first.line, first.child


def _trailing(asked: Asked) -> Iterator[Place]:
    for of_child in asked.episodes:
        last = of_child[-1]
        if last.rec == CONTINUES and last.dec is not None:
            yield last.file_id, last.line, last.child


def _said_by_halves(asked: Asked) -> Iterator[Place]:
    for of_child in asked.episodes:
        for episode in of_child:
            if (episode.dec is None) != (episode.rec is None):
                yield episode.file_id, episode.line, episode.child


def _left_open(asked: Asked) -> Iterator[Place]:
    e = episodes.c
    newest = select(func.max(e.collection_year)).where(of_authority(asked, episodes))
    latest = asked.connection.execute(newest).scalar() or 0
    for of_child in asked.episodes:
        last = of_child[-1]
        if last.dec is None and last.collection_year < latest:
            yield last.file_id, last.line, last.child


_CORRECT = "Correct the return and load it again."

RULES = (
    Rule("166", "error", "The review's date is blank or not a date: the row was not stored.", _CORRECT, None),
    Rule("167", "error", "The review has no participation code, or one that is not PN0 to PN7.",
         "Enter the code; until then the review counts without it.", _invalid_code),
    Rule("399", "error", "A review for a child who was only ever looked after in short breaks (V3, V4).",
         "Remove the review from the return, or correct the legal status.", _only_short_breaks),
    Rule("1012", "error", "A review for a child with no episode.",
         "Add the child's episodes to the return, or remove the review.", _without_episode),
    Rule("INT08", "error", "A review for a child who is not in Header.",
         "Add the child to Header, or correct the child's identifier.", _without_header),
    Rule("INT17", "error", "The date of birth differs from the one in Header.",
         "Correct the one that is wrong.", _other_birth),
    Rule("IF11", "warning", "The episode begins before the one before it has ended: that one is cut there.",
         "Correct the dates of the two episodes.",
         _between(lambda before, episode: before.dec is not None and before.dec > episode.decom)),
    Rule("IF12", "warning", "The child became looked after (RNE = S) while still looked after: the earlier "
         "period ends that day.", "Correct the reason of one of the two episodes.",
         _between(lambda before, episode: episode.rne == STARTED and not before.ends_care)),
    Rule("IF13", "warning",
         "An episode not marked as a start (RNE = S) follows an ended period: its start is not known.",
         "Correct the reason of one of the two episodes, or add the missing one.",
         _between(lambda before, episode: episode.rne != STARTED and before.ends_care)),
    Rule("IF14", "information",
         "The child's first episode is not a start (RNE = S): the first review cannot be judged.",
         "Load the earlier years' returns too.", _start_unknown),
    Rule("IF15", "warning",
         "The last episode says that another follows (X1), and none does: the child counts as looked after.",
         "Add the next episode, or the reason care ended.", _trailing),
    Rule("IF16", "warning", "The episode before says that this one follows (X1), and days lie between.",
         "Correct the dates of the two episodes, or add the missing one.",
         _between(lambda before, episode: before.rec == CONTINUES and before.dec is not None
                  and before.dec < episode.decom and episode.rne != STARTED)),
    Rule("IF17", "warning", "The episode has an end without a reason, or a reason without an end.",
         "Enter both DEC and REC, or neither.", _said_by_halves),
    Rule("IF18", "warning", "The episode is open in an earlier return, and the latest no longer has it.",
         "Until the latest return has its end, the child counts as looked after: add it.", _left_open),
)  # fmt: skip
