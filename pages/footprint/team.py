"""How does this team support its reviews? For a talk of the IRO manager with the team's manager."""

from __future__ import annotations

import streamlit as st

from pages.answers import compared, team, team_rows
from pages.shared import frame
from pages.shared.pieces import draw


def choose_comparison() -> str:
    """The proportion by which teams are compared, kept in the URL."""
    keys = list(compared.TEAM_COMPARISONS)
    chosen = st.segmented_control(
        "Compared by", keys, default=keys[0], required=True, key="teams_compared_by", bind="query-params",
        format_func=lambda key: compared.TEAM_COMPARISONS[key].label,
    )  # fmt: skip
    return chosen or keys[0]


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
draw(view, compared.comparison(view, choose_comparison(), compared.TEAMS))
draw(view, team_rows.month(view))
draw(view, team.closing())
