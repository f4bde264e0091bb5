"""Are reviews on time? The three bases side by side, why they differ, month by month and by group."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from charts.bars import bars
from charts.palette import ACCENT, MARKS
from charts.trend import Line, trend
from pages.shared import frame, groups, reads, section, words
from pages.shared.frame import View

BASES = {
    "reviews_held_on_time": "Of reviews held",
    "reviews_due_on_time": "Of reviews due",
    "children_all_reviews_on_time": "Of children, every review",
}
OTHERS = {
    "first_reviews_on_time": "First reviews, of those due",
    "late_reviews_explained": "Late, with a reason",
    "late_reviews_agreed": "Late, agreed beforehand",
    "late_reviews_record_only": "Late on record only",
}
OUTCOMES = {"late": "held late", "overdue": "overdue now", "missed": "never held"}


def page(view: View) -> None:
    shown = reads.measures(view.asking, view.selection, (*BASES, *OTHERS)).set_index("measure", drop=False)
    if shown.loc[list(BASES), "denominator"].fillna(0).eq(0).all():
        _nothing(view)
        return
    behind = reads.behind(view.asking, "reviews_due_on_time", view.selection, "shortfall")
    section.sentence(_answer(shown))
    section.figures([section.result(shown.loc[key])._replace(label=label) for key, label in BASES.items()])
    _why_they_differ(view, shown, behind)
    _by_month(view)
    _by_group(view)
    _others(shown)
    section.about([*BASES, *OTHERS])


def _answer(shown: pd.DataFrame) -> str:
    """The sentence: each basis with its rate, and whether it meets the standard."""
    phrases = {
        "reviews_held_on_time": "of reviews held",
        "reviews_due_on_time": "of reviews due",
        "children_all_reviews_on_time": "of children had every review on time since 1 April",
    }
    said = [
        f"{words.rate(shown.loc[key])} {phrase}"
        for key, phrase in phrases.items()
        if pd.notna(shown.loc[key].value)
    ]
    first = words.listed(said[:2]) + " were on time" if len(said) > 1 else ""
    return f"{first}; {said[-1]}." if len(said) > 2 else f"{first or said[0]}."


def _why_they_differ(view: View, shown: pd.DataFrame, behind: pd.DataFrame) -> None:
    """The reconciliation: what was due, and what became of it; each part leads to its rows."""
    due = shown.loc["reviews_due_on_time"]
    if pd.isna(due.denominator) or not due.denominator:
        return
    outcomes = behind["outcome"].value_counts()
    parts = [f"{due.numerator:,.0f} on time"]
    parts += [f"{outcomes[key]:,.0f} {said}" for key, said in OUTCOMES.items() if key in outcomes]
    unseen = int(outcomes.get("overdue", 0) + outcomes.get("missed", 0))
    text = f"{words.count(due.denominator, 'review was', 'reviews were')} due: {words.listed(parts)}."
    if unseen:
        text += (
            f" The {words.count(unseen, 'review')} overdue or never held cannot be seen among reviews held, "
            "so the first figure is the kindest; one such review is enough to count its child in the third."
        )
    st.markdown(text)
    with st.container(horizontal=True):
        section.link_to_rows(
            view, f"The {words.count(len(behind), 'review')} not on time", "reviews_due_on_time", "shortfall"
        )
        children = shown.loc["children_all_reviews_on_time"]
        if pd.notna(children.denominator) and children.denominator > children.numerator:
            left = words.count(children.denominator - children.numerator, "child", "children")
            section.link_to_rows(
                view,
                f"The {left} with such a review",
                "children_all_reviews_on_time",
                "shortfall",
            )


def _by_month(view: View) -> None:
    monthly = reads.measures(view.asking, view.by("month"), tuple(BASES))
    if monthly.empty:
        return
    wide = monthly.pivot(index="group", columns="measure", values="value").sort_index()
    months = [words.month(month) for month in wide.index]
    lines = [
        Line(label, [None if pd.isna(v) else float(v) for v in wide[key]])
        for key, label in BASES.items()
        if key in wide
    ]
    target = monthly["standard_low"].dropna()
    chart = trend(
        months, lines, of="reviews on time by month", suffix="%",
        target=float(target.iloc[-1]) if len(target) else None,
    )  # fmt: skip
    section.picture(
        "Month by month",
        "Reviews by the month they were held or due; children as at each month's end, counting from 1 April.",
        chart,
        name="on_time_by_month",
    )
    with st.expander("The same as a table", icon=":material/table:"):
        rows = pd.DataFrame({"Month": months})
        for key, label in BASES.items():
            if key not in wide:
                continue
            one = monthly[monthly["measure"] == key].set_index("group").reindex(wide.index)
            rows[label] = [words.value(v, "percent") for v in one["value"]]
            rows[f"{label}: count"] = [
                "" if pd.isna(d) else f"{n:,.0f} of {d:,.0f}"
                for n, d in zip(one["numerator"], one["denominator"], strict=True)
            ]
        section.table(rows, "Reviews on time by month, on each basis", name="months")
    section.download(
        view, "reviews_on_time_by_month", "Reviews on time by month", lambda: monthly, label="Months (CSV)"
    )


def _by_group(view: View) -> None:
    st.subheader("Where they were not", anchor=False)
    choices = groups.choices(view, ("team", "iro", "kind", "age_band"))
    by = groups.choose(choices)
    if by is None:
        return
    rows = reads.measures(view.asking, view.by(by), tuple(BASES))
    due = rows[(rows["measure"] == "reviews_due_on_time") & (rows["denominator"] > 0)].copy()
    if due.empty:
        st.markdown("No review was due in this period.")
        return
    due["label"] = [groups.name(view, by, group) for group in due["group"]]
    due = due.sort_values(["value", "label"])
    due["missed"] = due["denominator"] - due["numerator"]
    chart = bars(
        list(due["label"]),
        [float(value) for value in due["value"]],
        [f"{words.value(v, 'percent')}  ({n:,.0f} of {d:,.0f})" for v, n, d in
         zip(due["value"], due["numerator"], due["denominator"], strict=True)],
        of=f"reviews due and held on time by {groups.WORDS[by].lower()}",
        colours=[ACCENT if status == "met" else MARKS["not_met"].colour for status in due["status"]],
        target=float(due["standard_low"].iloc[0]) if due["standard_low"].notna().any() else None,
        target_words=f"standard {due['standard_low'].iloc[0]:g}%",
        whole=100,
    )  # fmt: skip
    worst = due.sort_values("missed", ascending=False).iloc[0]
    section.picture(
        _where(by, worst, int(due["missed"].sum())),
        f"Reviews due in the period and held on time, by {groups.WORDS[by].lower()}, lowest first.",
        chart,
        name=f"on_time_by_{by}",
    )
    _group_table(view, by, rows)
    behind = due[due["missed"] > 0].sort_values("missed", ascending=False)
    if len(behind):
        st.markdown("The reviews not on time:")
    with st.container(horizontal=True):
        for row in behind.itertuples():
            section.link_to_rows(
                view, f"{row.label} ({row.missed:,.0f})", "reviews_due_on_time", "shortfall", by=by,
                group=str(row.group),
            )  # fmt: skip


def _where(by: str, worst: pd.Series, missed: int) -> str:
    """The headline: where most of the reviews not on time are."""
    if not missed:
        return "Every review due was held on time"
    of = {
        "team": f"in {worst['label']}",
        "iro": f"of children with {worst['label']}",
        "kind": f"{worst['label'].lower()}s",
        "age_band": f"of children aged {worst['label'].lower()}",
    }
    return f"{worst['missed']:,.0f} of the {missed:,} not on time are {of[by]}"


def _group_table(view: View, by: str, rows: pd.DataFrame) -> None:
    order = list(dict.fromkeys(rows["group"]))
    shown = pd.DataFrame({groups.WORDS[by]: [groups.name(view, by, group) for group in order]})
    for key, label in BASES.items():
        one = rows[rows["measure"] == key].set_index("group")
        if one.empty:
            continue
        one = one.reindex(order)
        shown[label] = [
            "" if pd.isna(d) else f"{words.value(v, 'percent')} ({n:,.0f} of {d:,.0f})" if d else "none"
            for v, n, d in zip(one["value"], one["numerator"], one["denominator"], strict=True)
        ]
    section.table(shown, f"Reviews on time by {groups.WORDS[by].lower()}, on each basis", name="groups")
    section.download(
        view, f"reviews_on_time_by_{by}", f"Reviews on time by {groups.WORDS[by].lower()}", lambda: rows,
        label="Groups (CSV)",
    )  # fmt: skip


def _others(shown: pd.DataFrame) -> None:
    st.subheader("First reviews, and whether lateness was agreed and explained", anchor=False)
    section.figures([section.result(shown.loc[key])._replace(label=label) for key, label in OTHERS.items()])


def _nothing(view: View) -> None:
    st.markdown(
        f"##### No review was held or due in {view.period.lower()}, as far as this data knows.  \n"
        "Choose another period, or see what was loaded."
    )
    st.page_link("pages/data/loads.py", label="What data is this?", icon=":material/arrow_forward:")


page(frame.current())
