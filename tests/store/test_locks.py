import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine

from connector.store import statuses
from connector.store.engine import BadDatabase, make_engine, reading, writing
from connector.store.locks import AlreadyServing, exclusive, held_lock, serve_lock, sole_worker
from tests.conftest import POSTGRES, opened

HOLD = """
import sys
from connector.store.engine import make_engine
from connector.store.locks import serve_lock
with serve_lock(make_engine(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_second_serve_on_the_same_file_is_refused_until_the_first_ends(database_url: str, engine: Engine) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(AlreadyServing, match=f"process {first.pid} already serves on .*connector.db"):
            serve_lock(engine).__enter__()
        first.kill()

    with serve_lock(engine):
        assert Path(f"{engine.url.database}.serving").read_text() == str(os.getpid())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_name_of_the_same_file_is_the_same_file(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "connector.db")

    with opened(f"sqlite:///{tmp_path / 'link.db'}") as other, serve_lock(engine), pytest.raises(AlreadyServing):
        serve_lock(other).__enter__()


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_any_number_may_serve_on_postgresql(engine: Engine) -> None:
    with serve_lock(engine), serve_lock(engine):
        assert engine.dialect.name == "postgresql"


def test_a_database_in_memory_is_nobody_elses() -> None:
    with serve_lock(make_engine("sqlite://")), serve_lock(make_engine("sqlite://")):
        assert not Path(":memory:.serving").exists()


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_a_named_lock_has_one_holder_until_its_transaction_ends(engine: Engine, database_url: str) -> None:
    with opened(database_url) as other:
        with writing(engine) as holder, writing(other) as second:
            assert held_lock(holder, "pipeline main")
            assert not held_lock(second, "pipeline main")
            assert held_lock(second, "pipeline other")
        with writing(other) as second:
            assert held_lock(second, "pipeline main")


def test_the_holder_of_a_lock_writes_in_transactions_of_its_own(engine: Engine) -> None:
    with exclusive(engine, "rollup main OPS") as is_ours:
        assert is_ours
        for status in ("1", "2"):
            with writing(engine) as conn:
                statuses.learn(conn, "main", {status: "new"})

    with reading(engine) as conn:
        assert statuses.categories(conn, "main") == {"1": "new", "2": "new"}


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_a_lock_held_for_a_block_is_refused_to_others_until_its_end(engine: Engine) -> None:
    with exclusive(engine, "rollup main OPS") as first, exclusive(engine, "rollup main OPS") as second:
        assert (first, second) == (True, False)
    with exclusive(engine, "rollup main OPS") as again:
        assert again


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_writer_on_sqlite_holds_every_lock(engine: Engine) -> None:
    with writing(engine) as conn:
        assert held_lock(conn, "pipeline main")


WORK = """
import sys, threading
from connector.store.engine import make_engine
from connector.store.locks import sole_worker
with sole_worker(make_engine(sys.argv[1]), "outbox host:1", threading.Event()) as is_alone:
    print("working" if is_alone else "ended", flush=True)
    sys.stdin.read()
"""


def test_the_next_worker_of_a_room_waits_until_the_one_before_is_gone(database_url: str, engine: Engine) -> None:
    stopped = threading.Event()
    stopped.set()
    with subprocess.Popen(
        [sys.executable, "-c", WORK, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "working\n"
        with sole_worker(engine, "outbox host:1", stopped) as is_alone:
            beside = is_alone
        with sole_worker(engine, "pipeline host:1", stopped) as is_alone:
            elsewhere = is_alone
        threading.Timer(0.3, first.kill).start()
        with sole_worker(engine, "outbox host:1", threading.Event()) as is_alone:
            after = is_alone

    assert (beside, elsewhere, after) == (False, True, True)


def test_serving_in_a_folder_that_is_not_there_names_the_file_that_cannot_be_made(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'gone' / 'connector.db'}") as engine, pytest.raises(BadDatabase) as refused:
        serve_lock(engine).__enter__()

    told = f"the database cannot be used ({tmp_path / 'gone' / 'connector.db.serving'}: No such file or directory)"
    assert str(refused.value).startswith(told)
