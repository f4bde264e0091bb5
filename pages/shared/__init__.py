"""What pages share. How things are said is shared with documents too, so it lies in `metrics.words`."""

from metrics import words

__all__ = ["words"]
