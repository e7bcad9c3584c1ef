"""Libraries of any size, without a photo in them."""

import base64
import json
import random
import re
from collections.abc import Callable

from playwright.sync_api import Route

MONTH = 250
"""How many photos are uploaded in a month."""


def placeholder(chance: random.Random) -> str:
    """A thumbhash of any colours, 7 wide and 5 high."""
    content = bytearray(chance.randbytes(25))
    content[2] &= 0x7F
    content[3] = content[3] & 0xF8 | 5
    content[4] |= 0x80
    return base64.b64encode(content).decode()


def fake_list(count: int, thumbnails: str = "") -> Callable[[Route], None]:
    """Answers pages of a library of so many photos; thumbnails are at the address, by number."""
    chance = random.Random(1)
    placeholders = [placeholder(chance) for _ in range(64)]

    def photo(number: int) -> dict[str, object]:
        months = number // MONTH
        wide, high = (6000, 4000) if number % 3 else (4000, 6000)
        return {
            "photo_id": f"{number:08}-0000-4000-8000-000000000000",
            "filename": f"DSC_{number:05}.jpg",
            "created_at": f"{2026 - months // 12}-{12 - months % 12:02}-15T00:00:00.000Z",
            "status": "ready",
            "revision": 1,
            "has_edited_version": number % 10 == 0,
            "width": wide,
            "height": high,
            "placeholder": placeholders[number % 64] if thumbnails else None,
            "thumbnail_url": f"{thumbnails}/{number}" if thumbnails else None,
        }

    def answer(route: Route) -> None:
        found = re.search(r"last_evaluated_key=(\d+)", route.request.url)
        start = int(found[1]) if found else 0
        photos = [photo(number) for number in range(start, min(start + 100, count))]
        more = {"last_evaluated_key": str(start + 100)} if start + 100 < count else {}
        body = {"photos": photos, "has_more": bool(more), **more}
        route.fulfill(content_type="application/json", body=json.dumps(body))

    return answer
