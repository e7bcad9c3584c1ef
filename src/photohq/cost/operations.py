"""What an operation takes of DynamoDB and S3: counted, and held by a test to what is really called.

A write takes a unit for each 1 KB that is begun, of the larger of the item before and after it, and
twice that within a transaction. Each of the two indexes shows the whole record and takes as much as
a plain write, or twice where the write moves the record to another place in it, as the first edit
does. A read takes a unit for each 4 KB, a query of an index half of that, for all that it reads.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import math

import msgspec

RECORD_BYTES = 2_144
"""A photo's record with usual metadata once its original is ready, as DynamoDB counts it."""
EDITED_RECORD_BYTES = 3_311
"""The same with an edit that is ready."""
SUM_ROW_BYTES = 138
"""The row beside it that finds it by its checksum."""
STORED_ITEM_BYTES = 100
"""What DynamoDB adds to each item that it stores, in a table and in an index."""
INDEXES = 2
PAGE = 50
"""Photos of a list, as long as the client asks for no other number."""
RENDITIONS = 3
"""Of a version: one of each size, as JPEG."""


class Operation(msgspec.Struct, frozen=True):
    """The calls to DynamoDB, the request units they take, and the requests to S3: `gets` are HEADs
    as well."""

    calls: tuple[str, ...]
    read_units: float = 0
    write_units: float = 0
    gets: int = 0
    puts: int = 0


UPLOAD = Operation(("PutItem",), write_units=3)
ORIGINAL_ARRIVES = Operation(
    ("GetItem", "TransactWriteItems"), read_units=1, write_units=10, gets=2
)
ORIGINAL_IS_PROCESSED = Operation(
    ("GetItem", "PutItem", "GetItem", "PutItem"), read_units=2, write_units=15, gets=1, puts=3
)
EDIT = Operation(("GetItem", "TransactWriteItems"), read_units=1, write_units=17)
EDIT_ARRIVES = Operation(("GetItem", "TransactWriteItems"), read_units=1, write_units=14, gets=2)
EDIT_IS_PROCESSED = Operation(
    ("GetItem", "PutItem") * 3, read_units=3, write_units=30, gets=3, puts=3
)
"""Of one that has lost nothing of its original's metadata: that is looked at."""
RENDER = Operation(("GetItem", "TransactWriteItems"), read_units=1, write_units=17)
EDIT_IS_RENDERED = Operation(
    ("GetItem", "GetItem", "PutItem", "GetItem", "TransactWriteItems"),
    read_units=3,
    write_units=23,
    gets=3,
    puts=1,
)
RENDERED_ARRIVES = Operation(("GetItem",), read_units=1, gets=2)
"""S3 tells of an edit that is known already."""
RENDERED_IS_PROCESSED = Operation(
    ("GetItem", "PutItem") * 2, read_units=2, write_units=21, gets=1, puts=3
)
PREVIEW = Operation(("GetItem",) * 2, read_units=2, gets=1, puts=1)
"""Of a photo that was previewed before: the first one is written down in the record."""
DOWNLOAD = Operation(("GetItem",), read_units=1)
METADATA = Operation(("GetItem",), read_units=1)
CHANGE = Operation(("GetItem", "PutItem"), read_units=1, write_units=12)
DELETE = Operation(("GetItem", "PutItem", "TransactWriteItems"), read_units=1, write_units=30)
"""The last four are counted on a photo with an edit."""


def list_units(photos: float, record_bytes: float) -> float:
    """Answer the read units of a list of so many photos, which reads one more to know its end."""
    return math.ceil((photos + 1) * record_bytes / 4096) / 2
