"""Every catalog, empty, for what has to hold on all of them."""

import pytest
from tests.adapters.dynamodb_table import catalog_at, new_table

from photohq.catalog.sqlite import SqliteCatalog
from photohq.embedded.database import Database


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("ministack", marks=pytest.mark.xdist_group("ministack")),
        pytest.param("moto", marks=pytest.mark.xdist_group("moto")),
    ]
)
def catalog(request, tmp_path):
    """SQLite's, or DynamoDB's on one of its emulators."""
    if request.param == "sqlite":
        database = Database(tmp_path / "photohq.db")
        yield SqliteCatalog(database)
        database.close()
        return
    url = request.getfixturevalue(f"{request.param}_url")
    with new_table(url) as table:
        made = catalog_at(url, table)
        yield made
        made.client.close()
