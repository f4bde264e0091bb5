"""Did children take part?"""

from __future__ import annotations

from pages.frame import frame
from pages.pieces import groups
from pages.pieces.pieces import draw
from pages.quality.participation import absences
from pages.quality.participation import answer as participation

view = frame.current()
draw(view, participation.participation(view))
if participation.has_codes(view):
    draw(view, participation.month_by_month(view))
    draw(view, participation.heading_of_groups())
    by = groups.broken_down_by(participation.GROUPS, first="age_band")
    draw(view, participation.by_group(view, by))
    draw(view, absences.why_not(view))
    draw(view, absences.miscoded(view))
draw(view, participation.family_and_papers(view))
draw(view, participation.closing(view))
