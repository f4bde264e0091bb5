"""Whether reviews are on time: the three bases side by side, why they differ, month by month, by group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from charts.bars import bars
from charts.palette import ACCENT, MARKS
from charts.trend import Line
from data_access.rows.codes import LATE_REASONS
from metrics.wording import words
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces import groups, results
from pages.pieces.months import over_months
from pages.pieces.pieces import (
    Figure,
    Figures,
    Heading,
    Links,
    Picture,
    Pieces,
    Table,
    Text,
    ToShare,
    as_table,
    rows_behind,
    sentence,
)
from reports.annual_service import why_late

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
ROWS_OF_OTHERS = {
    "first_reviews_on_time": ("shortfall", "first review not on time", "first reviews not on time"),
    "late_reviews_explained": ("shortfall", "review without a reason", "reviews without a reason"),
    "late_reviews_agreed": ("shortfall", "review not agreed", "reviews not agreed"),
    "late_reviews_record_only": ("numerator", "record to correct", "records to correct"),
}
"""The rows each of them leads to: which part, and what one and more of them are."""
OUTCOMES = {"late": "held late", "overdue": "overdue now", "missed": "never held"}


def has_reviews(view: View) -> bool:
    """Whether any review was held or due, or any child looked after, in the period."""
    shown = reads.measures(view.asking, view.selection, tuple(BASES))
    return bool(shown["denominator"].fillna(0).gt(0).any())


@reads.kept
def timeliness(view: View) -> Pieces:
    """The answer to the page's question: sentence, three numbers, why they differ, month by month."""
    shown = reads.measures(view.asking, view.selection, tuple(BASES)).set_index("measure", drop=False)
    if not has_reviews(view):
        untold = reads.unavailable(view.asking).get("reviews_held_on_time")
        if untold:
            return results.nothing_told("this data cannot say whether reviews are on time.", untold)
        return results.nothing_told(
            f"no review was held or due in {filters.spoken(view.period)}, as far as this data knows."
        )
    return (
        sentence(_said(shown)),
        Figures(tuple(results.figure(shown.loc[key], label) for key, label in BASES.items())),
        *_why_they_differ(view, shown),
        *_by_month(view),
    )


def _said(shown: pd.DataFrame) -> str:
    """The sentence: each basis with its rate."""
    phrases = {
        "reviews_held_on_time": "of reviews held",
        "reviews_due_on_time": "of reviews due",
        "children_all_reviews_on_time": "of children had every review on time since 1 April",
    }
    known = shown.index[shown["value"].notna()]
    said = {key: f"{words.rate(shown.loc[key])} {phrase}" for key, phrase in phrases.items() if key in known}
    children = said.pop("children_all_reviews_on_time", "")
    reviews = f"{words.listed(list(said.values()))} were on time" if said else ""
    return "; ".join(part for part in (reviews, children) if part) + "."


def _why_they_differ(view: View, shown: pd.DataFrame) -> Pieces:
    """The reconciliation: what was due, and what became of it; each part leads to its rows."""
    due, children = shown.loc["reviews_due_on_time"], shown.loc["children_all_reviews_on_time"]
    if not due.denominator > 0:
        return ()
    behind = reads.behind(view.asking, "reviews_due_on_time", view.selection, "shortfall")
    outcomes = behind["outcome"].value_counts() if len(behind) else pd.Series(dtype=int)
    parts = [f"{due.numerator:,.0f} on time"]
    parts += [f"{outcomes[key]:,.0f} {said}" for key, said in OUTCOMES.items() if key in outcomes]
    unseen = int(outcomes.get("overdue", 0) + outcomes.get("missed", 0))
    were_due = words.count(_number(due, "denominator"), "review was", "reviews were")
    text = f"{were_due} due: {words.listed(parts)}."
    if unseen:
        text += (
            f" The {words.count(unseen, 'review')} overdue or never held cannot be seen among reviews held, "
            "so the first figure is the kindest; one such review is enough to count its child in the third."
        )
    links = []
    if len(behind):
        said = words.count(len(behind), "review")
        links.append(rows_behind(f"The {said} not on time", "reviews_due_on_time", "shortfall"))
    left = _number(children, "denominator") - _number(children, "numerator")
    if left > 0:
        said = words.count(left, "child", "children")
        links.append(
            rows_behind(f"The {said} with such a review", "children_all_reviews_on_time", "shortfall")
        )
    return Text(text), Links(tuple(links))


