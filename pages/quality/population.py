"""Who is looked after?"""

from __future__ import annotations

from pages.answers.population import who_is_looked_after
from pages.shared import frame
from pages.shared.pieces import draw

view = frame.current()
draw(view, who_is_looked_after(view))
