"""The menu: section -> its pages, each as (file, question, the filters it obeys).

A page's question is its title; its URL is its file's name. The section without a name holds pages
that are not in the menu: they are reached by a click on a number. The menu has no icons, because
Streamlit would fetch the open page's icon from the internet to put it on the browser's tab.
"""

SECTIONS: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "This week": (
        ("weekly/overview.py", "What needs me this week?", ("iro", "team", "as_at")),
        ("weekly/tracker.py", "Which reviews are late or at risk?", ("iro", "team", "as_at")),
        ("weekly/steps.py", "Were the steps on time?", ("period", "iro", "team", "as_at")),
    ),
    "Footprint": (
        ("footprint/service.py", "What footprint does each IRO leave?", ("period", "as_at")),
        ("footprint/iro.py", "How is this IRO's practice?", ("period", "iro", "as_at")),
        ("footprint/team.py", "How does this team support its reviews?", ("period", "team", "as_at")),
        ("footprint/capacity.py", "Who will have too much?", ("as_at",)),
        ("footprint/child.py", "What is happening for this child?", ("as_at",)),
    ),
    "Quality": (
        ("quality/timeliness.py", "Are reviews on time?", ("period", "iro", "team", "as_at")),
        ("quality/participation.py", "Did children take part?", ("period", "iro", "team", "as_at")),
        ("quality/population.py", "Who is looked after?", ("iro", "team", "as_at")),
        ("quality/quarter.py", "What changed this quarter?", ("iro", "team", "as_at")),
        ("quality/escalations.py", "Where do IROs challenge?", ("period", "iro", "team", "as_at")),
        ("quality/audits.py", "What do audits say?", ("period", "team", "as_at")),
    ),
    "Reports": (("reports/documents.py", "Which document do I need?", ("as_at",)),),
    "Data": (
        ("data/loads.py", "What data is this?", ()),
        ("data/definitions.py", "What do the numbers mean?", ()),
        ("data/about.py", "What is this dashboard?", ()),
    ),
    "": (("weekly/children.py", "What is behind this number?", ("period", "iro", "team", "as_at")),),
}
