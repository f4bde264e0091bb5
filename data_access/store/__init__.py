"""The store: opening it, its tables, writing many rows."""
