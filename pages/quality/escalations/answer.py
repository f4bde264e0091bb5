"""Where IROs challenge: themes, stages and ages of escalations. How many there are is never judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from charts.bars import bars
from charts.trend import Line
from data_access.rows.codes import ESCALATION_THEMES
from metrics.rules.calendar import as_days, working_days_between
from metrics.wording import words
from pages.export.download import RECORDS
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces import columns, results
from pages.pieces.months import over_months
from pages.pieces.pieces import (
    Figure,
    Figures,
    Heading,
    Link,
    LongTable,
    Picture,
    Pieces,
    Table,
    Text,
    ToShare,
    as_table,
    rows_behind,
    sentence,
)
from reports.annual_service import disputes
from standards import setting

RAISED, CHILDREN = "escalations_raised", "children_with_escalation"
IN_TIME, TOO_LONG = "escalations_resolved_in_time", "escalations_open_over_20_days"
KEYS = (RAISED, CHILDREN, IN_TIME, TOO_LONG)
NEVER_JUDGED = "More challenge is not worse: how many there are is never judged."


@reads.kept
def escalations(view: View) -> Pieces:
    """The answer to the page's question."""
    reasons = reads.unavailable(view.asking)
    if RAISED in reasons:
        return sentence("this data holds no escalations."), Text(reasons[RAISED])
    shown = reads.measures(view.asking, view.selection, KEYS).set_index("measure", drop=False)
    raised = reads.behind(view.asking, RAISED, view.selection, "numerator")
    waiting = _open(view)
    if raised.empty and waiting.empty:
        return (
            sentence(f"no escalation was raised in {filters.spoken(view.period)}, and none is open."),
            Text(f"{NEVER_JUDGED} None at all is worth a question: are all of them recorded?"),
            Link("What data is this?", "pages/data/loads/page.py"),
        )
    return (
        sentence(_said(view, shown, raised, waiting)),
        Text(NEVER_JUDGED),
        Figures(_figures(shown)),
        *_by_theme(raised),
        *_by_stage(raised),
        *_waiting(view, waiting),
        *_by_month(view),
        results.download(
            view, RAISED, "Escalations raised", lambda: columns.in_words(view, raised), note=RECORDS,
            about=(RAISED,),
            label=f"Download {words.count(len(raised), 'escalation')} (CSV)",
        ),
        results.about(view, list(KEYS)),
        ToShare(disputes),
    )  # fmt: skip


def _open(view: View) -> pd.DataFrame:
    """Every escalation open on the day, the oldest first, with its age in working days."""
    ever = replace(
        view.selection,
        period_start=view.selection.as_at.replace(year=view.selection.as_at.year - reads.LONGEST, day=1),
        period_end=view.selection.as_at,
    )
    rows = reads.behind(view.asking, RAISED, ever, "numerator")
    rows = rows[rows["resolved_on"].isna()].sort_values("raised_on", kind="stable")
    age = working_days_between(as_days(rows["raised_on"]), np.datetime64(view.selection.as_at, "D"))
    return rows.assign(open_for=age).reset_index(drop=True)


def _said(view: View, shown: pd.DataFrame, raised: pd.DataFrame, waiting: pd.DataFrame) -> str:
    number, children = (int(shown.loc[key, "numerator"]) for key in (RAISED, CHILDREN))  # type: ignore[arg-type]
    said = [
        f"{words.count(number, 'escalation')} {'was' if number == 1 else 'were'} raised for "
        f"{words.count(children, 'child', 'children')} in {filters.spoken(view.period)}"
    ]
    if len(raised):
        most = raised["theme"].value_counts()
        said.append(f"most often about {ESCALATION_THEMES.get(most.index[0], 'other')} ({most.iloc[0]:,})")
    long = int(shown.loc[TOO_LONG, "numerator"])  # type: ignore[arg-type]
    formal = waiting["stage"].ne("informal").sum()
    said.append(
        f"{words.count(len(waiting), 'is', 'are')} open now, "
        f"{formal:,} of them formal and {long or 'none'} for more than "
        f"{setting('escalation_working_days', view.selection.as_at):g} working days"
        if len(waiting)
        else "none is open now"
    )
    return f"{'; '.join(said)}."


def _figures(shown: pd.DataFrame) -> tuple[Figure, ...]:
    labels = {
        RAISED: "Raised", CHILDREN: "Children they concern", IN_TIME: "Formal, resolved in time",
        TOO_LONG: "Formal, open too long",
    }  # fmt: skip
    figures = []
    for key, label in labels.items():
        row = shown.loc[key]
        part, left = "numerator", row["numerator"]
        if key == IN_TIME:
            part, left = "shortfall", row["denominator"] - row["numerator"]
        one, many = _LINKS[key]
        behind = rows_behind(f"The {words.count(left, one, many)}", key, part) if left > 0 else None  # type: ignore[arg-type]
        figures.append(replace(results.figure(row, label), behind=behind))
    return tuple(figures)


_LINKS = {
    RAISED: ("escalation raised", "escalations raised"), CHILDREN: ("child", "children"),
    IN_TIME: ("not in time", "not in time"), TOO_LONG: ("open too long", "open too long"),
}  # fmt: skip
"""What each number leads to, of one and of more."""


