"""The frame around every page: menu, filters, title, and the line that says which data this is."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page as StreamlitPage

from data_access.people.viewer import SERVICE_VIEWER, Viewer
from data_access.store.opening import StoreProblem, store_url
from metrics.counting.calculate import Selection
from metrics.measures import CATALOGUE
from metrics.wording import words
from pages import Page
from pages.export.tables import has_tables, share_zip, shareable_of, tables_zip
from pages.frame import anew, filters, reads
from pages.frame.view import View
from pages.pieces import pieces

Menu = dict[str, tuple[Page, ...]]

STALE_AFTER = timedelta(days=8)
"""Data older than a weekly load and a day of grace are said to be old."""

_log = logging.getLogger(__name__)

_ICON = str(Path(__file__).with_name("icon.svg"))
"""Our own: an icon named from Streamlit's set would be fetched from the internet."""

# Streamlit's own download of a table is hidden: ours says what was chosen, and can be refused and logged.
_STYLE = """<style>
.stMainBlockContainer {max-width: 80rem; padding-top: 3.5rem}
h1 {padding-bottom: 0}
[class*="st-key-numbers_"] :is(th, td) {padding-left: .25rem; font-variant-numeric: tabular-nums}
[class*="st-key-numbers_"] :is(th, td):not(:first-child) {text-align: right !important}
[class*="st-key-counted_"] :is(th, td):last-child {text-align: right !important}
[class*="st-key-wide_"] {overflow-x: auto}
[class*="st-key-wide_"] > * {min-width: 50rem}
[data-testid=stMain] [data-testid=stPageLink] p {color: #12436D; text-decoration: underline}
[data-testid=stMetric] .stMarkdownEllipsis,
[data-testid=stMetric] .stMarkdownEllipsis p {white-space: normal; overflow: visible}
[data-testid=stDateInput] [role=spinbutton] {display: inline-block; min-width: 24px; line-height: 24px}
[data-testid=stDateInput] [role=spinbutton] {text-align: center}
button[aria-label^="Download as CSV"] {display: none}
[data-testid=stElementContainer]:has(> .stHtml > script) {display: none}
@media (max-width: 640px) {
  .stTable :is(th, td) {overflow-wrap: anywhere; padding-inline: .15rem; font-size: .78rem; line-height: 1.3}
  [class*="st-key-words_"] td {vertical-align: top}
  [class*="st-key-words_"] td:last-child {min-width: 6rem}
}
.st-key-menu {padding-bottom: 1rem}
.st-key-menu [data-testid=stMarkdown] {padding-top: .9rem}
[data-testid=stPageLink] p {white-space: normal; line-height: 1.35}
[data-testid=stPageLink] a {min-height: 1.75rem; margin-block: .25rem}
</style>"""

_NEW_TAB = f"""<script>
for (const wish of window.linksCarryFilters ? [] : ["pointerdown", "contextmenu", "keydown", "click"])
  addEventListener(wish, (event) => {{
    const link = event.target.closest?.("[data-testid=stPageLink] a");
    if (!link) return;
    const to = new URL(link.href), here = new URLSearchParams(location.search);
    for (const name of {[*filters.KEYS]})
      if (here.has(name) && !to.searchParams.has(name)) to.searchParams.set(name, here.get(name));
    link.href = to;
    if (event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
  }}, true);
window.linksCarryFilters = true;
</script>"""
"""A click takes this page's filters along by itself; a link opened in a new tab has only its address, and
Streamlit would not open one for a click with Ctrl."""


def show(sections: Menu, viewer: Viewer = SERVICE_VIEWER) -> None:
    """Draw the frame and, in it, the page that the URL names."""
    pages = _pages_of(sections)
    page = st.navigation(pages, position="hidden")
    shown = next(one for entries in sections.values() for one in entries if one.question == page.title)
    obeyed = shown.filters
    if shown.file == pieces.ROWS_BEHIND and _is_of_a_day(st.query_params.get("measure", "")):
        obeyed = tuple(name for name in obeyed if name != "period")
    st.set_page_config(page_title=f"{page.title} - IRO Footprint", page_icon=_ICON, layout="wide")
    st.html(_STYLE)
    menu = st.sidebar.container(gap="xxsmall", key="menu")
    try:
        view = _look(viewer, obeyed)
    except StoreProblem as problem:
        st.title(page.title)
        st.error(str(problem))
        return
    _draw_menu(menu, pages, view)
    st.sidebar.html(_NEW_TAB, unsafe_allow_javascript=True)
    st.session_state["view"] = view
    st.title(page.title, anchor=False)
    if view is not None:
        _say_which_data(view, obeyed)
    st.session_state[pieces.DRAWN] = []
    if _drawn(page) and view is not None:
        _offer_to_print(view, page.title)


def _is_of_a_day(key: str) -> bool:
    """Whether a measure is counted as at the day alone, so that no period changes its number."""
    return key in CATALOGUE and CATALOGUE[key].rows.of_a_day


FAULT = "This page could not be shown to its end."
"""How the words begin that stand where a fault of ours left off."""


def _drawn(page: StreamlitPage) -> bool:
    """Draw the page; where that fails say so, and what to do, in a reader's words. Whether it was drawn."""
    try:
        page.run()
    except StoreProblem as problem:
        st.error(str(problem))
        return False
    except Exception:
        _log.exception("%s could not be drawn", page.url_path or "The first page")
        st.error(
            f"{FAULT} Nothing that was recorded is lost. Reload the page, or choose another day or period; "
            "if it happens again, tell whoever runs this dashboard: its log says what went wrong.",
            icon=":material/error:",
        )
        return False
    return True


