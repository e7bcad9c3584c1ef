"""Copy the records of one DynamoDB table to another: what the restore of a table ends with.

AWS's own variables say where and who: AWS_DEFAULT_REGION, AWS_PROFILE. What is in the target stays
as it is, unless --replace is given. --bucket and --users make records fit another stack: its
buckets, and the ids that its user pool has given the same people, as move_users.py prints them.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import boto3

WRITERS = 16
USER = re.compile(r"sum#([^#]+)#")


def copy(
    client: Any,
    source: str,
    target: str,
    photo_ids: Sequence[str] = (),
    *,
    replace: bool = False,
    buckets: Mapping[str, str] | None = None,
    users: Mapping[str, str] | None = None,
) -> Counter[str]:
    """Copy all rows, or the records of some photos; answers what became of how many."""

    def write(row: dict[str, Any]) -> str:
        moved = fitted(row, buckets or {}, users or {})
        if moved is None:
            return "left out"
        condition = {} if replace else {"ConditionExpression": "attribute_not_exists(photo_id)"}
        try:
            client.put_item(TableName=target, Item=moved, **condition)
        except client.exceptions.ConditionalCheckFailedException:
            return "there already"
        return "copied"

    outcomes: Counter[str] = Counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        for rows in _pages(client, source, photo_ids):
            outcomes.update(pool.map(write, rows))
    return outcomes


def fitted(
    row: dict[str, Any], buckets: Mapping[str, str], users: Mapping[str, str]
) -> dict[str, Any] | None:
    """Make a row fit another stack; None where it belongs to a user who is not there, or is a
    claim on an Idempotency-Key, which names its user where it can't be seen."""
    if not users:
        return _with_buckets(row, buckets)
    key = row["photo_id"]["S"]
    if key.startswith("idem#"):
        return None
    row = dict(row)
    for name in ("user_id", "announced_by"):
        if name in row:
            if row[name]["S"] not in users:
                return None
            row[name] = {"S": users[row[name]["S"]]}
    if found := USER.match(key):
        if found[1] not in users:
            return None
        row["photo_id"] = {"S": key.replace(found[1], users[found[1]], 1)}
    return _with_buckets(row, buckets)


def _with_buckets(row: dict[str, Any], buckets: Mapping[str, str]) -> dict[str, Any]:
    def value(name: str, stored: dict[str, Any]) -> dict[str, Any]:
        ((kind, inner),) = stored.items()
        if kind == "M":
            return {"M": _with_buckets(inner, buckets)}
        if kind == "L":
            return {"L": [value(name, member) for member in inner]}
        if name == "bucket" or name.endswith("_bucket"):
            return {kind: buckets.get(inner, inner)}
        return stored

    return {name: value(name, stored) for name, stored in row.items()}


def _pages(
    client: Any, source: str, photo_ids: Sequence[str]
) -> Iterator[Sequence[dict[str, Any]]]:
    if not photo_ids:
        for page in client.get_paginator("scan").paginate(TableName=source):
            yield page["Items"]
    get = partial(client.get_item, TableName=source)
    for photo_id in photo_ids:
        found = get(Key={"photo_id": {"S": photo_id}}).get("Item")
        yield [found] if found else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--photo", action="append", default=[], metavar="ID")
    parser.add_argument("--replace", action="store_true")
    parser.add_argument("--bucket", action="append", default=[], metavar="OLD=NEW")
    parser.add_argument("--users", type=Path, metavar="FILE")
    given = parser.parse_args()
    outcomes = copy(
        boto3.client("dynamodb"),
        given.source,
        given.target,
        given.photo,
        replace=given.replace,
        buckets=dict(pair.split("=", 1) for pair in given.bucket),
        users=json.loads(given.users.read_text()) if given.users else None,
    )
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
    sys.stdout.write(f"{told or 'nothing found'}\n")


if __name__ == "__main__":
    main()
