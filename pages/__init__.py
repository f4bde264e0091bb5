"""The menu: section -> its pages, each as (file, question, icon, the filters it obeys).

A page's question is its title; its URL is its file's name. An empty icon leaves a page out of the
menu: it is reached by a click on a number.
"""

SECTIONS: dict[str, tuple[tuple[str, str, str, tuple[str, ...]], ...]] = {
    "This week": (
        ("weekly/overview.py", "What needs me this week?", "today", ("iro", "team", "as_at")),
        ("weekly/children.py", "What is behind this number?", "", ("period", "iro", "team", "as_at")),
    ),
    "Footprint": (
        ("footprint/service.py", "What footprint does each IRO leave?", "footprint", ("period", "as_at")),
    ),
    "Quality": (
        (
            "quality/timeliness.py",
            "Are reviews on time?",
            "event_available",
            ("period", "iro", "team", "as_at"),
        ),
    ),
    "Data": (
        ("data/loads.py", "What data is this?", "database", ()),
        ("data/definitions.py", "What do the numbers mean?", "menu_book", ()),
    ),
}
