"""Figures made by other rules than those in force are made anew before they are shown."""

from __future__ import annotations

import logging
from threading import Thread

import streamlit as st

from data_access.reading import AuthorityInfo
from data_access.store.opening import StoreProblem
from metrics.digest import digest
from pages.frame import reads

_log = logging.getLogger(__name__)


def by_rules_in_force(info: AuthorityInfo) -> AuthorityInfo:
    """The authority once its figures are made by the rules in force, which the page waits for.

    Raises StoreProblem where they cannot be made.
    """
    if info.rules_digest == digest():
        return info
    waiting_for = f"The rules have changed since the figures of {info.authority} were made. Making them anew."
    with st.spinner(waiting_for, show_time=True):
        _make(info.authority)
    return next(one for one in reads.authorities() if one.authority == info.authority)


def begin_making() -> None:
    """Make anew, beside the server that starts, whatever in its store was made by other rules."""
    Thread(target=_make_all, daemon=True).start()


def _make_all() -> None:
    try:
        for info in reads.authorities():
            if info.rules_digest != digest():
                _make(info.authority)
    except StoreProblem as problem:
        _log.warning("%s", problem)
    except Exception:
        _log.exception("The figures could not be made anew by the rules in force")


def _make(authority: str) -> None:
    # Most servers never need to: what derives takes a moment to import.
    from data_access.loading.derivation import bring_up_to_date
    from metrics.derive import derivation

    _log.warning("The rules have changed. Making the figures of %s anew by the rules in force.", authority)
    if bring_up_to_date(reads.engine(), authority, derivation()):
        _log.warning("The figures of %s were made anew.", authority)
