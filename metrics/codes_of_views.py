"""The participation codes (903 REVIEW_CODE) by what they say: there or not, views conveyed or not."""

from __future__ import annotations

from data_access.codes import ParticipationCode

VALID = tuple(str(code) for code in ParticipationCode)
AGED_FOUR = ("PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7")
ATTENDED = ("PN1", "PN2", "PN3", "PN4")
VIEWS_CONVEYED = ("PN1", "PN2", "PN3", "PN5", "PN6")
NOT_THERE = ("PN5", "PN6", "PN7")
