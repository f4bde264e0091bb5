"""The menu: section -> its pages.

A page's question is its title. The section without a name holds pages that are not in the menu: they are
reached by a click on a number. The menu has no icons, because Streamlit would fetch the open page's icon
from the internet to put it on the browser's tab.
"""

from typing import NamedTuple


class Page(NamedTuple):
    """A page: its folder below `pages/`, the question that it answers, and the filters that it obeys."""

    folder: str
    question: str
    filters: tuple[str, ...]

    @property
    def file(self) -> str:
        """The script that Streamlit runs."""
        return f"pages/{self.folder}/page.py"

    @property
    def url_path(self) -> str:
        """The page's address, kept for ever: the name of its folder."""
        return self.folder.rpartition("/")[2]


SECTIONS: dict[str, tuple[Page, ...]] = {
    "This week": (
        Page("weekly/overview", "What needs me this week?", ("iro", "team", "as_at")),
        Page("weekly/tracker", "Which reviews are late or at risk?", ("iro", "team", "as_at")),
        Page("weekly/steps", "Were the steps on time?", ("period", "iro", "team", "as_at")),
    ),
    "Footprint": (
        Page("footprint/service", "What footprint does each IRO leave?", ("period", "as_at")),
        Page("footprint/iro", "How is this IRO's practice?", ("period", "iro", "as_at")),
        Page("footprint/team", "How does this team support its reviews?", ("period", "team", "as_at")),
        Page("footprint/capacity", "Who will have too much?", ("as_at",)),
        Page("footprint/child", "What is happening for this child?", ("as_at",)),
    ),
    "Quality": (
        Page("quality/timeliness", "Are reviews on time?", ("period", "iro", "team", "as_at")),
        Page("quality/participation", "Did children take part?", ("period", "iro", "team", "as_at")),
        Page("quality/population", "Who is looked after?", ("iro", "team", "as_at")),
        Page("quality/quarter", "What changed this quarter?", ("iro", "team", "as_at")),
        Page("quality/escalations", "Where do IROs challenge?", ("period", "iro", "team", "as_at")),
        Page("quality/audits", "What do audits say?", ("period", "team", "as_at")),
    ),
    "Reports": (Page("reports/documents", "Which document do I need?", ("as_at",)),),
    "Data": (
        Page("data/loads", "What data is this?", ()),
        Page("data/definitions", "What do the numbers mean?", ()),
        Page("data/about", "What is this dashboard?", ()),
    ),
    "": (Page("weekly/children", "What is behind this number?", ("period", "iro", "team", "as_at")),),
}
