"""Forms in which people record something, and what was recorded."""
