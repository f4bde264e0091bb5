"""What one run of a page shows, as a value: what is worked out for a page is kept under it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from data_access.people.viewer import Viewer
from data_access.reading import AuthorityInfo
from metrics.counting.calculate import Selection
from metrics.wording import words
from pages.frame import filters, reads


@dataclass(frozen=True)
class View:
    """What one run of a page shows: whose data, for whom, and what was chosen."""

    info: AuthorityInfo
    asking: reads.Asking
    selection: Selection
    period: str
    shown: tuple[str, ...]
    """The filters on this page."""
    iros: dict[str, str] = field(compare=False)
    teams: dict[str, str] = field(compare=False)

    @property
    def viewer(self) -> Viewer:
        return self.asking.viewer

    def chosen(self, **extra: str) -> dict[str, str]:
        """What a link to another page has to carry: `extra`, and what was chosen on pages before this one.

        What this page's own filters show, the browser carries by itself (and twice where a link does too).
        """
        carried = dict(extra)
        if "period" not in self.shown and self.period != filters.LAST_TWELVE:
            carried["period"] = self.period
        if "as_at" not in self.shown and self.selection.as_at != self.info.as_at:
            carried["as_at"] = self.selection.as_at.isoformat()
        for kind, names in (("iro", self.iros), ("team", self.teams)):
            one = filters.last_chosen(kind)
            if one in names and kind not in self.shown:
                carried[kind] = filters.label(kind, names)(one)
        return carried

    def by(self, group: str) -> Selection:
        """The selection broken down by `group`."""
        return replace(self.selection, by=group)

    def name(self, kind: str, group: str) -> str:
        """An IRO or team by name; rows of nobody in words."""
        if group == words.NOBODY:
            return f"No {'IRO' if kind == 'iro' else 'team'} allocated"
        return {"iro": self.iros, "team": self.teams}[kind].get(group, group)

    def words(self) -> str:
        """The choice in one line, for the page and for every download; the period where the page has one."""
        selection = self.selection
        parts = [self.info.authority]
        if "period" in self.shown:
            parts.append(f"period {filters.month_words((selection.period_start, selection.period_end))}")
        parts.append(f"as at {words.day(selection.as_at)}")
        if selection.iro_id:
            parts.append(f"IRO {self.name('iro', selection.iro_id)}")
        if selection.team_id:
            parts.append(f"team {self.name('team', selection.team_id)}")
        return ", ".join(parts)