def _number(row: Any, name: str) -> float:
    """A number of a result, typed as what it is."""
    return float(row[name])


def _by_month(view: View) -> Pieces:
    monthly = reads.measures(view.asking, view.by("month"), tuple(BASES))
    if monthly.empty:
        return ()
    found = {
        key: rows.set_index("group").sort_index() for key, rows in monthly.groupby("measure", sort=False)
    }
    months = sorted(set(monthly["group"]))
    table = pd.DataFrame({"Month": [words.month(month) for month in months]})
    lines = []
    for key, label in BASES.items():
        if key not in found:
            continue
        rows = found[key].reindex(months)
        lines.append(Line(label, [None if pd.isna(value) else float(value) for value in rows["value"]]))
        table[label] = results.rates(rows)
    target = monthly["standard_low"].dropna()
    return (
        Heading("Month by month"),
        Text("Reviews by the month they were held or due; children as at each month's end, from 1 April."),
        *over_months(
            "on_time_by_month", table, lines, of="reviews on time by month",
            alt="Reviews on time by month, on each basis", suffix="%",
            target=float(target.iloc[-1]) if len(target) else None,
        ),
        results.download(
            view,
            "reviews_on_time_by_month",
            "Reviews on time by month",
            lambda: monthly,
            label="Months (CSV)",
        ),
    )  # fmt: skip


@reads.kept
def by_group(view: View, by: str) -> Pieces:
    """Where reviews were not on time: the due basis in a picture, the three bases in a table, rows behind.

    IROs stand by name and in one colour: no order of merit is made of lateness, whose reasons stand beside.
    """
    rows = reads.measures(view.asking, view.by(by), tuple(BASES))
    due = rows[(rows["measure"] == "reviews_due_on_time") & (rows["denominator"] > 0)].copy()
    if due.empty:
        return (Text("No review was due in this period."),)
    due["label"] = [groups.name(view, by, group) for group in due["group"]]
    due["left"] = due["denominator"] - due["numerator"]
    due["nobody"] = due["group"] == words.NOBODY
    due = due.sort_values(["nobody", "label"] if by == "iro" else ["value", "label"])
    of = groups.named(by)
    target = due["standard_low"].iloc[0]
    judged = by != "iro"
    chart = bars(
        list(due["label"]),
        [float(value) for value in due["value"]],
        results.rates(due),
        of=f"reviews due and held on time by {of}",
        colours=[
            ACCENT if status == "met" or not judged else MARKS["not_met"].colour for status in due["status"]
        ],
        target=None if pd.isna(target) else float(target),
        target_words=f"standard {target:g}%",
        whole=100,
    )
    late = due[due["left"] > 0]
    if judged:
        late = late.sort_values("left", ascending=False)
    links = tuple(
        rows_behind(
            f"{row['label']} ({row['left']:,.0f})", "reviews_due_on_time", "shortfall", by=by,
            group=str(row["group"]),
        )
        for row in late.to_dict("records")
    )  # fmt: skip
    order = "lowest first" if judged else "by name. Whose lateness it is, its reason says and not this rate"
    return (
        Heading(_headline(by, due)),
        Text(f"Reviews due in the period and held on time, by {of}, {order}."),
        Picture(chart, f"on_time_by_{by}"),
        _table(view, by, rows),
        *(() if judged else _reasons_by_iro(view)),
        results.download(
            view, f"reviews_on_time_by_{by}", f"Reviews on time by {of}", lambda: rows, label="Groups (CSV)"
        ),
        *((Text("The reviews not on time:"), Links(links)) if links else ()),
    )


def _headline(by: str, due: pd.DataFrame) -> str:
    """Where the rate is lowest, which is the first of `due`; of IROs none is named."""
    lowest = due.iloc[0]
    left = due["left"].sum()
    if not left:
        return "Every review due was held on time"
    if by == "iro":
        return f"{left:,.0f} of {due['denominator'].sum():,.0f} reviews not on time, by IRO"
    of = {
        "team": f"in {lowest['label']}",
        "kind": f"for {lowest['label'].lower()}s",
        "age_band": f"for children aged {lowest['label'].lower()}",
    }
    return f"Lowest {of[by]}: {lowest['left']:,.0f} of {lowest['denominator']:,.0f} not on time"


