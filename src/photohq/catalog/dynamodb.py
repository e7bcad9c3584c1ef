"""The catalog in DynamoDB: one table, an item for each photo and side rows that no index shows."""

import random
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError

from photohq.catalog.dynamodb_client import dynamodb_client
from photohq.catalog.dynamodb_items import (
    Item,
    batch_id,
    batch_item,
    batch_of,
    claim_id,
    claim_item,
    claim_of,
    is_key,
    item,
    photo_item,
    photo_of,
    plain,
    presets_id,
    presets_item,
    presets_of,
)
from photohq.catalog.dynamodb_side_rows import (
    Action,
    edit_writes,
    has_side_rows,
    sum_courses,
    sum_id,
)
from photohq.catalog.dynamodb_table import MAX_WRITE, Table
from photohq.catalog.port import Changed, Claim, Claimed, Page, PageKey, Scan
from photohq.photos.batch import Batch
from photohq.photos.errors import Unavailable
from photohq.photos.photo import Photo, VersionType
from photohq.photos.presets import Presets

USER_INDEX = "UserIdIndex"
"""Keys: user_id / created_at, photo_id."""
VERSION_INDEX = "UserVersionIndex"
"""Keys: user_id / version_type, created_at, photo_id."""
_COUNTER = {"#counter": "counter"}  # a reserved word
_IF_ABSENT = {"ConditionExpression": "attribute_not_exists(photo_id)"}


