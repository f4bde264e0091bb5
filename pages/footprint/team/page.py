"""How does this team support its reviews? For a talk of the IRO manager with the team's manager."""

from __future__ import annotations

import streamlit as st

from pages.footprint.team import answer as team
from pages.footprint.team import rows as team_rows
from pages.frame import frame
from pages.frame.filters import choose_among
from pages.pieces import compared
from pages.pieces.pieces import draw

view = frame.current()
if not team.is_chosen(view):
    draw(view, team.what_to_choose(view))
    st.stop()
draw(view, team.answer(view))
draw(view, team_rows.late(view))
draw(view, team_rows.owed(view))
draw(view, team_rows.no_social_worker(view))
draw(view, team_rows.escalations(view))
draw(view, (compared.heading(compared.TEAMS),))
key = choose_among("Compared by", compared.labels(compared.TEAMS), "teams_compared_by")
draw(view, compared.comparison(view, key, compared.TEAMS))
draw(view, team_rows.month(view))
draw(view, team.closing(view))
