"""Uploads that were begun and whose files have another content now: nobody sends those bytes any
more, so they are withdrawn instead of standing in lists as pending."""

import contextlib
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from photohq.client.errors import NotFound, Refused, TransferRefused
from photohq.client.unfinished import Begun, Unfinished

if TYPE_CHECKING:
    from photohq.client.photo_hq import PhotoHQ

PENDING = "pending_upload"


def withdraw(
    client: "PhotoHQ",
    unfinished: Unfinished,
    checksums: Mapping[str, str],
    taken: Collection[tuple[str, int]],
) -> None:
    """Delete what was announced of files that have changed; what has arrived after all stays.

    `checksums`: what was found in which place. `taken`: the items, by their batch's key and index,
    whose bytes were found, in whatever place. A batch is forgotten where nothing else is missing.
    """
    for begun in unfinished.batches():
        outdated = {
            index
            for index, (item, place) in enumerate(zip(begun.items, begun.places, strict=False))
            if (begun.key, index) not in taken
            and checksums.get(place, item["checksum_sha256"]) != item["checksum_sha256"]
        }
        # What is refused now is tried again by the next run.
        with contextlib.suppress(Refused, TransferRefused):
            if outdated and not _waits(client, begun, outdated):
                unfinished.forget(begun)


def _waits(client: "PhotoHQ", begun: Begun, outdated: Collection[int]) -> bool:
    """Delete these items of a batch; answers whether it waits for others."""
    if begun.batch_id is None:  # nobody knows if it was ever announced
        return len(outdated) < len(begun.items)
    try:
        items = client.batch(begun.batch_id).items
    except NotFound:
        return False
    pending = [item for item in items if item.status == PENDING and item.photo_id]
    deleted = 0
    for item in pending:
        if item.index in outdated and item.photo_id:
            with contextlib.suppress(NotFound):
                # The record may be behind the bytes, where an event tells of them.
                if client.has_bytes(item.photo_id):
                    continue
                client.delete(item.photo_id)
            deleted += 1
    return deleted < len(pending)
