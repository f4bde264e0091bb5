"""The invented authority: extract files of children nobody has, in the shape of a real service.

Made from a seed, so that the same seed, scale, as-at date and form give the same files byte for byte.
One child at a time goes from being made up to being written, so that England fits in little memory.
Loaded through the front door like any extract.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from data_access.demo.days import Days
from data_access.demo.shape import shapes_of
from data_access.demo.world import World
from data_access.sources.extract.demo import write_template
from data_access.sources.ssda903.demo import write_ssda903

__all__ = ["write_demo"]

Progress = Callable[[str, int, int], None]
WRITERS = {"template": write_template, "ssda903": write_ssda903}


def write_demo(
    directory: Path,
    *,
    scale: str = "authority",
    seed: int = 1,
    as_at: date,
    form: str = "template",
    progress: Progress | None = None,
) -> list[Path]:
    """Write an invented authority's files into `directory`; gives the paths written.

    `scale`: `authority` (760 children looked after, files in the directory itself), `region` (20,000 in
    26 authorities) or `england` (85,000 in 150), a folder for each authority. `form`: `template` (the
    review extract) or `ssda903` (the same children as statutory returns, one set for each collection
    year). `as_at` is the day the files are made on: nothing later is in them but bookings.
    `progress(label, done, total)` is told after each authority. Raises ValueError for another scale
    or form.
    """
    if form not in WRITERS:
        raise ValueError(f"There is no form {form}: use {' or '.join(WRITERS)}.")
    days = Days(as_at)
    shapes = shapes_of(scale, seed)
    written: list[Path] = []
    for done, shape in enumerate(shapes, start=1):
        written += WRITERS[form](World(shape, days, seed), directory / shape.name)
        if progress is not None:
            progress(shape.name or "invented authority", done, len(shapes))
    return written
