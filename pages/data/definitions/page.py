"""What do the numbers mean?"""

from __future__ import annotations

import streamlit as st

from pages.data.definitions.answer import THEMES, besides, measures_of, sentence_of
from pages.pieces.pieces import draw

st.markdown(sentence_of())
theme = st.selectbox("Theme", THEMES, key="theme", bind="query-params")
draw(None, measures_of(theme or THEMES[0]))
draw(None, besides())