def _reasons_by_iro(view: View) -> Pieces:
    """Of the children of each IRO, where the reasons lie for reviews late, overdue or never held."""
    if "late_reviews_explained" in reads.unavailable(view.asking):
        return ()
    rows = reads.behind(view.asking, "late_reviews_explained", view.selection, "denominator")
    if rows.empty:
        return ()
    names = pd.Series(
        [view.name("iro", words.NOBODY if pd.isna(iro) else iro) for iro in rows["iro_id"]], name="IRO"
    )
    lies = pd.Series([words.lies(code) for code in rows["late_reason"]], name="lies")
    counted = pd.crosstab(names, lies)
    order = [name for name in (*words.LIES.values(), words.NO_REASON) if name in counted]
    last = view.name("iro", words.NOBODY)
    by_name = sorted(counted.index, key=lambda name: (name == last, name))
    table = counted.loc[by_name, order].map(lambda number: f"{number:,}").reset_index()
    title = "Where the reasons lie for reviews late, overdue or never held, by IRO"
    return Text(f"{title}:"), Table(table, title, "reasons_by_iro")


def _table(view: View, by: str, rows: pd.DataFrame) -> Table:
    order = list(dict.fromkeys(rows["group"]))
    if by == "iro":
        order.sort(key=lambda group: (group == words.NOBODY, view.name("iro", group)))
    table = pd.DataFrame({groups.WORDS[by]: [groups.name(view, by, group) for group in order]})
    for key, label in BASES.items():
        one = rows[rows["measure"] == key].set_index("group")
        if len(one):
            table[label] = results.rates(one.reindex(order))
    return Table(table, f"Reviews on time by {groups.WORDS[by]}, on each basis", "groups")


def _why_late(view: View) -> Pieces:
    """Where the reasons lie for reviews late, overdue or never held, most first; those without one last."""
    rows = reads.behind(view.asking, "late_reviews_explained", view.selection, "denominator")
    if rows.empty:
        return ()
    codes = rows["late_reason"]
    counted = codes.map(words.lies).value_counts()
    order = [name for name in counted.index if name != words.NO_REASON]
    order += [words.NO_REASON] if words.NO_REASON in counted else []
    of = len(rows)
    chart = bars(
        order,
        [float(counted[name]) for name in order],
        [f"{counted[name]:,} of {of:,}" for name in order],
        of="reviews late, overdue or never held by where the reason lies",
        colours=[MARKS["not_met"].colour if name == words.NO_REASON else ACCENT for name in order],
    )
    each = codes.dropna().value_counts()
    table = pd.DataFrame(
        {
            "Reason": [words.sentence(LATE_REASONS.get(code, code)) for code in each.index],
            "Lies": [words.lies(code).lower() for code in each.index],
            "Reviews": [f"{number:,}" for number in each],
        }
    )
    return (
        Heading("Why they were late"),
        Text("Reviews due in the period and held late, overdue or never held, by where the reason lies."),
        Picture(chart, "why_late"),
        as_table(Table(table, "Reasons for lateness with the number of reviews", "reasons", words=True)),
        Links((rows_behind(f"The {words.count(of, 'review')}", "late_reviews_explained", "denominator"),)),
        ToShare(why_late),
    )


@reads.kept
def lateness(view: View) -> Pieces:
    """First reviews, and whether lateness was agreed and explained; what all of it means."""
    shown = reads.measures(view.asking, view.selection, tuple(OTHERS)).set_index("measure", drop=False)
    reasons = reads.unavailable(view.asking)
    known = shown.index[shown["denominator"].notna()]
    told = {key: label for key, label in OTHERS.items() if key in known and key not in reasons}
    untold = {label: reasons[key] for key, label in OTHERS.items() if key in reasons}
    return (
        *(() if "late_reviews_explained" in reasons else _why_late(view)),
        Heading("First reviews, and whether lateness was agreed and explained"),
        *((Figures(tuple(_with_rows(shown.loc[key], told[key]) for key in told)),) if told else ()),
        *results.cannot_say(untold),
        results.about(view, [*BASES, *OTHERS]),
    )


def _with_rows(row: Any, label: str) -> Figure:
    """A number with the link to the rows that somebody has to look at, where there are any."""
    part, one, many = ROWS_OF_OTHERS[row.measure]
    number = _number(row, "numerator")
    if part == "shortfall":
        number = _number(row, "denominator") - number
    behind = rows_behind(words.count(number, one, many), row.measure, part) if number else None
    return replace(results.figure(row, label), behind=behind)
