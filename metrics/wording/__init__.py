"""How days, counts, names and sources are written for readers."""
