"""What footprint does each IRO leave?"""

from __future__ import annotations

from pages.footprint.service import answer as footprint
from pages.footprint.service import over_time
from pages.forms import rebasing
from pages.frame import frame
from pages.frame.filters import choose_among
from pages.frame.view import View
from pages.pieces import compared, work_by_month
from pages.pieces.pieces import draw


def choose_work(view: View) -> str:
    """The kind of work the picture is of, kept in the URL."""
    told = {key: work_by_month.WORK[key] for key in (*footprint.told(view), work_by_month.REVIEWS)}
    return choose_among("Work by IRO and month", told, "work")


view = frame.current()
draw(view, footprint.answer(view))
if footprint.told(view):
    draw(view, work_by_month.work(view, choose_work(view)))
    draw(view, footprint.each_iro(view))
    draw(view, over_time.over_time(view))
    if view.viewer.sees_the_service:
        charts = over_time.labels(view)
        rebasing.offer(view, charts, over_time.months_shown(view))
        draw(view, (compared.heading(),))
        key = choose_among("Compared by", compared.labels(compared.IROS), "compared_by")
        draw(view, compared.comparison(view, key))
    draw(view, footprint.closing(view))
