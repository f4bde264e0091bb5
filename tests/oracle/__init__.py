"""A second implementation of the duties and the measures: slow, obvious, and written only from the documents.

`domain.md` sections 1-9, `measures.md` and `design.md` ("The command line") are its sources. It shares
nothing with the product: plain Python over rows and days, its own calendar (GOV.UK's list of bank holidays),
its own code lists. Where the two disagree, the documents decide (`tests/test_agreement_*.py`, `hunt.py`).
"""

from tests.oracle.duties import duties
from tests.oracle.measures import BREAKDOWNS, KEYS, measures

__all__ = ["BREAKDOWNS", "KEYS", "duties", "measures"]
