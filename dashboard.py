"""The dashboard: `streamlit run dashboard.py`. Page settings, who is viewing, and one menu of pages.

Streamlit imports this file once, when the server starts, and runs it as `__main__` at every turn of
a page. Pages live one level down in `pages/`, where Streamlit does not look for them by itself.
"""

from __future__ import annotations

import gc

if __name__ != "__main__":
    gc.disable()  # imports leave next to nothing to collect; to look for it takes a fifth of their time

import streamlit as st

from pages import SECTIONS
from pages.frame import frame, server

if __name__ == "__main__":
    frame.show(SECTIONS)
else:
    # What has been imported by now stays: left out of the collection that follows every turn of a page.
    server.only_our_menu()
    gc.freeze()
    gc.enable()
    first_page = next(iter(SECTIONS.values()))[0].url_path
    middleware = server.middleware(first_page)
    app = st.App(__file__, middleware=middleware, lifespan=server.lifespan)
