"""What every chart for paper is: a picture, and the same thing said in words."""

from __future__ import annotations

from typing import NamedTuple


class PaperChart(NamedTuple):
    """A picture (PNG) with its size on paper in millimetres, and its text alternative."""

    png: bytes
    alt: str
    width: float
    height: float