def current() -> View:
    """What the page shows; on an empty store the page that says how to fill it, and nothing after."""
    view: View | None = st.session_state.get("view")
    if view is None:
        from pages.frame.welcome import welcome

        welcome()
        st.stop()
    return view


def _offer_to_print(view: View, title: str) -> None:
    """The page as it stands, as one file, and its tables: made only when they are asked for."""
    drawn = tuple(st.session_state[pieces.DRAWN])
    if not drawn:
        return

    def page() -> bytes:
        from pages.export.printing import printable

        return printable(view, title, drawn)

    def tables() -> bytes:
        return tables_zip(view, title, drawn)

    name = f"{title.rstrip('?').lower().replace(' ', '_')}_{view.selection.as_at}"
    with st.container(horizontal=True):
        st.download_button(
            "This page to print, charts to save (HTML)", page, file_name=f"{name}.html",
            mime="text/html", key="print_page", on_click="ignore", icon=":material/print:",
        )  # fmt: skip
        if has_tables(drawn):
            st.download_button(
                "Its tables (CSV, zipped)", tables, file_name=f"{name}.zip",
                mime="application/zip", key="page_tables", on_click="ignore", icon=":material/table:",
            )  # fmt: skip
        if (shareable := shareable_of(view, drawn)) is not None:
            st.download_button(
                "To share, small numbers hidden (CSV)",
                lambda: share_zip(view, title, shareable), file_name=f"{name}_to_share.zip",
                mime="application/zip", key="page_shared", on_click="ignore", icon=":material/ios_share:",
            )  # fmt: skip


def _pages_of(sections: Menu) -> dict[str, list[StreamlitPage]]:
    """Streamlit's own pages, made once in a session: each looks on the disk for its file."""
    made: tuple[Menu, dict[str, list[StreamlitPage]]] | None = st.session_state.get("pages")
    if made is None or made[0] != sections:
        pages = {
            section: [
                st.Page(
                    one.file,
                    title=one.question,
                    url_path=one.url_path,
                    default=one.question == _first_of(sections),
                    visibility="visible" if section else "hidden",
                )
                for one in entries
            ]
            for section, entries in sections.items()
        }
        made = st.session_state["pages"] = sections, pages
    return made[1]


def _first_of(sections: Menu) -> str:
    return next(iter(sections.values()))[0].question


def _draw_menu(menu: DeltaGenerator, pages: dict[str, list[StreamlitPage]], view: View | None) -> None:
    """The menu by section. Its links carry what was chosen; Streamlit's own menu is no well-formed list."""
    chosen = view.chosen() if view else None
    for section, entries in pages.items():
        if not section:
            continue
        menu.markdown(f":small[**{section}**]")
        for page in entries:
            menu.page_link(page, query_params=chosen)


def _look(viewer: Viewer, obeyed: tuple[str, ...]) -> View | None:
    """Whose data and which part of it: draws the filters this page obeys. None on an empty store."""
    authorities = {info.authority: info for info in reads.authorities()}
    if not authorities:
        return None
    with st.sidebar:
        chosen = filters.choose_authority(list(authorities))
    info = anew.by_rules_in_force(authorities[chosen])
    with st.sidebar:
        asking = reads.Asking(store_url(), info, viewer)
        iros, teams = reads.iros(asking), reads.teams(asking)
        as_at = filters.choose_as_at(info.as_at, shown="as_at" in obeyed)
        period = filters.choose_period(as_at, shown="period" in obeyed)
        iro = filters.choose_one("iro", iros, shown="iro" in obeyed)
        team = filters.choose_one("team", teams, shown="team" in obeyed)
    start, end = filters.periods(as_at)[period]
    selection = Selection(info.authority, start, end, as_at, iro_id=iro, team_id=team)
    return View(info, asking, selection, period, obeyed, iros, teams)


def _say_which_data(view: View, obeyed: tuple[str, ...]) -> None:
    info, selection = view.info, view.selection
    parts = [f"**{info.authority}**"]
    if "period" in obeyed:
        parts.append(filters.month_words((selection.period_start, selection.period_end)))
    if "as_at" in obeyed:
        parts.append(f"as at {words.day(selection.as_at)}")
    parts.append(f"last load {words.moment(info.last_loaded_at)}")
    st.markdown(" · ".join(parts))
    errors = reads.errors(view.asking) if obeyed else 0
    if errors:
        st.page_link(
            "pages/data/loads/page.py",
            label=f"{words.sentence(words.count(errors, 'error'))} in this data may distort these figures",
            icon=":material/rule:",
            query_params=view.chosen(),
        )
    today = date.today()  # noqa: DTZ011 - a council's calendar day, on the council's own clock
    if "as_at" in obeyed and selection.as_at < info.as_at:
        st.info(
            f"This is how things stood on {words.day(selection.as_at)}. The latest data is as at "
            f"{words.day(info.as_at)}.",
            icon=":material/history:",
        )
    elif today - info.as_at > STALE_AFTER:
        st.warning(
            f"This data is {words.count((today - info.as_at).days, 'day')} old: it ends on "
            f"{words.day(info.as_at)}. Load a newer extract before acting on it.",
            icon=":material/schedule:",
        )
