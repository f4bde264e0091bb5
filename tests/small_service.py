"""A small service that pages can be tested on: 24 children, 3 IROs, 2 teams, one state of each kind.

As at Friday 20 November 2026. Every count that a test expects can be read off the constants here.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

from data_access.loading.load import load
from data_access.store.opening import open_store
from metrics.derive import derivation
from tests.doors import World

AS_AT = date(2026, 11, 20)
LATEST_REVIEW = date(2026, 5, 30)
"""Of all children but those overdue."""
IROS = {"I1": "Amara Obi", "I2": "Ben Carter", "I3": "Chris Dunn"}
TEAMS = {"T1": "Children in care 1", "T2": "Children in care 2"}
NAMES = [f"C{number:02}" for number in range(24)]

OVERDUE = {"C00", "C01", "C02"}
"""Last review 20 April 2026, so due on 20 October, and nothing since."""
BOOKED_LATE = {"C03"}
"""Due on 30 November, booked for 7 December."""
UNBOOKED = {"C04", "C05"}
"""Due on 30 November, nothing booked."""
WITHOUT_IRO = {"C06"}
LATE_LAST_TIME = {"C07", "C08"}
REPORT_LATE, REPORT_MISSING = {"C09"}, {"C10"}
"""For the review of 30 May 2026 the report came the day before, or never; all other steps were in time."""
RECORD_LATE = {"C11", "C13", "C15"}
"""The record of that review went out a working day too late."""


def full() -> World:
    """The service as a review extract."""
    reviews, notes = [], []
    for number, child in enumerate(NAMES):
        iro = f"I{number % 3 + 1}"
        for day, code in _held(child):
            reviews.append(_review(child, day, iro, code))
        for month in range(1, 11):
            if child not in OVERDUE:
                notes.append((child, iro, "case_note", date(2026, month, 10 + number % 9)))
        notes.append((child, iro, "midway_review", date(2026, 8, 3 + number % 20)))
        if number > 8:
            notes.append((child, iro, "case_note", date(2026, 11, 5)))
    for child in BOOKED_LATE:
        reviews.append(_booked(child, date(2026, 12, 7)))
    for child in set(NAMES) - OVERDUE - BOOKED_LATE - UNBOOKED:
        reviews.append(_booked(child, date(2026, 11, 27)))
    return {
        "children": [{"child_id": child, "date_of_birth": date(2012, 5, 1)} for child in NAMES],
        "care_periods": [{"child_id": child, "started_on": _started(child)} for child in NAMES],
        "iros": [
            {"iro_id": iro, "iro_name": name, "started_on": date(2020, 1, 1)} for iro, name in IROS.items()
        ],
        "iro_hours": [{"iro_id": iro, "from_date": date(2020, 1, 1), "fte": 0.2} for iro in IROS],
        "teams": [{"team_id": team, "team_name": name} for team, name in TEAMS.items()],
        "iro_allocations": [
            {"child_id": child, "iro_id": f"I{number % 3 + 1}", "from_date": _started(child)}
            for number, child in enumerate(NAMES)
            if child not in WITHOUT_IRO
        ],
        "team_allocations": [
            {"child_id": child, "team_id": f"T{number % 2 + 1}", "from_date": _started(child)}
            for number, child in enumerate(NAMES)
        ],
        "reviews": reviews,
        "activities": [
            dict(zip(("activity_id", "child_id", "iro_id", "activity_kind", "done_on"), row, strict=True))
            for row in ((f"A{number}", *note) for number, note in enumerate(notes))
        ],
    }  # fmt: skip


def bare() -> World:
    """The service as an extract of children, care and reviews alone, with a few invitations of all steps."""
    world = {kind: full()[kind] for kind in ("children", "care_periods", "reviews")}
    left_out = {"chaired_by", *_steps("", AS_AT)}
    reviews = [{name: row[name] for name in row if name not in left_out} for row in world["reviews"]]
    for row in reviews:
        if row.get("held_on") == date(2026, 4, 20):
            row["invitations_sent_on"] = date(2026, 4, 1)
    return world | {"reviews": reviews}


def _started(_child: str) -> date:
    return date(2025, 5, 1)


def _held(child: str) -> list[tuple[date, str]]:
    """Reviews held: first within 20 working days, second in three months, then six-monthly."""
    held = [(date(2025, 5, 23), "PN1"), (date(2025, 8, 20), "PN1")]
    held.append((date(2026, 2, 27) if child in LATE_LAST_TIME else date(2026, 2, 18), "PN5"))
    if child in OVERDUE:
        return [*held[:2], (date(2026, 1, 20), "PN1"), (date(2026, 4, 20), "PN1")]
    return [*held, (LATEST_REVIEW, "PN2")]


def _review(child: str, day: date, iro: str, code: str) -> dict[str, object]:
    return {
        "review_id": f"R-{child}-{day}", "child_id": child, "review_status": "held", "held_on": day,
        "booked_for": day, "chaired_by": iro, "participation_code": code,
        "booked_on": day - timedelta(days=30), **_steps(child, day),
    }  # fmt: skip


def _steps(child: str, day: date) -> dict[str, date | None]:
    """The days of the steps around a review."""
    latest = day == LATEST_REVIEW
    report: date | None = day - timedelta(days=7)
    if latest and child in REPORT_LATE:
        report = day - timedelta(days=1)
    if latest and child in REPORT_MISSING:
        report = None
    return {
        "invitations_sent_on": day - timedelta(days=25),
        "social_worker_visit_on": day - timedelta(days=20),
        "child_seen_on": day - timedelta(days=7),
        "report_received_on": report,
        "care_plan_updated_on": day - timedelta(days=7),
        "decisions_sent_on": day + timedelta(days=4),
        "record_sent_on": day + timedelta(days=23 if latest and child in RECORD_LATE else 14),
        "letter_sent_on": day + timedelta(days=20),
        "monitoring_sent_on": day + timedelta(days=5),
    }


def _booked(child: str, day: date) -> dict[str, object]:
    return {
        "review_id": f"B-{child}-{day}", "child_id": child, "review_status": "booked", "booked_for": day,
        "booked_on": date(2026, 10, 1),
    }  # fmt: skip


def write_return(folder: Path) -> Path:
    """The same children as a statutory return: who was looked after, and the reviews of 2026-27."""

    def slash(day: date) -> str:
        return f"{day:%d/%m/%Y}"

    tables: dict[str, list[list[str]]] = {
        "header.csv": [["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"]],
        "episodes.csv": [
            [
                *("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC"),
                *("REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"),
            ]
        ],
        "reviews.csv": [["CHILD", "DOB", "REVIEW", "REVIEW_CODE"]],
    }
    for child in NAMES:
        born = slash(date(2012, 5, 1))
        tables["header.csv"].append([child, "F", born, "WBRI", "", "", ""])
        started = slash(date(2026, 4, 7) if child == "C23" else _started(child))
        tables["episodes.csv"].append([child, started, "S", "C2", "N1", "U6", "PR1", "", "", "", "", "", ""])
        for day, code in _held(child):
            if day >= date(2026, 4, 1):
                tables["reviews.csv"].append([child, born, slash(day), code])
    for name, rows in tables.items():
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return folder


def load_return(url: str, folder: Path, *names: str) -> None:
    """Load that return, or only these files of it, into the store at this URL; its files stay in `folder`."""
    given = folder / "return"
    given.mkdir(exist_ok=True)
    write_return(given)
    engine = open_store(url)
    paths = [given / name for name in names] or [given]
    load(engine, paths, derivation=derivation(), as_at=AS_AT, year=2027)
    engine.dispose()


def quiet(**of_the_review: object) -> World:
    """One child with nothing late: reviewed on 5 October 2026, everything sent, the next booked."""
    sent = {
        "decisions_sent_on": date(2026, 10, 7),
        "record_sent_on": date(2026, 10, 9),
        "letter_sent_on": date(2026, 10, 12),
    }
    held = {"child_id": "C1", "held_on": date(2026, 10, 5), "review_status": "held", "chaired_by": "I1"}
    booked = {"child_id": "C1", "booked_for": date(2026, 12, 28), "review_status": "booked"}
    return {
        "children": [{"child_id": "C1", "date_of_birth": date(2012, 5, 1)}],
        "care_periods": [{"child_id": "C1", "started_on": date(2026, 9, 14)}],
        "reviews": [
            {"review_id": "R1", **held, **sent, **of_the_review},
            {"review_id": "R2", **booked},
        ],
        "iros": [{"iro_id": "I1", "iro_name": "Amara Obi", "started_on": date(2020, 1, 1)}],
        "teams": [{"team_id": "T1", "team_name": "A"}],
        "iro_allocations": [{"child_id": "C1", "iro_id": "I1", "from_date": date(2026, 9, 14)}],
        "team_allocations": [
            {
                "child_id": "C1", "team_id": "T1", "from_date": date(2026, 9, 14),
                "social_worker": '=HYPERLINK("http://x.test","<b>&")',
            }
        ],
    }  # fmt: skip
