"""Samples that can be drawn again: the same seed, weights and things give the same sample, on any machine.

Each thing has its own number between 0 and 1, made from the seed and the thing alone, so that what a later
load adds changes nothing for the rest. The things with the highest numbers are drawn; where a sample is
weighted, a number u counts as u ** (1 / weight), which makes a thing of weight 5 five times as likely to be
drawn first as one of weight 1 (Efraimidis and Spirakis 2006, weighted sampling without replacement).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Thing = TypeVar("Thing", bound=Any)


def chance(seed: str, *named: str) -> float:
    """The number between 0 and 1 of the thing with these names."""
    text = "\0".join((seed, *named))
    return (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) + 0.5) / 2**64


def drawn(
    things: Iterable[Thing],
    number: int,
    own: Callable[[Thing], float],
    weight: Callable[[Thing], float] = lambda _: 1.0,
) -> list[Thing]:
    """So many of the things, or all there are, in their own order. own: a thing's own number (`chance`)."""
    ranked = sorted(set(things), key=lambda one: (own(one) ** (1 / weight(one)), one), reverse=True)
    return sorted(ranked[:number])
