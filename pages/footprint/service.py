"""What footprint does each IRO leave? Midway reviews and case notes per full-time month against the range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from charts.heat import SHAPES, heat
from charts.trend import Line, trend
from pages.shared import filters, frame, reads, section, words
from pages.shared.frame import View

VOLUMES = {
    "midway_reviews_per_fte_month": "midway reviews",
    "case_notes_per_fte_month": "case notes",
}
BESIDE = ("caseload_per_fte", "children_seen_in_six_weeks", "midway_coverage", "reviews_per_fte_month")

LABELS = {
    "midway_reviews_per_fte_month": "Midway reviews",
    "case_notes_per_fte_month": "Case notes",
    "reviews_per_fte_month": "Reviews chaired",
    "caseload_per_fte": "Children per FTE",
    "children_seen_in_six_weeks": "Looked at in six weeks",
    "midway_coverage": "Midway review in six months",
}
_NO_IROS = """
##### This data names no IROs, so nobody's footprint can be told.
The statutory return (SSDA903) holds no IROs, midway reviews or case notes. Load a review extract with the
kinds `iros`, `iro_hours`, `iro_allocations` and `activities` beside it, and this page fills. What the return
can tell is when reviews were held and whether they were on time.
"""


class Standing(NamedTuple):
    """How the IROs stand against the range of one measure: who is below, within and above."""

    below: list[str]
    within: list[str]
    above: list[str]


def page(view: View) -> None:
    service = reads.measures(view.asking, view.selection, (*VOLUMES, *BESIDE)).set_index(
        "measure", drop=False
    )
    if not view.iros or service.loc[list(VOLUMES), "denominator"].fillna(0).eq(0).all():
        _without_iros(view)
        return
    by_iro = reads.measures(view.asking, view.by("iro"), (*VOLUMES, *BESIDE))
    section.sentence(_answer(view, by_iro))
    section.figures(
        [section.result(service.loc[key])._replace(label=LABELS[key]) for key in (*VOLUMES, *BESIDE[:3])]
    )
    cells = reads.months_of_iros(view.asking, view.selection, tuple(VOLUMES))
    for key, of in VOLUMES.items():
        _picture(view, key, of, by_iro, cells[cells["measure"] == key])
    _table(view, by_iro)
    _service_trend(view)
    section.about([*VOLUMES, *BESIDE])


def _standing(view: View, by_iro: pd.DataFrame, key: str) -> Standing:
    rows = by_iro[(by_iro["measure"] == key) & (by_iro["group"] != words.NOBODY)]
    return Standing(
        *(
            [view.name("iro", group) for group in rows.loc[rows["status"] == status, "group"]]
            for status in ("below", "within", "above")
        )
    )


def _answer(view: View, by_iro: pd.DataFrame) -> str:
    """The sentence: for each of the two, how many IROs stand below, within and above the range, and who."""
    said = []
    for key, of in VOLUMES.items():
        below, within, above = _standing(view, by_iro, key)
        counted = len(below) + len(within) + len(above)
        if not counted:
            continue
        parts = [
            f"{len(within) or 'none'} of {counted} IROs {'is' if len(within) < 2 else 'are'} within the range"
        ]
        if below:
            parts.append(f"{len(below)} below{_who(below)}")
        if above:
            parts.append(f"{len(above)} above{_who(above)}")
        said.append(f"for {of}, {words.listed(parts)}")
    return "; ".join(said) + "." if said else "no IRO has any working time in this period."


def _who(names: list[str]) -> str:
    return f" ({words.listed(names)})" if len(names) <= 3 else ""


def _picture(view: View, key: str, of: str, by_iro: pd.DataFrame, cells: pd.DataFrame) -> None:
    """IRO by month against the range, those who leave least first."""
    months = filters.months(view.selection.period_start, view.selection.period_end)
    order = by_iro[(by_iro["measure"] == key) & by_iro["value"].notna()].sort_values("value")
    rows = [group for group in order["group"] if group != words.NOBODY]
    named = {group: view.name("iro", group) for group in rows}
    chart = heat(
        [named[group] for group in rows],
        [words.month(month) for month in months],
        {
            (named[row["group"]], words.month(row["month"])): (float(row["value"]), row["status"])
            for row in cells.to_dict("records")
            if row["group"] in named and pd.notna(row["value"])
        },
        of=f"{of} for each full-time month",
        band=_band(order),
    )
    below, _, above = _standing(view, by_iro, key)
    section.picture(
        _headline(of, below, above),
        f"{words.sentence(of)} for each full-time month worked; the range is {_band(order)}. "
        f"{SHAPES['below']} below, {SHAPES['within']} within, {SHAPES['above']} above the range. "
        "Above is not better: it may be drift.",
        chart,
        name=f"{key}_by_iro_and_month",
        wide=True,
    )
    with st.expander("The same as a table", icon=":material/table:"):
        wide = pd.DataFrame({"IRO": [named[group] for group in rows]})
        by_cell = {(row["group"], row["month"]): row for row in cells.to_dict("records")}
        for month in months:
            wide[words.month(month)] = [_cell(by_cell.get((group, month))) for group in rows]
        section.table(wide, f"{of} for each full-time month, by IRO and month", name=key)
    section.download(
        view,
        f"{key}_by_iro_and_month",
        f"{words.sentence(of)} per FTE month, by IRO and month",
        lambda: cells,
        label=f"{words.sentence(of)} by IRO and month (CSV)",
    )


def _headline(of: str, below: list[str], above: list[str]) -> str:
    if not below and not above:
        return f"Every IRO is within the range for {of}"
    parts = [f"{len(names)} {side}" for names, side in ((below, "below"), (above, "above")) if names]
    return f"{words.sentence(of)}: {words.listed(parts)} the range"


def _band(rows: pd.DataFrame) -> str:
    if rows.empty or pd.isna(rows["standard_low"].iloc[0]):
        return "not set"
    return words.standard(rows["standard_low"].iloc[0], rows["standard_high"].iloc[0], "per_fte_month")


def _cell(row: Mapping[Any, Any] | None) -> str:
    if row is None or pd.isna(row["value"]):
        return ""
    return _marked(words.value(row["value"], "per_fte_month"), row["status"])


def _marked(value: str, status: str) -> str:
    """A value with the shape of its status, which no line break may part."""
    return f"{value}\u00a0{SHAPES[status]}" if status in SHAPES else value


def _table(view: View, by_iro: pd.DataFrame) -> None:
    """Each IRO's whole footprint: the two volumes, reviews, caseload and coverage."""
    st.subheader("Each IRO's footprint", anchor=False)
    groups = [group for group in dict.fromkeys(by_iro["group"]) if group != words.NOBODY]
    shown = pd.DataFrame({"IRO": [view.name("iro", group) for group in groups]})
    for key, heading in LABELS.items():
        rows = by_iro[by_iro["measure"] == key].set_index("group").reindex(groups)
        shown[heading] = [
            "" if pd.isna(v) else _marked(words.value(v, unit), status)
            for v, unit, status in zip(rows["value"], rows["unit"], rows["status"], strict=True)
        ]
    months = by_iro[by_iro["measure"] == "midway_reviews_per_fte_month"].set_index("group").reindex(groups)
    shown.insert(1, "FTE months", [words.value(v, "per_fte") for v in months["denominator"]])
    st.markdown(
        "Midway reviews, case notes and reviews are for each full-time month; children and coverage as at "
        f"{words.day(view.selection.as_at)}."
    )
    section.table(shown.sort_values("IRO"), "Each IRO's footprint", name="footprint")
    section.download(
        view, "footprint_by_iro", "Footprint by IRO", lambda: by_iro, label="Footprint by IRO (CSV)"
    )
    _not_looked_at(view, by_iro)


