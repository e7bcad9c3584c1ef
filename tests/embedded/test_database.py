import sqlite3
import threading

import pytest

from photohq.embedded.database import Database
from photohq.photos.errors import Unavailable


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "photohq.db")
    opened.migrate("test", ["CREATE TABLE words (word TEXT PRIMARY KEY)"])
    yield opened
    opened.close()


def words(database):
    return [row[0] for row in database.reader().execute("SELECT word FROM words ORDER BY word")]


def add(database, word):
    with database.transaction() as writer:
        writer.execute("INSERT INTO words VALUES (?)", (word,))


def test_a_transaction_is_all_or_nothing(database):
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as writer:
        writer.execute("INSERT INTO words VALUES ('one')")
        writer.execute("INSERT INTO words VALUES ('one')")
    assert words(database) == []


def test_a_transaction_inside_another_belongs_to_it(database):
    with pytest.raises(RuntimeError), database.transaction():
        add(database, "inner")
        assert words(database) == ["inner"], "its own writes are seen inside"
        raise RuntimeError
    assert words(database) == []


def test_other_threads_see_what_is_committed_only(database):
    seen = []
    with database.transaction():
        add(database, "one")
        reader = threading.Thread(target=lambda: seen.append(words(database)))
        reader.start()
        reader.join()
    assert seen == [[]]
    assert words(database) == ["one"]


def test_many_threads_write_one_after_the_other(database):
    threads = [threading.Thread(target=add, args=(database, f"w{n}")) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(words(database)) == 20


def test_two_processes_share_the_file(database, tmp_path):
    other = Database(tmp_path / "photohq.db")
    add(other, "theirs")
    add(database, "ours")
    assert words(other) == words(database) == ["ours", "theirs"]
    other.close()


def test_migrations_run_once_and_in_order(database):
    steps = ["CREATE TABLE words (word TEXT PRIMARY KEY)", "INSERT INTO words VALUES ('second')"]
    database.migrate("test", steps)
    database.migrate("test", steps)
    assert words(database) == ["second"]


def test_a_file_of_a_newer_version_is_refused(database):
    with pytest.raises(Unavailable, match="newer version"):
        database.migrate("test", [])


def test_a_full_disk_is_told_as_such(database):
    size = database.reader().execute("PRAGMA page_count").fetchone()[0]
    with pytest.raises(Unavailable, match="The disk is full"), database.transaction() as writer:
        writer.execute(f"PRAGMA max_page_count = {size}")
        for number in range(10_000):
            writer.execute("INSERT INTO words VALUES (?)", ("x" * 500 + str(number),))
    assert words(database) == []


def test_a_file_that_is_no_database_is_told_as_such(tmp_path):
    (tmp_path / "photohq.db").write_bytes(
        b"not a database, but long enough to be taken for one" * 20
    )
    with pytest.raises(Unavailable, match="can't be opened"):
        Database(tmp_path / "photohq.db")
