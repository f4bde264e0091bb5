"""What needs me this week?"""

from __future__ import annotations

from pages.frame import frame
from pages.pieces.pieces import draw
from pages.weekly.overview.answer import this_week

view = frame.current()
draw(view, this_week(view))
