"""What is this dashboard?"""

from __future__ import annotations

from pages.data.about.answer import about
from pages.frame import frame
from pages.pieces.pieces import draw

view = frame.current()
draw(view, about(view))
