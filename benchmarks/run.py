"""`make bench`: what the product costs, as ratios to something plain, all from one run.

`python -m benchmarks.run` prints the table and writes `benchmarks/results.md`. The england store
takes some minutes to make; it is kept in `benchmarks/.work` and made anew with `--afresh`.
Names as arguments (`load duties pages england browser questions`) run only those, without writing the table.
"""

from __future__ import annotations

import platform
import shutil
import statistics
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.alone import ROOT, Cost, alone

WORK = ROOT / "benchmarks" / ".work"
RESULTS = ROOT / "benchmarks" / "results.md"
RUNS = 15
"""Loads of each sort, by turns: the speed of a shared machine changes by a third within minutes."""
ASKED = {"pages/weekly/children/page.py": {"measure": "reviews_held"}}
"""What a page is asked for that shows nothing unasked: here some two thousand rows."""


@dataclass(frozen=True)
class Ratio:
    """One line of the table: what was measured, against what, and the goal."""

    what: str
    product: str
    against: str
    value: float
    goal: float
    unit: str = "x"

    @property
    def verdict(self) -> str:
        return "reached" if self.value <= self.goal else "missed"


def files_of(scale: str) -> Path:
    """The extract of one scale, written once."""
    folder = WORK / scale
    if not (folder / ".whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"Writing invented children, {scale}", file=sys.stderr)
        alone("write_demo", str(folder), scale)
        (folder / ".whole").touch()
    return folder


def store_of(scale: str) -> tuple[Path, list[Ratio]]:
    """The store of one scale, loaded once by these measures; with the memory that loading took."""
    from metrics.counting.cube import table

    store = WORK / f"{scale}.sqlite"
    kept = WORK / f"{scale}.{table().name}"  # a cube that other measures wrote would not be read
    if not kept.exists():
        for other in WORK.glob(f"{scale}.cube_*"):
            other.unlink()
        folder = files_of(scale)
        _remove(store)
        print(f"Loading {scale}", file=sys.stderr)
        cost = alone("load_product", str(folder), str(store))
        kept.write_text(f"{cost.peak_mb} {cost.seconds}")
    peak, seconds = map(float, kept.read_text().split())
    goal = {"authority": 400.0, "england": 600.0}[scale]
    return store, [
        Ratio(f"peak memory of loading, {scale}", f"{peak:.0f} MB in {seconds:.0f} s", "", peak, goal, "MB")
    ]


def load() -> list[Ratio]:
    """Loading one authority's five years against the bare insert of the same files.

    Both by turns, each in a process of its own whose clock starts when the modules are imported and the
    empty store is open; what that takes stands beside it.
    """
    folder = files_of("authority")
    product: list[Cost] = []
    bare: list[Cost] = []
    for _ in range(RUNS):
        for taken, work in ((product, "load_product"), (bare, "load_bare")):
            store = WORK / f"{work}.sqlite"
            _remove(store)
            taken.append(alone(work, str(folder), str(store)))
            _remove(store)
    ours, plain = (statistics.median(cost.seconds for cost in taken) for taken in (product, bare))
    starting = statistics.median(cost.starting for cost in product)
    ratio = Ratio(
        "load one authority",
        f"{ours:.2f} s (imports and opening an empty store, {starting:.2f} s, not counted)",
        f"csv.reader + executemany {plain:.2f} s (its own not counted either)",
        ours / plain,
        4,
    )
    return [ratio, *store_of("authority")[1]]


def duties() -> list[Ratio]:
    """Deriving the duties of the england store against reading the same rows."""
    from benchmarks.facts import derivation

    store, memory = store_of("england")
    reviews, reading, deriving = derivation(store)
    ratio = Ratio(
        f"duties of {reviews:,} reviews",
        f"{deriving:.2f} s",
        f"reading the rows {reading:.2f} s",
        deriving / reading,
        3,
    )
    return [ratio, *memory]


def pages() -> list[Ratio]:
    """Each page's rerun against the same charts and tables from constants."""
    from benchmarks.pages import constants, drawings_of, opened, rerun_seconds

    store, _ = store_of("authority")
    ratios = []
    for page in _page_files():
        shown = opened(page, store, ASKED.get(page, {}))
        drawings = drawings_of(shown)
        with constants(drawings) as drawn:
            ours, plain = rerun_seconds(shown, drawn)
        charts = sum(name == "plotly_chart" for name, _, _ in drawings)
        ratios.append(
            Ratio(
                f"rerun {page}",
                f"{1000 * ours:.1f} ms",
                f"{charts} charts of {len(drawings)} drawings from constants {1000 * plain:.1f} ms",
                ours / plain,
                1.5,
            )
        )
    return ratios


def england() -> list[Ratio]:
    """Each page on the england store against the same page on one authority."""
    from benchmarks.facts import authority_like
    from benchmarks.pages import opened, rerun_seconds
    from pages.pieces.child_link import CHILD_PAGE

    one, _ = store_of("authority")
    nation, _ = store_of("england")
    authority = authority_like(nation, one)
    ratios = []
    for page in _page_files():
        asked = ASKED.get(page, {})
        small, large = rerun_seconds(
            opened(page, one, asked), opened(page, nation, {"authority": authority} | asked)
        )
        ratios.append(
            Ratio(
                f"england store, {page}",
                f"{1000 * large:.1f} ms",
                f"one authority's store {1000 * small:.1f} ms",
                large / small,
                1.2 if page == CHILD_PAGE else 2,
            )
        )
    return ratios


def browser() -> list[Ratio]:
    """The tracker in a browser, from the click on a filter to its table redrawn: against constants, and on
    the england store against one authority's."""
    from benchmarks.browser import constant_seconds, tables_of, tracker_seconds
    from benchmarks.facts import authority_like

    one, _ = store_of("authority")
    nation, _ = store_of("england")
    tables = tables_of(one, {})
    theirs = {"authority": authority_like(nation, one)}
    plain, ours = constant_seconds(tables), tracker_seconds(one, {}, tables)
    large = tracker_seconds(nation, theirs, tables_of(nation, theirs))
    rows = f"{min(map(len, tables.values()))} to {max(map(len, tables.values()))} rows"
    ratios = []
    for which, place in (("a filter chosen for the first time", 0), ("a filter chosen again", 1)):
        product = f"{1000 * ours[place]:.0f} ms"
        ratios += [
            Ratio(
                f"tracker in the browser, {which}", product,
                f"the same tables ({rows}) from constants {1000 * plain[place]:.0f} ms",
                ours[place] / plain[place], 2,
            ),
            Ratio(
                f"tracker in the browser, england store, {which}", f"{1000 * large[place]:.0f} ms",
                f"one authority's store {product}", large[place] / ours[place], 2,
            ),
        ]  # fmt: skip
    return ratios


def questions() -> list[Ratio]:
    """The common questions through the cube against pandas over all rows."""
    from benchmarks.facts import common_questions

    ratios = []
    for scale in ("authority", "england"):
        store, _ = store_of(scale)
        cube, pandas = common_questions(store)
        ratios.append(
            Ratio(
                f"late, held and case notes by IRO and month, {scale}",
                f"cube {1000 * cube:.1f} ms",
                f"pandas over all rows {1000 * pandas:.0f} ms",
                cube / pandas,
                1,
            )
        )
    return ratios


PARTS = {
    "load": load,
    "duties": duties,
    "pages": pages,
    "england": england,
    "browser": browser,
    "questions": questions,
}


def _page_files() -> list[str]:
    """The pages of the menu and those behind its numbers, as the dashboard is told of them."""
    from pages import SECTIONS

    return sorted(page.file for section in SECTIONS.values() for page in section)


def _remove(store: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{store}{ending}").unlink(missing_ok=True)


def table(ratios: list[Ratio]) -> str:
    """The results as a table of Markdown, with the machine they were measured on."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {date.today()} (Python {platform.python_version()}).",
        "Ratios of one run; the times beside them are of that machine and day, and prove nothing elsewhere.",
        "",
        "| what | product | against | result | goal | |",
        "|---|---|---|---|---|---|",
    ]
    for ratio in ratios:
        value = f"{ratio.value:.2f} x" if ratio.unit == "x" else f"{ratio.value:.0f} {ratio.unit}"
        goal = f"{ratio.goal:g} {ratio.unit}"
        lines.append(
            f"| {ratio.what} | {ratio.product} | {ratio.against} | {value} | {goal} | {ratio.verdict} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    if "--afresh" in arguments:
        shutil.rmtree(WORK, ignore_errors=True)
    names = [name for name in arguments if name != "--afresh"] or list(PARTS)
    WORK.mkdir(parents=True, exist_ok=True)
    ratios = [ratio for name in names for ratio in PARTS[name]()]
    text = table(ratios)
    print(text)
    if names == list(PARTS):
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
