"""A DynamoDB table for a test, as the deployment makes it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from botocore.credentials import Credentials

from photohq.catalog.dynamodb import USER_INDEX, VERSION_INDEX, DynamoDbCatalog

REGION = "eu-central-1"


def catalog_at(url, table, **options) -> DynamoDbCatalog:
    """Answer a catalog that never really waits."""
    return DynamoDbCatalog(
        table,
        REGION,
        endpoint_url=url,
        credentials=Credentials("test", "test"),
        **{"sleep": lambda seconds: None, **options},
    )


@contextmanager
def new_table(url) -> Iterator[str]:
    """Make an empty table and remove it in the end."""
    client = _client(url)
    name = f"photos-{secrets.token_hex(8)}"
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("photo_id", "user_id", "created_at", "version_type")
        ],
        KeySchema=[{"AttributeName": "photo_id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            _index(USER_INDEX, "created_at", "photo_id"),
            _index(VERSION_INDEX, "version_type", "created_at", "photo_id"),
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    yield name
    client.delete_table(TableName=name)


@cache
def _client(url):
    return catalog_at(url, "").client


def _index(name, *sort_keys):
    return {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": "user_id", "KeyType": "HASH"},
            *({"AttributeName": key, "KeyType": "RANGE"} for key in sort_keys),
        ],
        "Projection": {"ProjectionType": "ALL"},
    }
