import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agentchat.sqlite.files import create_private, settle, snapshot, transact


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None, timeout=0.01)) as db:
        settle(db, synchronous="FULL")
        db.execute("CREATE TABLE t (x UNIQUE)")
        yield db


def test_a_new_file_is_private_and_one_that_exists_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    create_private(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("kept")
    path.chmod(0o640)
    create_private(path)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("kept", 0o640)


def test_a_transaction_happens_as_a_whole_and_gives_its_result(db: sqlite3.Connection) -> None:
    assert transact(db, lambda db: db.execute("INSERT INTO t VALUES (1)").rowcount) == 1
    assert db.execute("SELECT x FROM t").fetchall() == [(1,)]
    assert not db.in_transaction


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_transaction_that_raises_leaves_nothing(db: sqlite3.Connection, error: type[BaseException]) -> None:
    def work(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO t VALUES (1)")
        raise error

    with pytest.raises(error):
        transact(db, work)
    assert not db.in_transaction
    assert db.execute("SELECT x FROM t").fetchall() == []


def test_a_snapshot_does_not_see_what_others_write_meanwhile(db: sqlite3.Connection, tmp_path: Path) -> None:
    def work(db: sqlite3.Connection) -> list[int]:
        counts = [count(db)]
        with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as other:
            other.execute("INSERT INTO t VALUES (1)")
        return [*counts, count(db)]

    assert snapshot(db, work) == [0, 0]
    assert (count(db), db.in_transaction) == (1, False)


def count(db: sqlite3.Connection) -> int:
    return db.execute("SELECT count(*) FROM t").fetchone()[0]
