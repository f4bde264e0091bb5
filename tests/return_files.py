"""Small statutory returns written as files, and one of the department's layout where there is one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from data_access.loading.load import LoadReport, load
from data_access.store.opening import open_store
from metrics.derive import derivation

SAMPLE = Path(__file__).parents[2] / "shared" / "reference" / "ssda903"
AS_AT = date(2018, 3, 31)
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
REVIEWS = "CHILD,DOB,REVIEW,REVIEW_CODE"


def episode(decom: str, rne: str, dec: str = "", rec: str = "", *, ls="C2", place="U1", child="007") -> str:
    """A line of the table of episodes."""
    return f"{child},{decom},{rne},{ls},N1,{place},PR1,{dec},{rec},,,,"


def write_return(
    folder: Path,
    *,
    episodes: list[str],
    reviews: list[str] | None = None,
    headers: list[str] | None = None,
    year: str = "",
) -> Path:
    """The folder with a return's tables; reviews: None for one without that table. year: in the names."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"header": (HEADER, headers or ["007,1,01/05/2008,WBRI,,,"]), "episodes": (EPISODES, episodes)}
    if reviews is not None:
        tables["reviews"] = (REVIEWS, reviews)
    for name, (headings, rows) in tables.items():
        text = "\n".join([headings, *rows]) + "\n"
        (folder / f"{name}{year}.csv").write_text(text, encoding="utf-8")
    return folder


def loaded(*paths: Path, engine: Engine | None = None, year: int | None = None) -> tuple[Engine, LoadReport]:
    engine = engine or open_store("sqlite://")
    (report,) = load(engine, list(paths), derivation=derivation(), as_at=AS_AT, year=year)
    return engine, report
