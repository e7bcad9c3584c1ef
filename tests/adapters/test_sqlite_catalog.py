import msgspec
import pytest
from tests.adapters.catalog_suite import NOW, AgendaSuite, CatalogSuite, checksum, photo, version

from photohq.catalog.sqlite import MIGRATIONS, SqliteCatalog
from photohq.embedded.database import Database
from photohq.photos.photo import VersionType


class TestSqliteCatalog(CatalogSuite, AgendaSuite):
    @pytest.fixture
    def catalog(self, tmp_path):
        database = Database(tmp_path / "photohq.db")
        yield SqliteCatalog(database)
        database.close()


def test_records_outlive_the_process(tmp_path):
    first = Database(tmp_path / "photohq.db")
    SqliteCatalog(first).add(photo())
    first.close()
    second = Database(tmp_path / "photohq.db")
    assert SqliteCatalog(second).find("p") == photo()
    second.close()


def test_a_page_reads_no_more_than_itself(tmp_path):
    """Both lists walk an index in order: nothing is sorted, and nothing before the page is read."""
    database = Database(tmp_path / "photohq.db")
    catalog = SqliteCatalog(database)
    queries = []
    database.reader().set_trace_callback(queries.append)
    catalog.page("user", limit=50, now=NOW)
    catalog.page("user", limit=50, now=NOW, version_type=VersionType.EDITED)
    database.reader().set_trace_callback(None)
    for query in queries:
        plan = " ".join(row[3] for row in database.reader().execute(f"EXPLAIN QUERY PLAN {query}"))
        assert "SEARCH" in plan
        assert "TEMP B-TREE" not in plan
    assert len(queries) == 2
    database.close()


def test_records_of_the_first_schema_are_found_by_their_checksums(tmp_path):
    database = Database(tmp_path / "photohq.db")
    database.migrate("catalog", MIGRATIONS[:1])
    stored = {
        name: photo(name, original=version(name, arrived=arrived, checksum_sha256=checksum(name)))
        for name, arrived in [("there", True), ("announced", False)]
    }
    with database.transaction() as writer:
        for one in stored.values():
            row = (one.photo_id, one.user_id, one.created_at, "original", 1, None, None)
            writer.execute(
                "INSERT INTO photos VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, msgspec.json.encode(one)),
            )
    catalog = SqliteCatalog(database)
    asked = {name: checksum(name) for name in stored}
    found = catalog.find_by_checksums("user", asked.values())
    assert found == {asked["there"]: stored["there"]}
    database.close()


def test_a_history_of_ids_alone_is_forgotten(tmp_path):
    database = Database(tmp_path / "photohq.db")
    database.migrate("catalog", MIGRATIONS[:2])
    stored = {
        "with one": {**msgspec.to_builtins(photo("with one")), "past_edits": [{"upload_id": "u"}]},
        "without": msgspec.to_builtins(photo("without", tags=("sea",))),
    }
    with database.transaction() as writer:
        for name, record in stored.items():
            row = (name, "user", record["created_at"], "original", 1, None, None)
            writer.execute(
                "INSERT INTO photos VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (*row, msgspec.json.encode(record)),
            )
    catalog = SqliteCatalog(database)
    assert catalog.find("with one") == photo("with one")
    assert catalog.find("without") == photo("without", tags=("sea",))
    database.close()