def _counted(rows: pd.DataFrame) -> str:
    """`12 for 10 children`."""
    return f"{len(rows):,} for {words.count(rows['child_id'].nunique(), 'child', 'children')}"


def _by_theme(raised: pd.DataFrame) -> Pieces:
    if raised.empty:
        return ()
    themes = _themes(raised)
    chart = bars(
        list(themes),
        [float(len(rows)) for rows in themes.values()],
        [_counted(rows) for rows in themes.values()],
        of="escalations raised by theme",
    )
    return (
        Heading("What they were about"),
        Text("Good practice that an IRO passed on is logged as a theme too."),
        Picture(chart, "escalations_by_theme"),
        as_table(by_theme_and_stage(raised)),
    )


def by_theme_and_stage(raised: pd.DataFrame) -> Table:
    """Escalations by theme, the commonest first, and by the stages that any reached; never coloured."""
    themes = _themes(raised)
    table = pd.DataFrame({"Theme": list(themes)})
    for stage in [stage for stage in words.STAGES if raised["stage"].eq(stage).any()]:
        counted = [f"{rows['stage'].eq(stage).sum():,}" for rows in themes.values()]
        table[words.sentence(words.STAGES[stage])] = counted
    table["All"] = [f"{len(rows):,}" for rows in themes.values()]
    table["Children"] = [f"{rows['child_id'].nunique():,}" for rows in themes.values()]
    return Table(table, "Escalations raised by theme and the stage each reached", "themes")


def _themes(raised: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows of each theme by its name, the commonest first, good practice and the others last."""
    themes = {str(theme): rows for theme, rows in raised.groupby("theme")}
    order = sorted(themes, key=lambda theme: (theme in ("other", "good_practice"), -len(themes[theme])))
    return {words.sentence(ESCALATION_THEMES.get(theme, theme)): themes[theme] for theme in order}


def _by_stage(raised: pd.DataFrame) -> Pieces:
    """How far they went, with human rights and Cafcass said apart."""
    if raised.empty:
        return ()
    counted = {stage: int(raised["stage"].eq(stage).sum()) for stage in words.STAGES}
    rights = raised[raised["human_rights"].eq(True)]
    informal = rights["stage"].eq("informal").sum()
    said = [f"{counted['cafcass'] or 'none'} went to Cafcass"]
    said.append(f"{len(rights) or 'none'} concerned a breach of human rights")
    notes = [f"{words.sentence('; '.join(said))}. Informal contacts with Cafcass are not in the extract."]
    if informal:
        notes.append(
            f"**{words.count(informal, 'breach', 'breaches')} of human rights "
            f"{'is' if informal == 1 else 'are'} recorded as informal**: such a one is formal at once."
        )
    table = pd.DataFrame(
        {
            "Stage reached": [words.sentence(word) for word in words.STAGES.values()],
            "Escalations": [f"{number:,}" for number in counted.values()],
            "Children": [
                f"{raised.loc[raised['stage'].eq(stage), 'child_id'].nunique():,}" for stage in counted
            ],
        }
    )
    return (
        Heading("How far they went"),
        Text(" ".join(notes)),
        Table(table, "Escalations raised by the stage they reached", "stages"),
    )


def _waiting(view: View, waiting: pd.DataFrame) -> Pieces:
    """What is open, the oldest first: age and stage are what to act on."""
    if waiting.empty:
        return Heading("Open now"), Text("No escalation is open.")
    limit = int(setting("escalation_working_days", view.selection.as_at))
    formal = waiting["stage"].ne("informal")
    late = waiting["deadline_on"].fillna(date.max) < view.selection.as_at
    shown = waiting.assign(
        standing=np.where(
            late, "▲ longer than its time", np.where(formal, "● within its time", "○ informal")
        ),
        open_for=waiting["open_for"],
    ).drop(columns=["resolved_on"])
    return (
        Heading("Open now"),
        Text(
            f"The oldest first. The formal process has {limit} working days in all; an informal one has no "
            "limit of its own."
        ),
        LongTable(
            columns.in_words(view, shown, first=("child_id", "standing", "open_for", "stage", "theme")),
            f"{words.count(len(waiting), 'escalation')} open, the oldest first",
        ),
    )


def _by_month(view: View) -> Pieces:
    monthly = reads.measures(view.asking, view.by("month"), (RAISED, CHILDREN))
    rows = monthly[monthly["measure"] == RAISED].sort_values("group")
    if rows.empty:
        return ()
    months = [words.month(month) for month in rows["group"]]
    children = monthly[monthly["measure"] == CHILDREN].set_index("group").reindex(rows["group"])
    line = Line("Raised", [float(value) for value in rows["numerator"]])
    table = pd.DataFrame(
        {
            "Month": months,
            "Raised": [f"{value:,.0f}" for value in rows["numerator"]],
            "Children": [f"{value:,.0f}" for value in children["numerator"]],
        }
    )
    return (
        Heading("Month by month"),
        *over_months(
            "escalations_by_month",
            table,
            [line],
            of="escalations raised by month",
            alt="Escalations raised by month, and the children they concern",
        ),
    )
