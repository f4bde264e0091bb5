"""Who is looked after?"""

from __future__ import annotations

from pages.frame import frame
from pages.pieces.pieces import draw
from pages.quality.population.answer import who_is_looked_after

view = frame.current()
draw(view, who_is_looked_after(view))
