"""All of a load is stored, or nothing of it: killed, stopped, without space, refused by the system."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, event, text
from sqlalchemy.pool import Pool

from data_access.loading.load import LoadRefused
from data_access.store.opening import ROOT, open_store, writing
from tests.files_given import AS_AT, SMALL, counts, load_files, load_texts, rows, write

LOADER = textwrap.dedent(
    """
    import sys
    from datetime import date
    from pathlib import Path
    from data_access.loading.load import load
    from data_access.store.opening import ROOT, open_store
    from metrics.derive import derivation
    engine = open_store(sys.argv[1])
    print("ready", flush=True)
    load(engine, [Path(sys.argv[2])], derivation=derivation(), as_at=date(2026, 3, 31))
    print("done", flush=True)
    """
)


def big(folder: Path, children: int, name: str) -> Path:
    """A few thousand rows that differ from folder to folder, so that a load takes a moment."""
    numbers = range(children)
    return write(
        folder,
        children="child_id,date_of_birth\n" + "".join(f"{n:06d},2012-05-01\n" for n in numbers),
        care_periods="child_id,started_on\n" + "".join(f"{n:06d},2024-01-10\n" for n in numbers),
        iros=f"iro_id,iro_name,started_on\nI1,{name},2020-01-01\n",
        reviews="review_id,child_id,review_status,held_on\n"
        + "".join(f"{name}{n},{n:06d},held,2024-0{n % 9 + 1}-06\n" for n in numbers),
        activities="activity_id,child_id,iro_id,activity_kind,done_on\n"
        + "".join(f"{name}{n}-{k},{n:06d},I1,case_note,2024-02-01\n" for n in numbers for k in range(10)),
    )


def content(url: str) -> dict[str, object]:
    """All that tells one state of the store from another, read by a fresh process's eyes."""
    engine = open_store(url)
    with engine.connect() as connection:
        broken = connection.execute(text("PRAGMA integrity_check")).scalar_one()
    found: dict[str, object] = {"integrity": broken, **counts(engine)}
    found["names"] = rows(engine, "iros", "iro_name")
    found["reviews said"] = rows(engine, "reviews", "review_id")[:3]
    engine.dispose()
    return found


@pytest.mark.parametrize("held_before", ["old", None])
def test_a_load_killed_at_any_moment_leaves_the_old_data_or_the_new(
    tmp_path: Path, held_before: str | None
) -> None:
    kept = f"sqlite:///{tmp_path}/s.sqlite"
    new = big(tmp_path / "new", 1800, "new")
    (tmp_path / "loader.py").write_text(LOADER)
    loader = [sys.executable, str(tmp_path / "loader.py")]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if held_before:
        old = big(tmp_path / "old", 1500, held_before)
        subprocess.run([*loader, kept, str(old)], check=True, env=environment, capture_output=True)
    before = content(kept)
    seconds = _time_of_load([*loader, _copy(kept, tmp_path / "timed"), str(new)], environment)
    moments = random.Random(3)
    interrupted = []
    for number in range(20):
        url = _copy(kept, tmp_path / f"killed_{number}")
        running = _started([*loader, url, str(new)], environment)
        time.sleep(moments.uniform(0, seconds))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        found = content(url)
        assert found["integrity"] == "ok"
        if found == before:
            interrupted.append(url)
        else:
            assert (found["names"], found["reviews"]) == ([("new",)], 1800)
            seconds *= 0.8  # it was done: the time was taken while the machine was slower
        if len(interrupted) == 4:
            break
    assert len(interrupted) == 4, "hardly one was killed half-way: the load is too short to say anything"
    subprocess.run([*loader, interrupted[-1], str(new)], check=True, env=environment, capture_output=True)
    assert content(interrupted[-1])["names"] == [("new",)]


