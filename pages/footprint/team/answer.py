"""How a team supports its children's reviews: what it prepares, what is late because of it, what is missing.

The rows of children are in `team_rows.py`; teams beside each other in `compared.py`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from data_access.people.viewer import Role
from metrics.wording import words
from pages.frame import filters, reads
from pages.frame.view import View
from pages.pieces import results
from pages.pieces.pieces import (
    Cards,
    Figure,
    Figures,
    Heading,
    Link,
    Links,
    Picture,
    Pieces,
    Table,
    Text,
    rows_behind,
    sentence,
)
from pages.weekly.steps import answer as steps

PAGE = "pages/footprint/team/page.py"
PREPARED = (
    "iro_told_in_2_days", "invitations_10_days_before", "social_worker_visited_10_days_before",
    "report_2_days_before", "care_plan_2_days_before",
)  # fmt: skip
"""What a team does for its children's reviews, and the invitations, which it waits for or sends."""
REPORT, CARE_PLAN = PREPARED[3:]
DUE, LATE = "reviews_due_on_time", "late_reviews_explained"
NO_WORKER, NO_IRO, OVERDUE = "children_without_a_social_worker", "children_without_an_iro", "reviews_overdue"
ABOUT = (*PREPARED, DUE, LATE, NO_WORKER, "escalations_raised", "monitoring_form_sent")


def is_chosen(view: View) -> bool:
    """Whether a team is chosen that whoever looks may see."""
    return view.selection.team_id in view.teams


@reads.kept
def what_to_choose(view: View) -> Pieces:
    """What to do where no team is chosen, or none is there to be: by name, with counts, in no other order."""
    if view.viewer.role is Role.IRO:
        return (
            sentence("this page is for team managers and for those who meet with them."),
            Link("How is this IRO's practice?", "pages/footprint/iro/page.py"),
        )
    if not view.teams:
        return (
            sentence("this data names no teams, so it cannot say how a team supports its reviews."),
            Text(
                "The statutory return (SSDA903) holds no teams. Load a review extract with the kinds `teams` "
                "and `team_allocations` beside it, and with the days on which reports and care plans came in "
                "`reviews`, and this page fills."
            ),
            Link("Are reviews on time?", "pages/quality/timeliness/page.py"),
            Link("The empty Excel template", "pages/data/loads/page.py"),
        )
    rows = reads.measures(view.asking, view.by("team"), ("reviews_held", OVERDUE))
    counted = {
        (str(row["measure"]), str(row["group"])): row for row in rows.to_dict("records")
    }  # fmt: skip
    cards = tuple(
        (Link(name, PAGE, (("team", name),)), Text(_counts(view, counted, team)))
        for team, name in view.teams.items()
    )
    return (
        sentence("choose a team first."),
        Text(
            "This page shows what one team prepares for its children's reviews, for a talk with its manager."
        ),
        Cards(cards),
    )


def _counts(view: View, counted: dict[tuple[str, str], Any], team: str) -> str:
    """`155 children now, 402 reviews held in the last 12 months`."""
    children = counted.get((OVERDUE, team), {}).get("denominator", 0)
    held = counted.get(("reviews_held", team), {}).get("numerator", 0)
    return (
        f"{words.sentence(words.count(children, 'child', 'children'))} on "
        f"{words.day(view.selection.as_at)}; {words.count(held, 'review')} held in "
        f"{filters.spoken(view.period)}."
    )


# -- the answer


@reads.kept
def answer(view: View) -> Pieces:
    """The sentence, the few numbers, and what was prepared as picture and table."""
    rows, late, shown = _prepared(view), late_reviews(view), _shown(view)
    if rows.empty and late.empty and not _number(shown, DUE, "denominator") and not _children(shown):
        return (
            sentence(
                f"{_name(view)} had no child and no review in {filters.spoken(view.period)}, as far as this "
                "data knows."
            ),
            Text("Choose another period or another team."),
            Link("What data is this?", "pages/data/loads/page.py"),
        )
    figures = _figures(view, rows, late, shown)
    return (
        sentence(_said(view, rows, late, shown)),
        *((Figures(figures),) if figures else ()),
        *_picture(view, rows),
        *_cannot_say(view),
    )


def _prepared(view: View) -> pd.DataFrame:
    """The team's steps in the period in three parts, in the order in which they are taken."""
    told = tuple(key for key in PREPARED if key not in reads.unavailable(view.asking))
    rows = reads.steps(view.asking, view.selection, told)
    rows = rows[rows["denominator"] > 0].copy()
    rows["place"] = rows["measure"].map(list(PREPARED).index)
    return rows.sort_values("place").drop(columns="place").reset_index(drop=True)


@reads.kept
def late_reviews(view: View) -> pd.DataFrame:
    """The reviews due in the period that were late, missed or are overdue, the latest due first."""
    if LATE in reads.unavailable(view.asking):
        return pd.DataFrame(columns=["child_id", "due_on", "late_reason", "lies"])
    rows = reads.behind(view.asking, LATE, view.selection, "denominator")
    lies = pd.Series([words.lies(code) for code in rows["late_reason"]], index=rows.index, dtype=object)
    return rows.assign(lies=lies).sort_values("due_on", ascending=False, kind="stable").reset_index(drop=True)


def _shown(view: View) -> pd.DataFrame:
    return reads.measures(view.asking, view.selection, (DUE, NO_WORKER, OVERDUE)).set_index(
        "measure", drop=False
    )


