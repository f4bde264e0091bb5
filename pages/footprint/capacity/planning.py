"""What if: the plan that a reader tries out. It lies in the session: nothing of it is stored or in a URL."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pandas as pd
import streamlit as st

from metrics.ahead.whatif import HoursChange, Joiner, Leaver, Move, Plan, Step
from metrics.counting.question import months_on
from metrics.wording import words
from pages.footprint.capacity.plan_words import family_name, iro_name, sibling_groups, step_words
from pages.frame import reads
from pages.frame.view import View
from pages.pieces.pieces import CHILD, LongTable

_PLANS = "plans"
KINDS = {
    "leaves": "An IRO leaves",
    "hours": "An IRO's hours change",
    "joins": "A new post",
    "moves": "Children move",
}
"""What a step can be."""
STAY, SPREAD = "stay", "spread"
_ALL = "all"


def of(view: View) -> Plan:
    """The plan for this authority; one without steps until somebody thinks of one."""
    plans: dict[str, Plan] = st.session_state.setdefault(_PLANS, {})
    return plans.get(view.info.authority, Plan())


def _keep(view: View, plan: Plan) -> None:
    st.session_state[_PLANS] = {**st.session_state[_PLANS], view.info.authority: plan}


def offer(view: View, plan: Plan) -> None:
    """The steps of the plan, each with a button that takes it out, and the form for another."""
    number = words.count(len(plan.steps), "step")
    label = f"What if: your plan has {number}" if plan.steps else "What if somebody leaves or joins?"
    with st.expander(label, icon=":material/edit_calendar:", expanded=bool(plan.steps), key="what_if"):
        st.markdown(
            "Try out what a change would do. A plan is a question: it is kept for you alone until you close "
            "this browser tab, it is not stored, and nothing in the data changes by it."
        )
        for place, step in enumerate(plan.steps):
            said, button = st.columns([5, 1], vertical_alignment="center")
            said.markdown(f"{place + 1}. {words.sentence(step_words(view, step))}.")
            button.button(
                f"Take out {place + 1}", key=f"take_out_{place}", on_click=_keep,
                args=(view, plan.without(place)),
            )  # fmt: skip
        kind = st.segmented_control(
            "What would change", list(KINDS), default="leaves", required=True, key="what_changes",
            format_func=lambda one: KINDS[one],
        )  # fmt: skip
        steps = {"hours": _hours, "joins": _joins, "moves": _moves}.get(str(kind), _leaves)(view, plan)
        problem = _problem(plan, steps)
        if st.button("Add to the plan", type="primary", key="add_step"):
            if problem:
                st.error(problem)
            else:
                _keep(view, Plan((*plan.steps, *steps)))
                st.rerun()


def _problem(plan: Plan, steps: tuple[Step, ...]) -> str:
    for step in steps:
        if isinstance(step, Joiner) and not step.name:
            return "Give the post a name, such as Maternity cover."
        if isinstance(step, Joiner) and step.iro_id in {post.iro_id for post in plan.joiners()}:
            return "The plan has a post of this name already. Give this one another."
        if isinstance(step, Move) and step.to == step.iro_id and step.family is None:
            return "These children have this IRO already. Choose another."
    return ""


# -- the fields of each kind of step


def _leaves(view: View, plan: Plan) -> tuple[Step, ...]:
    who, when, then = st.columns(3)
    with who:
        iro = _choose_iro(view, plan, "IRO")
    with when:
        last = _day(view, "Last day", "last_day")
    with then:
        to = st.selectbox(
            "Their children", [SPREAD, STAY, *(one for one in _iros(view, plan) if one != iro)],
            key="children_of_leaver", format_func=lambda one: _to_words(view, one),
        )  # fmt: skip
    leaver = Leaver(iro, last)
    if to == STAY:
        return (leaver,)
    return leaver, Move(last + timedelta(days=1), iro, to=None if to == SPREAD else to)


def _hours(view: View, plan: Plan) -> tuple[Step, ...]:
    who, when, how_much = st.columns(3)
    with who:
        iro = _choose_iro(view, plan, "IRO")
    with when:
        from_on = _day(view, "From", "hours_from")
    with how_much:
        fte = _fte("FTE from then on (0: away)")
    return (HoursChange(iro, from_on, fte),)


def _joins(view: View, _plan: Plan) -> tuple[Step, ...]:
    who, when, how_much = st.columns(3)
    with who:
        name = st.text_input("Name of the post", key="post", max_chars=40, placeholder="Maternity cover")
    with when:
        from_on = _day(view, "From", "joins_from")
    with how_much:
        fte = _fte("FTE")
    return (Joiner(" ".join(name.replace("<", " ").split()), from_on, fte),)


def _moves(view: View, plan: Plan) -> tuple[Step, ...]:
    whose, which, to_whom, when = st.columns(4)
    with whose:
        iro = st.selectbox(
            "Whose children", [*_iros(view, plan), words.NOBODY], key="moves_of",
            format_func=lambda one: iro_name(view, one),
        )  # fmt: skip
    duties = reads.open_work(view.asking, view.selection.as_at).duties
    theirs = duties[duties["iro_id"] == iro]
    with which:
        family = _choose_group(view, duties, theirs, iro)
    with to_whom:
        to = st.selectbox(
            "To", [SPREAD, *(one for one in _iros(view, plan) if one != iro)], key="moves_to",
            format_func=lambda one: _to_words(view, one, one_group=family != _ALL),
        )  # fmt: skip
    with when:
        from_on = _day(view, "From", "moves_from")
    if family != _ALL:
        _who_they_are(view, duties[duties["family"] == family], family)
    return (Move(from_on, iro, None if family == _ALL else family, None if to == SPREAD else to),)


def _choose_group(view: View, duties: pd.DataFrame, theirs: pd.DataFrame, iro: str) -> str:
    """All of an IRO's children, or one family of theirs.

    A group's number and counts are of the day, and by its words the browser knows a choice: on another day
    the same words would be other children. So each day and load has a field of its own, and the family that
    was chosen is kept here.
    """
    groups = [family for family in sibling_groups(view) if family in set(theirs["family"])]
    options, kept = [_ALL, *groups], f"moves_family_{iro}"
    before = st.session_state.get(kept, _ALL)
    family: str = st.selectbox(
        "Which", options, index=options.index(before) if before in options else 0,
        key=f"moves_which_{iro}_{view.selection.as_at}_{view.info.version}",
        format_func=lambda one: _group_words(view, duties, theirs, one),
    )  # fmt: skip
    st.session_state[kept] = family
    return family


def _group_words(view: View, duties: pd.DataFrame, theirs: pd.DataFrame, family: str) -> str:
    """`All 42 children`, `Siblings 3: 4 children, 2 of them here`."""
    if family == _ALL:
        return f"All: {words.count(len(theirs), 'child', 'children')}"
    every = int((duties["family"] == family).sum())
    here = int((theirs["family"] == family).sum())
    apart = "" if here == every else f", {here} of them here"
    return f"{family_name(view, family)}: {words.count(every, 'child', 'children')}{apart}"


def _who_they_are(view: View, group: pd.DataFrame, family: str) -> None:
    """The children of a sibling group, so that the reader knows whom a label means."""
    st.markdown(f"{family_name(view, family)} move together, whoever has them now:")
    rows = pd.DataFrame(
        {
            CHILD: group["child_id"],
            words.heading("iro_id"): [iro_name(view, iro) for iro in group["iro_id"]],
            "Next review due": group["due_on"],
        }
    )
    st.dataframe(
        rows, hide_index=True, width="stretch", placeholder="",
        column_config=LongTable(rows, "").config, alt=f"The children of {family_name(view, family)}",
    )  # fmt: skip


# -- the fields themselves


def _iros(view: View, plan: Plan) -> list[str]:
    """Everybody with hours or children in the six months, and the plan's new posts, by name."""
    work = reads.open_work(view.asking, view.selection.as_at)
    last = months_on(view.selection.as_at, 6)
    found = {each.iro_id for each in work.hours if each.within(view.selection.as_at, last)}
    found |= {*work.duties["iro_id"], *(post.iro_id for post in plan.joiners())} - {words.NOBODY}
    return sorted(found, key=lambda iro: iro_name(view, iro))


def _choose_iro(view: View, plan: Plan, label: str) -> str:
    chosen: str = st.selectbox(
        label, _iros(view, plan), key="plan_iro", format_func=lambda one: iro_name(view, one)
    )
    return chosen


def _to_words(view: View, to: str, *, one_group: bool = False) -> str:
    """Where children would go; one group is not spread but goes whole."""
    if to == SPREAD and one_group:
        return "Whoever has most room"
    said = {SPREAD: "Spread, siblings together", STAY: "Stay for now"}
    return said.get(to) or iro_name(view, to)


def _day(view: View, label: str, key: str) -> date:
    first = view.selection.as_at
    chosen = st.date_input(
        label, first, min_value=first, max_value=months_on(first, 6), key=f"plan_{key}", format="DD/MM/YYYY"
    )
    return chosen or first


def _fte(label: str) -> Fraction:
    chosen = st.number_input(label, 0.0, 1.5, 0.5, 0.1, key="plan_fte", format="%.2f")
    return Fraction(str(round(chosen, 2)))