def _not_looked_at(view: View, by_iro: pd.DataFrame) -> None:
    """Links to the children whom no IRO has looked at in six weeks, by IRO."""
    seen = by_iro[by_iro["measure"] == "children_seen_in_six_weeks"]
    left = (seen["denominator"] - seen["numerator"]).fillna(0)
    if not left.sum():
        return
    st.markdown(
        f"{words.sentence(words.count(int(left.sum()), 'child', 'children'))} not looked at in six weeks:"
    )
    with st.container(horizontal=True):
        for group, number in sorted(zip(seen["group"], left, strict=True), key=lambda pair: -pair[1]):
            if number:
                section.link_to_rows(
                    view, f"{view.name('iro', group)} ({number:,.0f})", "children_seen_in_six_weeks",
                    "shortfall", by="iro", group=group,
                )  # fmt: skip


def _service_trend(view: View) -> None:
    """The service's own months against the range, one chart for each of the two."""
    monthly = reads.measures(view.asking, view.by("month"), tuple(VOLUMES))
    st.subheader("The service, month by month", anchor=False)
    for column, (key, of) in zip(st.columns(2, gap="medium"), VOLUMES.items(), strict=True):
        rows = monthly[monthly["measure"] == key].sort_values("group")
        if rows.empty:
            continue
        band = None
        if rows["standard_low"].notna().any():
            band = (float(rows["standard_low"].iloc[-1]), float(rows["standard_high"].iloc[-1]))
        chart = trend(
            [words.month(month) for month in rows["group"]],
            [Line(words.sentence(of), [None if pd.isna(v) else float(v) for v in rows["value"]])],
            of=f"{of} for each full-time month, all IROs",
            band=band,
        )
        with column:
            st.markdown(f"**{words.sentence(of)}** for each full-time month; the range is shaded")
            section.draw(chart, name=f"{key}_by_month")


def _without_iros(view: View) -> None:
    if not view.iros:
        st.markdown(_NO_IROS)
        st.page_link(
            "pages/quality/timeliness.py", label="Are reviews on time?", icon=":material/arrow_forward:",
            query_params=view.chosen(),
        )  # fmt: skip
        st.page_link(
            "pages/data/loads.py", label="The empty Excel template", icon=":material/arrow_forward:",
            query_params=view.chosen(),
        )  # fmt: skip
        return
    st.markdown(
        f"##### No IRO has any hours in {view.period.lower()}, so nothing can be set against the range.  \n"
        "Give each IRO's share of a full-time week in the kind `iro_hours`, or choose another period."
    )


page(frame.current())
