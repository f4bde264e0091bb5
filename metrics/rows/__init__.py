"""The rows that measures count, as expressions over the facts."""
