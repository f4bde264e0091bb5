"""What footprint does each IRO leave?"""

from __future__ import annotations

from pages.answers.footprint import footprint
from pages.shared import frame
from pages.shared.pieces import draw

view = frame.current()
draw(view, footprint(view))