def test_a_load_stopped_from_the_keyboard_says_that_the_old_data_stand(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="Windows has no terminals to open from a test")
    url = f"sqlite:///{tmp_path}/s.sqlite"
    load_files(open_store(url), big(tmp_path / "old", 60, "old"))
    before = content(url)
    new = big(tmp_path / "new", 5000, "new")
    screen, terminal = pty.openpty()
    command = [sys.executable, "manage.py", "load", str(new), "--store", url, "--as-at", AS_AT.isoformat()]
    # Tests that run in the background hear nothing of Ctrl-C, and what they start would not either.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        loader = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=terminal)
    finally:
        signal.signal(signal.SIGINT, heard)
    os.close(terminal)
    said = b""
    while b"activities.csv: 0 rows" not in said:
        said += os.read(screen, 10_000)
    loader.send_signal(signal.SIGINT)
    assert loader.communicate()[0] == b""
    while b"Aborted!" not in said:
        said += os.read(screen, 10_000)
    os.close(screen)
    assert loader.returncode == 1
    assert b"Stopped. Nothing was changed: the store holds what it held before." in said
    assert content(url) == before


def test_a_load_stopped_before_it_began_says_that_the_old_data_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from manage import manage

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("data_access.reading.authorities_in", stopped)
    teams = write(tmp_path / "new", teams="team_id,team_name\nT2,South\n")
    run = CliRunner().invoke(manage, ["load", str(teams), "--store", f"sqlite:///{tmp_path}/s.sqlite"])
    assert (run.exit_code, run.stdout) == (1, "")
    assert "Stopped. Nothing was changed" in run.stderr


def test_a_load_stopped_when_all_is_stored_does_not_say_that_nothing_was(tmp_path: Path) -> None:
    from manage import manage

    url = f"sqlite:///{tmp_path}/s.sqlite"
    teams = write(tmp_path / "new", teams="team_id,team_name\nT2,South\n")
    open_store(url).dispose()
    stored: list[bool] = []

    def given_back(*_: object) -> None:
        """Stops once, at the first connection that comes back when all is stored."""
        with sqlite3.connect(tmp_path / "s.sqlite") as store:
            if store.execute("SELECT 1 FROM authorities").fetchone() and not stored:
                stored.append(True)
                raise KeyboardInterrupt

    event.listen(Pool, "checkin", given_back)
    try:
        run = CliRunner().invoke(manage, ["load", str(teams), "--store", url, "--as-at", AS_AT.isoformat()])
    finally:
        event.remove(Pool, "checkin", given_back)
    assert (run.exit_code, run.stdout) == (1, "")
    assert "Stopped too late: all is stored." in run.stderr
    assert rows(open_store(url), "teams", "team_id") == [("T2",)]


def _copy(url: str, to: Path) -> str:
    """A store as it is, under another name."""
    with (
        contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source,
        contextlib.closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)
    return f"sqlite:///{to}"


