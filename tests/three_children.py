"""Three children whose circumstances differ, each reviewed on 30 January 2026."""

from __future__ import annotations

from datetime import date

AS_AT = date(2026, 3, 31)
REVIEWED = date(2026, 1, 30)


def review(child: str, code: str, **more: object) -> dict[str, object]:
    return {
        "review_id": f"R{child}", "child_id": child, "review_status": "held", "held_on": REVIEWED,
        "participation_code": code, **more,
    }  # fmt: skip


WORLD = {
    "children": [
        {"child_id": "A", "date_of_birth": date(2012, 5, 1), "sex": "M", "ethnicity": "WBRI", "uasc": "no"},
        {"child_id": "B", "date_of_birth": date(2010, 5, 1), "sex": "2", "ethnicity": "bcrb", "uasc": "yes"},
        {"child_id": "C", "date_of_birth": date(2011, 5, 1)},
    ],
    "care_periods": [{"child_id": child, "started_on": date(2026, 1, 5)} for child in "ABC"],
    "legal_statuses": [
        {"child_id": "A", "from_date": date(2026, 1, 5), "to_date": date(2026, 1, 29), "legal_status": "V2"},
        {"child_id": "A", "from_date": date(2026, 1, 30), "legal_status": "C1"},
        {"child_id": "B", "from_date": date(2026, 1, 5), "to_date": date(2026, 1, 29), "legal_status": "V2"},
    ],
    "placements": [
        {"child_id": "A", "from_date": date(2026, 1, 5), "placement_type": "U1", "inside_authority": "no"},
        {"child_id": "B", "from_date": date(2026, 2, 1), "placement_type": "K2"},
    ],
    "reviews": [
        review("A", "PN1", mode="in_person"),
        review("B", "PN7", non_attendance_reason="NA01", mode="video"),
        review("C", "PN6", child_seen_on=date(2026, 1, 16)),
    ],
    "review_people": [
        {"review_id": "RA", "person": "mother", "involvement": "attended"},
        {"review_id": "RA", "person": "step_parent", "involvement": "consulted"},
        {"review_id": "RB", "person": "mother", "involvement": "not_applicable"},
    ],
    "teams": [{"team_id": "T1", "team_name": "Children in care 1"}],
    "team_allocations": [{"child_id": "B", "team_id": "T1", "from_date": date(2026, 1, 5)}],
    "iros": [{"iro_id": "I1", "iro_name": "Amara Obi", "started_on": date(2020, 1, 1)}],
    "activities": [
        {"activity_id": "1", "child_id": "B", "iro_id": "I1", "activity_kind": "child_contact",
         "done_on": date(2026, 2, 14)},
        {"activity_id": "2", "child_id": "B", "iro_id": "I1", "activity_kind": "case_note",
         "done_on": REVIEWED},
    ],
}  # fmt: skip
