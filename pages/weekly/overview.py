"""What needs me this week?"""

from __future__ import annotations

from pages.answers.this_week import this_week
from pages.shared import frame
from pages.shared.pieces import draw

view = frame.current()
draw(view, this_week(view))