def _started(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A loader whose store is open: from now on it loads."""
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline() == b"ready\n"
    return running


def _time_of_load(command: list[str], environment: dict[str, str]) -> float:
    """How long a loader takes from the moment the store is open."""
    running = _started(command, environment)
    assert running.stdout is not None
    began = time.monotonic()
    assert running.stdout.readline() == b"done\n"
    taken = time.monotonic() - began
    running.communicate()
    return taken


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_a_disk_that_is_full_half_way_leaves_the_old_data_and_says_so(tmp_path: Path, share: float) -> None:
    path = tmp_path / "s.sqlite"
    engine = open_store(f"sqlite:///{path}")
    load_files(engine, big(tmp_path / "old", 60, "old"))
    before = content(f"sqlite:///{path}")
    with engine.connect() as connection:
        pages = int(connection.execute(text("PRAGMA page_count")).scalar_one())
    engine.dispose()
    roomy = open_store(f"sqlite:///{tmp_path}/roomy.sqlite")
    load_files(roomy, big(tmp_path / "new", 1000, "new"))
    with roomy.connect() as connection:
        needed = int(connection.execute(text("PRAGMA page_count")).scalar_one())
    full = open_store(f"sqlite:///{path}")
    limit = pages + int((needed - pages) * share)
    with full.connect() as connection:
        connection.execute(text(f"PRAGMA max_page_count={limit}"))  # the pool hands this connection out again
    with pytest.raises(LoadRefused, match=r"the disk is full\. Free some space"):
        load_files(full, tmp_path / "new")
    full.dispose()
    assert content(f"sqlite:///{path}") == before
    load_files(open_store(f"sqlite:///{path}"), tmp_path / "new")
    assert content(f"sqlite:///{path}")["names"] == [("new",)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of a process are Unix's")
def test_a_write_that_the_system_refuses_leaves_the_old_data(tmp_path: Path) -> None:
    """As a full disk does: no file may grow beyond 2 MB in the loading process."""
    url = f"sqlite:///{tmp_path}/s.sqlite"
    load_files(open_store(url), big(tmp_path / "old", 60, "old"))
    before = content(url)
    new = big(tmp_path / "new", 3000, "new")
    limited = (
        "import resource, signal, sys\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))\n"
        "sys.argv = ['manage.py', 'load', sys.argv[2], '--store', sys.argv[1], '--as-at', '2026-03-31']\n"
        "from manage import manage\nmanage()\n"
    )
    (tmp_path / "limited.py").write_text(limited)
    run = subprocess.run(
        [sys.executable, str(tmp_path / "limited.py"), url, str(new)],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    assert "the disk is full" in run.stderr
    assert "Traceback" not in run.stderr
    assert content(url) == before


def test_a_second_load_waits_for_the_first_and_says_so_when_it_waited_too_long(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite"
    engine, other = open_store(url), open_store(url)
    with other.connect() as connection:
        connection.execute(text("PRAGMA busy_timeout=100"))
    with writing(engine), pytest.raises(LoadRefused, match="another load is writing"):
        load_texts(other, tmp_path / "files", **SMALL)


def test_pages_read_the_old_data_while_a_load_is_under_way(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite"
    engine, reader = open_store(url), open_store(url)
    load_texts(engine, tmp_path / "a", **SMALL)
    seen: list[int] = []

    def look(*_: object) -> None:
        seen.append(len(rows(reader, "children", "child_id")))

    load_texts(engine, tmp_path / "b", children=SMALL["children"] + "010,2010-01-01\n", derive=look)
    assert seen == [3]
    assert len(rows(reader, "children", "child_id")) == 4


def _journal_of(url: str) -> str:
    """How SQLite writes the store, as a new connection of nobody's settings finds it."""
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as store:
        return str(store.execute("PRAGMA journal_mode").fetchone()[0])


def test_the_first_load_of_a_store_is_written_once_and_later_ones_beside_what_is_read(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite"
    engine = open_store(url)
    ways: list[str] = []

    def look(*_: object) -> None:
        ways.append(_journal_of(url))

    load_texts(engine, tmp_path / "a", **SMALL, derive=look)
    ways.append(_journal_of(url))
    load_texts(engine, tmp_path / "b", children=SMALL["children"] + "010,2010-01-01\n", derive=look)
    assert ways == ["delete", "wal", "wal"]


def test_a_store_that_another_has_open_is_read_without_waiting_from_its_first_load_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite"
    engine, reader = open_store(url), open_store(url)
    seen: list[object] = []

    def look(*_: object) -> None:
        seen.append((_journal_of(url), counts(reader)["children"]))

    load_texts(engine, tmp_path / "a", **SMALL, derive=look)
    assert seen == [("wal", 0)]
    assert counts(reader)["children"] == 3


def test_a_store_opened_during_its_first_load_is_empty_and_then_holds_all(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite"
    readers: list[Engine] = []

    def look(*_: object) -> None:
        readers.append(open_store(url))
        assert counts(readers[-1])["children"] == 0

    load_texts(open_store(url), tmp_path / "a", **SMALL, derive=look)
    assert counts(readers[0])["children"] == 3
    assert _journal_of(url) == "wal"


def test_a_first_load_that_is_refused_leaves_an_empty_store_as_it_is_kept_otherwise(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite"
    engine = open_store(url)
    before = content(url)
    with pytest.raises(LoadRefused):
        load_texts(engine, tmp_path / "bad", children="child_id,date_of_birth\n001,2010-13-45\n")
    assert content(url) == before
    assert _journal_of(url) == "wal"
