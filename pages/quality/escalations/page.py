"""Where do IROs challenge?"""

from __future__ import annotations

from pages.frame import frame
from pages.pieces.pieces import draw
from pages.quality.escalations.answer import escalations

view = frame.current()
draw(view, escalations(view))
