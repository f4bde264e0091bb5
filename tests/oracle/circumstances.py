"""The second implementation of what a child's circumstances were on a day: row by row, as by hand."""

from __future__ import annotations

from datetime import date

from data_access.rows.codes import LEGAL_GROUPS, PLACEMENT_GROUPS
from tests.oracle.story import Story, in_force

NOT_RECORDED = "Not recorded"
_KINDS = {
    "legal_status": ("legal_statuses", "legal_status", LEGAL_GROUPS),
    "placement": ("placements", "placement_type", PLACEMENT_GROUPS),
}


def circumstances(story: Story, child_id: str, day: date) -> dict[str, set[str]]:
    """What the child's legal status and placement may be called that day: of those in force the one that
    began last, any of them where two began on one day."""
    found = {}
    for name, (kind, column, groups) in _KINDS.items():
        held = [row for row in story.of(kind, child_id) if in_force(row, day)]
        last = max((row["from_date"] for row in held), default=None)
        found[name] = {groups[row[column]] for row in held if row["from_date"] == last} or {NOT_RECORDED}
    return found
