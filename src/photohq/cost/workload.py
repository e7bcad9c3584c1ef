"""What people do with their photos in a month."""

import msgspec


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """The architecture's by default: 200 photos and 5 users make 1,000 requests and 3 GB.

    `edits` (uploaded ones), `renders` (edits that are made by a recipe), `previews` (of a recipe),
    `downloads`, `reads` and `changes` (of the metadata) are for each photo, on average;
    `deleted` is the share of the photos that is. `visits` and `lists` are for each user; a visit
    lies within one hour. Sizes are in MiB. Photos and users are as many in each of the `months`
    that photos have been kept for, and the cost is that of the last one. `alarms` are the
    template's, with its dashboard: staging and prod have them.
    """

    photos: float = 200
    users: float = 5
    original_size: float = 10
    edited_size: float = 10
    edits: float = 0.5
    renders: float = 0
    previews: float = 0
    downloads: float = 2
    reads: float = 0.2
    changes: float = 0.25
    deleted: float = 0.05
    visits: float = 20
    lists: float = 40
    months: float = 1
    alarms: bool = True

    @property
    def kept(self) -> float:
        """How many photos there are in the end."""
        return self.photos * self.months * (1 - self.deleted)

    @property
    def with_edit(self) -> float:
        """The share of the photos that has an edited version."""
        return min(self.edits + self.renders, 1)

    @property
    def size(self) -> float:
        """A photo with its current edit, in MiB."""
        return self.original_size + self.with_edit * self.edited_size