def _name(view: View) -> str:
    return view.name("team", view.selection.team_id or "")


def _number(shown: pd.DataFrame, key: str, column: str) -> float:
    """A number of a result, 0 where there is none."""
    found: Any = shown.loc[key, column] if key in shown.index else 0
    return 0.0 if pd.isna(found) else float(found)


def _children(shown: pd.DataFrame) -> float:
    return _number(shown, OVERDUE, "denominator")


def _said(view: View, rows: pd.DataFrame, late: pd.DataFrame, shown: pd.DataFrame) -> str:
    """Late reviews and whose reason, report and care plan, children without a social worker."""
    due = _number(shown, DUE, "denominator")
    said = []
    if due and LATE not in reads.unavailable(view.asking):
        of_team = int(late["lies"].eq(words.LIES["team"]).sum())
        whose = f"; for {of_team or 'none'} of them the reason lies with the team" if len(late) else ""
        said.append(
            f"of {words.count(due, 'review')} due for the children of {_name(view)} in "
            f"{filters.spoken(view.period)}, {len(late) or 'none'} {'was' if len(late) == 1 else 'were'} not "
            f"on time{whose}"
        )
    in_time = [
        f"{steps.STEPS[row['measure']].said} for {row['numerator']:,.0f} of {row['denominator']:,.0f} reviews"
        for row in steps.recorded(rows).to_dict("records")
        if row["measure"] in (REPORT, CARE_PLAN)
    ]
    if in_time:
        said.append(f"in time came {words.listed(in_time)}")
    if NO_WORKER not in reads.unavailable(view.asking) and _children(shown):
        without = _number(shown, NO_WORKER, "numerator")
        children = words.count(without, "child has", "children have")
        said.append(f"{children} no social worker now" if without else "every child has a social worker")
    if not said:
        return f"nothing is recorded of what {_name(view)} prepares for reviews."
    return ". ".join(words.sentence(part) for part in said) + "."


def _figures(view: View, rows: pd.DataFrame, late: pd.DataFrame, shown: pd.DataFrame) -> tuple[Figure, ...]:
    found = []
    if len(late):
        of_team = int(late["lies"].eq(words.LIES["team"]).sum())
        reviews = words.count(len(late), "review")
        found.append(
            Figure(
                "Not on time, the reason with the team", f"{of_team:,}", f"of {reviews} not on time",
                rows_behind(f"The {reviews}, whatever the reason", LATE, "denominator"),
            )
        )  # fmt: skip
    for row in steps.recorded(rows).to_dict("records"):
        if row["measure"] in (REPORT, CARE_PLAN):
            figure = results.figure(_as_row(row), f"{steps.STEPS[row['measure']].label} in time")
            left = row["denominator"] - row["numerator"]
            behind = (
                rows_behind(f"The {left:,.0f} late or missing", row["measure"], "shortfall") if left else None
            )
            found.append(Figure(figure.label, figure.value, figure.lines, behind))
    if NO_WORKER not in reads.unavailable(view.asking) and _children(shown):
        left, of = _number(shown, NO_WORKER, "numerator"), _number(shown, NO_WORKER, "denominator")
        behind = rows_behind(f"The {words.count(left, 'child', 'children')}", NO_WORKER) if left else None
        status = results.mark(str(shown.loc[NO_WORKER, "status"]))
        lines = f"{status}  \nof {words.count(of, 'child', 'children')}"
        found.append(Figure("Without a social worker now", f"{left:,.0f}", lines, behind))
    return tuple(found)


def _as_row(row: dict[Any, Any]) -> Any:
    """A row as `results.figure` reads it."""
    return pd.Series(row)


def _picture(view: View, rows: pd.DataFrame) -> Pieces:
    known = steps.recorded(rows)
    heading = Heading("What is prepared for reviews")
    if known.empty:
        return (heading, *(steps.unrecorded(rows) or (Text("Nothing of it was due in this period."),)))
    labels = [steps.STEPS[key].label for key in known["measure"]]
    chart = steps.picture(
        labels, known, of=f"what {_name(view)} prepares for reviews",
        standards=[None if pd.isna(low) else float(low) for low in known["standard_low"]],
    )  # fmt: skip
    links = steps.links_to_shortfall(known, labels)
    return (
        heading,
        Text(
            "In the order in which it is done; late is done after its last day, missing is not done at all. "
            "In some services the IRO service sends the invitations."
        ),
        *steps.unrecorded(rows),
        Picture(chart, "team_steps"),
        Table(
            steps.table_of(view, known),
            "What is prepared for reviews: on time, late and missing",
            "team_steps",
        ),
        results.download(
            view, "team_steps", f"What {_name(view)} prepares for reviews", lambda: known,
            label="What is prepared (CSV)",
        ),
        *((Text("The reviews and children behind what was late or missing:"), Links(links)) if links else ()),
    )  # fmt: skip


def _cannot_say(view: View) -> Pieces:
    reasons = reads.unavailable(view.asking)
    labels = {key: steps.STEPS[key].label for key in PREPARED} | {
        LATE: "Why reviews were late", NO_WORKER: "Children without a social worker",
        "escalations_raised": "Escalations",
    }  # fmt: skip
    return results.cannot_say({labels[key]: reasons[key] for key in labels if key in reasons})


def closing(view: View) -> Pieces:
    """What the measures mean."""
    return (results.about(view, list(ABOUT)),)
