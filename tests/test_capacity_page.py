"""Who will have too much? The page as things stand, with a plan, and what of a plan may be seen where."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from streamlit.testing.v1 import AppTest

from data_access.store.opening import open_store
from data_access.store.schema import entries
from metrics.wording import words
from tests import small_service
from tests.doors import load_world
from tests.screens import alts, field, opened, said, shown

PAGE = "pages/footprint/capacity/page.py"
SIBLINGS = ("C03", "C12")
"""Both with Amara Obi: the first by booking, the other on 27 November."""


def service() -> dict[str, list[dict[str, object]]]:
    """The small service with one sibling group, Amara Obi's hours so short that she has too many children."""
    world = {kind: [dict(row) for row in rows] for kind, rows in small_service.full().items()}
    for child in world["children"]:
        child["sibling_group"] = "FAMILY-ROSS" if child["child_id"] in SIBLINGS else None
    for hours in world["iro_hours"]:
        hours["fte"] = 0.09 if hours["iro_id"] == "I1" else 0.5
    return world


@pytest.fixture
def crowded(url) -> Engine:
    return load_world(service(), as_at=small_service.AS_AT, engine=open_store(url))


def each_iro(app: AppTest):
    (table,) = [one.value for one in app.table if "For each FTE" in one.value]
    return table.set_index("IRO")


def add(app: AppTest) -> AppTest:
    return shown(app.button(key="add_step").click().run())


def choose(app: AppTest, kind: str) -> AppTest:
    return shown(app.button_group(key="what_changes").set_value(kind).run())


def test_it_says_who_will_have_too_many_children_and_from_when(crowded):
    app = opened(PAGE)
    assert "1 IRO will have more than 70 children for each full-time IRO: Amara Obi by 20 Dec 2026." in said(
        app
    )
    assert "Children looked after 24" in said(app)
    assert "Reviews expected in six months 27" in said(app), (
        "one each; those overdue, held now, again on 20 May"
    )


def test_children_without_an_iro_stand_in_a_row_of_their_own_and_rows_add_up(crowded):
    table = each_iro(opened(PAGE))
    assert list(table.index) == ["Amara Obi", "Ben Carter", "Chris Dunn", "No IRO allocated", "The service"]
    parts = table["Children"].astype(int)
    assert parts.iloc[:-1].sum() == parts["The service"] == 24
    assert parts["No IRO allocated"] == 1
    reviews = table["Reviews"].astype(int)
    assert reviews.iloc[:-1].sum() == reviews["The service"]


def test_each_picture_can_be_chosen_and_says_the_same_in_words(crowded):
    assert "children for each full-time IRO by IRO and month" in alts(opened(PAGE))
    assert "Amara Obi: 6 above" in alts(opened(PAGE))
    assert "reviews by IRO and month" in alts(opened(PAGE, ahead="Reviews"))
    assert "midway reviews by IRO and month" in alts(opened(PAGE, ahead="Midway reviews"))


def test_a_leaver_and_their_children_are_seen_before_and_after(crowded):
    app = add(opened(PAGE))
    words = said(app)
    assert "The plan: Amara Obi leaves, last day 20 Nov 2026; the children of" in words, "on paper too"
    assert "The children of Amara Obi are spread over the other IROs" in words
    assert "With this plan, no IRO will have more than 70 children" in words
    assert "As things stand, 1 IRO will have more than 70 children" in words
    table = each_iro(app)
    assert table.loc["Amara Obi", "Children"] == "7 → 0"
    assert table.loc["The service", "Children"] == "24", "a plan loses nobody"
    moved = app.dataframe[-1].value.set_index("Child")
    assert len(moved) == 7
    assert moved.loc["C03", "To IRO"] == moved.loc["C12", "To IRO"]
    assert set(moved.loc[list(SIBLINGS), "Siblings"]) == {"Siblings 1"}


def test_a_leaver_whose_children_stay_leaves_them_with_nobodys_hours_and_that_is_said(crowded):
    app = opened(PAGE)
    app.selectbox(key="children_of_leaver").select("stay").run()
    words = said(add(app))
    assert "Amara Obi has 7 children and no hours by 20 Dec 2026" in words
    assert "they need another IRO" in words


def test_a_row_that_a_plan_empties_or_fills_counts_from_or_to_nought_and_only_its_rate_is_none(crowded):
    app = choose(opened(PAGE), "moves")
    app.selectbox(key="moves_of").select(words.NOBODY).run()
    table = each_iro(add(app))
    assert table.loc["No IRO allocated", ["Children", "Reviews"]].tolist() == ["1 → 0", "1 → 0"]
    assert table.loc["No IRO allocated", "FTE"] == "0"
    assert table.loc["No IRO allocated", "For each FTE"] == "◇ no hours → none"
    app = choose(app, "joins")
    app.text_input(key="post").set_value("Cover").run()
    table = each_iro(add(app))
    assert table.loc["New post: Cover", ["FTE", "For each FTE"]].tolist() == ["0 → 0.5", "none → 2.0\xa0▼"]


