"""Who will have too much? The six months ahead as things stand, and what a plan would change."""

from __future__ import annotations

from pages.footprint.capacity import answer as capacity
from pages.footprint.capacity import by_iro as capacity_by_iro
from pages.footprint.capacity import by_month as capacity_by_month
from pages.footprint.capacity import planning, reallocation
from pages.frame import frame
from pages.frame.filters import choose_among
from pages.frame.view import View
from pages.pieces.pieces import draw


def choose_picture(view: View) -> str:
    """What the picture by IRO and month is of, kept in the URL."""
    told = {key: capacity.PICTURES[key] for key in capacity.told(view)}
    return choose_among("By IRO and month", told, "ahead")


view = frame.current()
plan = planning.of(view)
draw(view, capacity.answer(view, plan))
if capacity.told(view):
    planning.offer(view, plan)
    draw(view, capacity_by_month.picture(view, plan, choose_picture(view)))
    draw(view, capacity_by_month.service_months(view, plan))
    draw(view, capacity_by_iro.each_iro(view, plan))
    draw(view, reallocation.proposal(view, plan))
    draw(view, capacity_by_iro.closing(view, plan))
