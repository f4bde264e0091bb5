"""What every page shows while the store is empty: how to fill it, and a button for invented children."""

from __future__ import annotations

import io
import tempfile
from datetime import date
from pathlib import Path

import streamlit as st

from pages.frame import reads

_OWN = """
1. Put the extract in a folder: one CSV or Excel sheet per kind (children, care periods, reviews, ...), or
   the SSDA903 return as it is. An empty Excel template is below.
2. Check it, without writing anything:  \n   `python manage.py check FOLDER`
3. Load it:  \n   `python manage.py load FOLDER`
4. Come back and reload this page.
"""
_INVENTED = """
About 760 invented children, 14 IROs and 6 teams over five years, loaded through the same door as your own
data. They go away with their store: delete the folder `store` before loading yours.
"""


def welcome() -> None:
    """How to load an extract or a statutory return, and the invented authority at one click."""
    st.markdown("##### There is no data yet. Load your own, or look round with an invented authority first.")
    own, invented = st.columns(2, gap="large")
    with own:
        st.subheader("Your own data", anchor=False)
        st.markdown(_OWN)
        offer_template()
    with invented:
        st.subheader("Invented children", anchor=False)
        st.markdown(_INVENTED)
        if st.button("Load the invented authority", type="primary", icon=":material/group_add:"):
            _load_invented()


def offer_template() -> None:
    """The empty Excel template, a sheet for each kind; made when it is asked for."""
    st.download_button(
        "The empty Excel template (XLSX)",
        _empty_template,
        file_name="iro_footprint_template.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        icon=":material/download:",
    )


def _empty_template() -> bytes:
    from data_access.sources.extract.template import write_template

    out = io.BytesIO()
    write_template(out)
    return out.getvalue()


def _load_invented() -> None:
    """Write the invented extract and load it as a user would, saying how far it is."""
    from data_access.demo import write_demo
    from data_access.loading.load import load
    from metrics.derive import derivation

    today = date.today()  # noqa: DTZ011 - a council's calendar day, on the council's own clock
    bar = st.progress(0.0, "Writing invented children")

    def progress(label: str, done: int, total: int) -> None:
        bar.progress(min(done / total, 1.0) if total else 1.0, label)

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "invented"  # the page of loads names its files
        folder.mkdir()
        write_demo(folder, scale="authority", seed=1, as_at=today, form="template", progress=progress)
        load(reads.engine(), [folder], derivation=derivation(), as_at=today, progress=progress)
    st.rerun()
