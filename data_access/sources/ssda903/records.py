"""What one row of each table of the statutory return (SSDA903) holds (`formats.md` section 2).

The same kind of statement as `records.py`, for the return's own tables: recognition, validation and
the store's `ssda903_*` tables are read off these classes. Only columns the product needs are
here: postcodes, pupil numbers and facts about mothers are never read into the store.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from data_access.rows.records import NotAfterAsAt, NotBefore, Record
from data_access.rows.values import Day, Identifier, LegalStatusCode, PlacementCode, Text

Code = Annotated[str, BeforeValidator(lambda text: text.strip().upper())]
"""A code kept as it was sent, in capitals: what it may be is checked by findings, not by refusal."""


class ReturnRecord(Record):
    """A row of one table of the return. No key: the same episode may be in several years' returns.

    A field without a default is a required column; one that takes None may be blank in a row.
    """

    unique = False
    key = ()
    refused_under: ClassVar[dict[str, str]] = {}
    """column -> the DfE check under which a row is refused for it, instead of REFUSED."""


class HeaderRow(ReturnRecord):
    """A child."""

    kind = "ssda903_header"
    rules = (NotAfterAsAt("dob"),)
    child: Identifier
    dob: Day
    ethnic: Code | None
    sex: Code | None = None


class EpisodeRow(ReturnRecord):
    """A stretch of being looked after under one legal status in one placement."""

    kind = "ssda903_episodes"
    rules = (NotBefore("dec", "decom"),)
    child: Identifier
    decom: Day
    rne: Code | None
    ls: LegalStatusCode | None
    place: PlacementCode | None
    dec: Day | None
    rec: Code | None
    place_provider: Code | None = None


class ReviewRow(ReturnRecord):
    """A review that was held. Its code is checked by findings: DfE check 167."""

    kind = "ssda903_reviews"
    refused_under = {"review": "166"}
    child: Identifier
    review: Day
    review_code: Code | None
    dob: Day | None = None


class UascRow(ReturnRecord):
    """An unaccompanied asylum-seeking child, and the day the child ceased to be one."""

    kind = "ssda903_uasc"
    child: Identifier
    duc: Day | None
    dob: Day | None = None


class PlacedAdoptionRow(ReturnRecord):
    """A placement for adoption, kept for display: the schedule follows the episodes."""

    kind = "ssda903_placed_adoption"
    child: Identifier
    date_placed: Day | None
    date_placed_ceased: Day | None
    reason_placed_ceased: Text | None = None


RETURN_RECORDS: tuple[type[ReturnRecord], ...] = (
    HeaderRow,
    EpisodeRow,
    ReviewRow,
    UascRow,
    PlacedAdoptionRow,
)
"""Every table of the return that is read, in the order of the return."""
