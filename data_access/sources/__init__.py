"""What is read: a folder a source, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence

FORMATS = ("extract", "ssd", "annex_a", "ssda903")
"""The formats that sources come in."""


def rank_in(rank: Sequence[str]) -> tuple[str, ...]:
    """The formats in the order in which they are believed, as the standards file says.

    Raises ValueError, in the words of who has to mend the file, where it does not name each of them once.
    """
    if sorted(rank) != sorted(FORMATS):
        raise ValueError(
            f"The standards file needs correcting: rank, under [sources], has to name {', '.join(FORMATS)}, "
            "each once, the one that is believed first in front."
        )
    return tuple(rank)
