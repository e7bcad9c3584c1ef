"""Every catalog, empty, for what has to hold on all of them."""

import pytest
from tests.adapters.dynamodb_table import catalog_at, new_table
from tests.adapters.objects.conftest import s3_of_ministack, s3_of_seaweedfs

from photohq.catalog.sqlite import SqliteCatalog
from photohq.embedded.database import Database

__all__ = ["catalog", "s3_of_ministack", "s3_of_seaweedfs"]


@pytest.fixture(params=["sqlite", "dynamodb"])
def catalog(request, tmp_path):
    """DynamoDB's is ministack's: moto does not keep transactions of several threads apart."""
    if request.param == "sqlite":
        database = Database(tmp_path / "photohq.db")
        yield SqliteCatalog(database)
        database.close()
        return
    url = request.getfixturevalue("ministack_url")
    with new_table(url) as table:
        made = catalog_at(url, table)
        yield made
        made.client.close()