class DynamoDbCatalog:
    """Implements `catalog.port.Catalog`.

    Without an endpoint it is AWS's of the region; without credentials they are found as every AWS
    tool finds them. `attempts` is how often botocore tries a call; `sleep` and `random` time our
    own repeats.
    """

    def __init__(
        self,
        table: str,
        region: str,
        *,
        endpoint_url: str | None = None,
        credentials: Credentials | None = None,
        attempts: int = 3,
        sleep: Callable[[float], object] = time.sleep,
        random: Callable[[], float] = random.random,
    ) -> None:
        self.client = dynamodb_client(region, endpoint_url, credentials, attempts)
        self._table = Table(self.client, table, sleep=sleep, random=random)

    def add(self, photo: Photo, claim: Claim | None = None) -> None:
        self._write(None, photo, claim)

    def find(self, photo_id: str) -> Photo | None:
        stored = self._table.get(photo_id) if is_key(photo_id) else None
        return photo_of(stored) if stored else None

    def find_many(self, photo_ids: Collection[str]) -> dict[str, Photo]:
        found = self._table.get_many([photo_id for photo_id in photo_ids if is_key(photo_id)])
        return {photo.photo_id: photo for photo in map(photo_of, found) if photo}

    def find_by_checksums(self, user_id: str, checksums: Collection[str]) -> dict[str, Photo]:
        rows = self._table.get_many([sum_id(user_id, checksum) for checksum in checksums])
        ids = {row["photo_id"]["S"]: sorted(plain(row).get("photo_ids", ())) for row in rows}
        waiting = {checksum: ids.get(sum_id(user_id, checksum), []) for checksum in checksums}
        found: dict[str, Photo] = {}
        few = 1  # a checksum has one photo, as a rule
        while waiting := {
            checksum: names
            for checksum, names in waiting.items()
            if names and checksum not in found
        }:
            photos = self.find_many([name for names in waiting.values() for name in names[:few]])
            for photo in photos.values():
                checksum = photo.original.checksum_sha256
                if checksum in waiting and _counts(photo, user_id):
                    found[checksum] = photo
            waiting = {checksum: names[few:] for checksum, names in waiting.items()}
            few *= 8
        return found

    def replace(self, old: Photo, new: Photo, claim: Claim | None = None) -> None:
        self._write(old, new, claim)

    def remove(self, photo: Photo) -> None:
        self._write(photo, None)

    def page(
        self,
        user_id: str,
        *,
        limit: int,
        now: float,
        version_type: VersionType | None = None,
        after: PageKey | None = None,
    ) -> Page:
        keys = {"user_id": user_id} | ({"version_type": version_type.value} if version_type else {})
        query: dict[str, Any] = {
            "IndexName": VERSION_INDEX if version_type else USER_INDEX,
            "KeyConditionExpression": " AND ".join(f"{name} = :{name}" for name in keys),
            "FilterExpression": "attribute_not_exists(hidden_after) OR hidden_after > :now",
            "ExpressionAttributeValues": item(
                {":now": now} | {f":{name}": value for name, value in keys.items()}
            ),
            "ScanIndexForward": False,
            "Limit": limit + 1,  # one more tells whether there is a next page
        }
        start = item(
            {**keys, "created_at": after.created_at, "photo_id": after.photo_id} if after else {}
        )
        found: list[Photo] = []
        scanned = 0
        while True:
            answer = self._table.query(**query, **({"ExclusiveStartKey": start} if start else {}))
            scanned += answer["ScannedCount"]
            found += filter(None, map(photo_of, answer["Items"]))
            start = answer.get("LastEvaluatedKey", {})
            if len(found) > limit or not start:
                break
        photos, beyond = found[:limit], found[limit:]
        following = None
        if beyond:
            following = PageKey(created_at=photos[-1].created_at, photo_id=photos[-1].photo_id)
        return Page(photos=photos, scanned=scanned - len(beyond), next=following)

    def every(self, *, limit: int, after: str | None = None) -> Scan:
        start = {"ExclusiveStartKey": item({"photo_id": after})} if after else {}
        answer = self._table.scan(Limit=limit, ConsistentRead=True, **start)
        last = answer.get("LastEvaluatedKey")
        photos = list(filter(None, map(photo_of, answer["Items"])))
        return Scan(photos, last["photo_id"]["S"] if last else None)

    def claim(self, claim: Claim) -> None:
        if refused := self._table.write([_claim(claim)]):
            raise Claimed(claim_of(claim.key, refused[0]))

    def find_claim(self, key: str, now: float) -> Claim | None:
        stored = self._table.get(claim_id(key))
        found = claim_of(key, stored) if stored else None
        return found if found and found.expires_at > now else None

    def add_batch(self, batch: Batch, photos: Sequence[Photo]) -> None:
        rows: list[Action] = []
        for photo in photos:
            if has_side_rows(photo):
                with suppress(Changed):
                    self.add(photo)
            else:
                rows.append(_new(photo_item(photo)))
        room = MAX_WRITE - 1  # beside the guard
        guard = _absent(batch_id(batch.batch_id))
        while len(rows) > room:
            if not self._write_new(guard, rows[:room]):
                return
            rows = rows[room:]
        self._write_new(_new(batch_item(batch)), rows)

    def find_batch(self, batch_id_: str, now: float) -> Batch | None:
        name = batch_id(batch_id_)
        stored = self._table.get(name) if is_key(name) else None
        found = batch_of(batch_id_, stored) if stored else None
        return found if found and found.expires_at > now else None

    def find_presets(self, user_id: str) -> Presets:
        stored = self._table.get(presets_id(user_id))
        return presets_of(user_id, stored) if stored else Presets(user_id=user_id)

    def replace_presets(self, old: Presets, new: Presets) -> None:
        row = {"Item": presets_item(new)}
        condition = _on_counter(old.counter) if old.counter else _IF_ABSENT
        if self._table.write([{"Put": {**row, **condition}}]):
            raise Changed

    def remove_presets(self, user_id: str) -> None:
        self._table.write([{"Delete": {"Key": item({"photo_id": presets_id(user_id)})}}])

    def check(self) -> None:
        try:
            self._table.get("check#")
        except (BotoCoreError, ClientError) as error:
            raise Unavailable from error

    def _write(self, old: Photo | None, new: Photo | None, claim: Claim | None = None) -> None:
        """Bring a photo from one state to the next, and with it the claim and the side rows."""
        first = [_claim(claim)] if claim else []
        actions = [*first, _change(old, new), *edit_writes(old, new)]
        for sums in sum_courses(old, new):
            refused = self._table.write(actions + sums)
            if claim and 0 in refused:
                raise Claimed(claim_of(claim.key, refused[0]))
            if len(first) in refused:
                raise Changed
            if not refused:
                return

    def _write_new(self, guard: Action, actions: list[Action]) -> bool:
        """Write those of the rows that are not there yet; False where the guard forbids it."""
        while there := self._table.write([guard, *actions]):
            if 0 in there:
                return False
            actions = [action for place, action in enumerate(actions, 1) if place not in there]
        return True


def _new(row: Item) -> Action:
    return {"Put": {"Item": row, **_IF_ABSENT}}


def _absent(key: str) -> Action:
    return {"ConditionCheck": {"Key": item({"photo_id": key}), **_IF_ABSENT}}


def _on_counter(counter: int) -> dict[str, Any]:
    return {
        "ConditionExpression": "#counter = :counter",
        "ExpressionAttributeNames": _COUNTER,
        "ExpressionAttributeValues": item({":counter": counter}),
    }


def _change(old: Photo | None, new: Photo | None) -> Action:
    if old is None:
        assert new
        return _new(photo_item(new))
    condition = _on_counter(old.counter)
    if new is None:
        return {"Delete": {"Key": item({"photo_id": old.photo_id}), **condition}}
    return {"Put": {"Item": photo_item(new), **condition}}


def _claim(claim: Claim) -> Action:
    return {
        "Put": {
            "Item": claim_item(claim),
            "ConditionExpression": "attribute_not_exists(photo_id) OR expires_at <= :now",
            "ExpressionAttributeValues": item({":now": claim.made_at}),
        }
    }


def _counts(photo: Photo, user_id: str) -> bool:
    return photo.user_id == user_id and photo.original.arrived and not photo.deleting
