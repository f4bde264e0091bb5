"""Where do IROs challenge?"""

from __future__ import annotations

from pages.answers.escalations import escalations
from pages.shared import frame
from pages.shared.pieces import draw

view = frame.current()
draw(view, escalations(view))
