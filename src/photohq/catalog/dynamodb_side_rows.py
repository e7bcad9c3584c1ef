"""The rows that DynamoDB needs beside a photo's, since it has no second key and no timer.

`sum#<user>#<sha256>` holds the ids of a user's photos whose original has arrived with that
checksum. `edit#<photo>#<upload id>` ends, by its TTL, when a pending edit can no longer come. What
a write has to do about them follows from the photo before and after it.
"""

from typing import Any, TypeAlias

from photohq.catalog.dynamodb_items import Item, item, ttl
from photohq.photos.photo import Photo
from photohq.photos.versions import MATCH_GRACE

Action: TypeAlias = dict[str, dict[str, Any]]
"""A member of a transaction without its table: `Put`, `Update`, `Delete` or `ConditionCheck`."""

MAX_TWINS = 500
"""Photos that a checksum's row names; an item has 400 KB, and an id some forty bytes."""


def sum_id(user_id: str, checksum: str) -> str:
    """Name the row of a user's checksum."""
    return f"sum#{user_id}#{checksum}"


def edit_id(photo_id: str, upload_id: str) -> str:
    """Name the row of a pending edit."""
    return f"edit#{photo_id}#{upload_id}"


def has_side_rows(photo: Photo) -> bool:
    """Whether there is more to store of a photo than its item; not while it is only announced."""
    return bool(photo.pending_edits) or _sum_key(photo) is not None


def edit_writes(old: Photo | None, new: Photo | None) -> list[Action]:
    """Answer what is to be written of the pending edits."""
    before, after = _edit_items(old), _edit_items(new)
    gone = [{"Delete": {"Key": item({"photo_id": key})}} for key in before if key not in after]
    return gone + [{"Put": {"Item": row}} for key, row in after.items() if before.get(key) != row]


def _edit_items(photo: Photo | None) -> dict[str, Item]:
    if photo is None:
        return {}
    return {
        (key := edit_id(photo.photo_id, edit.upload_id)): item(
            {
                "photo_id": key,
                "edit_of": photo.photo_id,
                "upload_id": edit.upload_id,
                "ttl": ttl(edit.expires_at + MATCH_GRACE),
            }
        )
        for edit in photo.pending_edits
    }


def sum_courses(old: Photo | None, new: Photo | None) -> list[list[Action]]:
    """Answer what is to be written of the checksum: the best first, and for each the next one
    where its condition does not hold. The last has none: a photo is never kept from being written.
    """
    before, after = _sum_key(old), _sum_key(new)
    if before == after:
        return [[]]
    if new and after:
        return [[_joined(after, new.photo_id)], []]
    assert old
    assert before
    return [[_left_empty(before, old.photo_id)], [_left(before, old.photo_id)], []]


def _sum_key(photo: Photo | None) -> str | None:
    if photo is None or not photo.original.arrived or not photo.original.checksum_sha256:
        return None
    return sum_id(photo.user_id, photo.original.checksum_sha256)


def _joined(key: str, photo_id: str) -> Action:
    return {
        "Update": {
            "Key": item({"photo_id": key}),
            "UpdateExpression": "ADD photo_ids :ids",
            "ConditionExpression": "attribute_not_exists(photo_ids) OR size(photo_ids) < :most",
            "ExpressionAttributeValues": item({":ids": frozenset({photo_id}), ":most": MAX_TWINS}),
        }
    }


def _left_empty(key: str, photo_id: str) -> Action:
    return {
        "Delete": {
            "Key": item({"photo_id": key}),
            "ConditionExpression": "attribute_not_exists(photo_ids) OR photo_ids = :ids",
            "ExpressionAttributeValues": item({":ids": frozenset({photo_id})}),
        }
    }


def _left(key: str, photo_id: str) -> Action:
    return {
        "Update": {
            "Key": item({"photo_id": key}),
            "UpdateExpression": "DELETE photo_ids :ids",
            "ConditionExpression": "attribute_exists(photo_ids)",
            "ExpressionAttributeValues": item({":ids": frozenset({photo_id})}),
        }
    }