def test_a_step_can_be_taken_out_again(crowded):
    app = add(opened(PAGE))
    app = shown(app.button(key="take_out_1").click().run())
    app = shown(app.button(key="take_out_0").click().run())
    assert "With this plan" not in said(app)
    assert each_iro(app).loc["Amara Obi", "Children"] == "7"


def test_more_hours_bring_an_iro_within_the_range(crowded):
    app = choose(opened(PAGE), "hours")
    app.number_input(key="plan_fte").set_value(0.12).run()
    assert "With this plan, no IRO" in said(add(app))
    assert each_iro(app).loc["Amara Obi", "FTE"] == "0.09 → 0.12"


def test_a_new_post_needs_a_name_of_its_own(crowded):
    app = add(choose(opened(PAGE), "joins"))
    assert "Give the post a name" in said(app)
    app.text_input(key="post").set_value("Cover").run()
    app = add(app)
    assert "New post: Cover" in list(each_iro(app).index)
    assert "The plan has a post of this name already" in said(add(app))


def test_a_sibling_group_is_chosen_by_a_label_and_moves_whole(crowded):
    app = choose(opened(PAGE), "moves")
    options = field(app, "Which").options
    assert options == ["All: 7 children", "Siblings 1: 2 children"]
    field(app, "Which").select("siblings FAMILY-ROSS").run()
    assert set(app.dataframe[0].value["Child"]) == set(SIBLINGS), "a reader sees whom the label means"
    app.selectbox(key="moves_to").select("I3").run()
    app = add(app)
    assert "Siblings 1 go to Chris Dunn from 20 Nov 2026 on" in said(app)
    assert set(app.dataframe[-1].value["Child"]) == set(SIBLINGS)
    assert each_iro(app).loc["Chris Dunn", "Children"].endswith("→ 10")


def test_the_siblings_chosen_stay_chosen_when_the_day_is_changed_though_their_number_changes(url):
    """On the earlier day another family stands before them in the data, and has the number they had.

    A browser sends what was chosen by its words to the field it was chosen in: to the same field they would
    be the other family.
    """
    world, others = service(), ("C09", "C15")
    for child in world["children"]:
        if child["child_id"] in others:
            child["sibling_group"] = "FAMILY-ADAMS"
    for period in world["care_periods"]:
        if period["child_id"] in others:
            period |= {"ended_on": date(2026, 11, 10), "end_reason": "E8"}
    load_world(world, as_at=small_service.AS_AT, engine=open_store(url))
    app = choose(opened(PAGE), "moves")
    field(app, "Which").set_value("siblings FAMILY-ROSS").run()
    chosen_in = field(app, "Which").proto.id
    app = shown(app.date_input(key="as_at").set_value(date(2026, 11, 6)).run())
    assert field(app, "Which").proto.id != chosen_in
    assert "Siblings 1: 2 children" in field(app, "Which").options, "those of the other family"
    assert field(app, "Which").value == "siblings FAMILY-ROSS"
    assert set(app.dataframe[0].value["Child"]) == set(SIBLINGS)


def test_children_who_have_an_iro_already_are_not_moved_to_the_same(crowded):
    app = choose(opened(PAGE), "moves")
    assert "Amara Obi" not in app.selectbox(key="moves_to").options


def test_nothing_of_a_plan_is_stored_or_in_the_url(crowded):
    app = choose(opened(PAGE), "moves")
    field(app, "Which").select("siblings FAMILY-ROSS").run()
    app = add(app)
    in_url = str(app.query_params)
    assert not [name for name in (*small_service.NAMES, "FAMILY", "plan", "Siblings") if name in in_url]
    with crowded.connect() as connection:
        assert connection.execute(select(func.count()).select_from(entries)).scalar() == 0
    assert "it is not stored" in said(app)
    assert "With this plan" not in said(opened(PAGE)), "another session has none of it"


def test_a_sibling_group_of_a_plan_may_not_be_looked_after_on_an_earlier_day(crowded):
    app = choose(opened(PAGE), "moves")
    field(app, "Which").select("siblings FAMILY-ROSS").run()
    app = add(app)
    app = shown(app.date_input(key="as_at").set_value(date(2025, 4, 20)).run())
    assert "No child is looked after on this day" in said(app)


def test_without_hours_it_says_what_to_load(url):
    world = {kind: rows for kind, rows in service().items() if kind != "iro_hours"}
    load_world(world, as_at=small_service.AS_AT, engine=open_store(url))
    app = opened(PAGE)
    assert "No IRO has hours in the next six months" in said(app)
    assert not app.metric
    assert not app.get("plotly_chart")


def test_without_midway_reviews_on_record_none_are_claimed_to_be_due(url):
    world = {kind: rows for kind, rows in service().items() if kind != "activities"}
    load_world(world, as_at=small_service.AS_AT, engine=open_store(url))
    app = opened(PAGE)
    assert "Midway reviews are left out" in said(app)
    assert all("Midway" not in metric.label for metric in app.metric)
    assert "Midway reviews" not in each_iro(app).columns
