"""What is this dashboard?"""

from __future__ import annotations

from pages.answers.about import about
from pages.shared import frame
from pages.shared.pieces import draw

view = frame.current()
draw(view, about(view))
