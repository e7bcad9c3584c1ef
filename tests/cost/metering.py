"""What calls to DynamoDB cost, worked out from the calls themselves as botocore makes them.

Sources: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
and https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

import math

KEYS = {
    "UserIdIndex": ("user_id", "created_at", "photo_id"),
    "UserVersionIndex": ("user_id", "version_type", "created_at", "photo_id"),
}


def item_size(item) -> int:
    """An item in bytes, without what DynamoDB adds to store it: names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(attribute) -> int:  # noqa: PLR0911
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            digits = value.lstrip("-").split("e")[0].replace(".", "").strip("0")
            return math.ceil(len(digits) / 2) + 1 + value.startswith("-")
        case "B":
            return len(value)
        case "BOOL":
            return 1
        case "SS":
            return sum(len(member.encode()) for member in value)
        case "M":
            return 3 + len(value) + item_size(value)
        case "L":
            return 3 + sum(1 + _value_size(member) for member in value)
    raise ValueError(kind)


class Meter:
    """The calls of a DynamoDB client, and the request units that they take.

    It keeps what the writes leave in the table, since a write costs by the larger of the item
    before and after it, and by what becomes of the indexes.
    """

    def __init__(self, client):
        self.calls = []
        self.read_units = self.write_units = 0
        self.stored = {}
        client.meta.events.register("before-parameter-build.dynamodb", self._count)

    def of(self, act):
        """Answers calls, read units and write units of `act`, and what it answers."""
        self.calls.clear()
        self.read_units = self.write_units = 0
        answer = act()
        return tuple(self.calls), self.read_units, self.write_units, answer

    def _count(self, params, model, **_):
        self.calls.append(model.name)
        match model.name:
            case "GetItem":
                self._read(params)
            case "Query":
                self._query(params)
            case "PutItem" | "UpdateItem" | "DeleteItem":
                self._write(model.name.removesuffix("Item"), params, times=1)
            case "TransactWriteItems":
                for action in params["TransactItems"]:
                    ((kind, parameters),) = action.items()
                    self._write(kind, parameters, times=2)

    def _read(self, params):
        size = item_size(self.stored.get(params["Key"]["photo_id"]["S"], {}))
        units = max(1, math.ceil(size / 4096))
        self.read_units += units if params.get("ConsistentRead") else units / 2

    def _query(self, params):
        user = params["ExpressionAttributeValues"][":user_id"]
        shown = [item for item in self.stored.values() if item.get("user_id") == user]
        read = sum(map(item_size, shown[: params["Limit"]]))
        self.read_units += max(1, math.ceil(read / 4096)) / 2

    def _write(self, kind, params, *, times):
        key = (params.get("Item") or params["Key"])["photo_id"]["S"]
        before = self.stored.get(key)
        after = self._after(kind, params, before)
        size = max(item_size(before or {}), item_size(after or {}))
        self.write_units += times * max(1, math.ceil(size / 1024))
        self.write_units += sum(_index_units(names, before, after) for names in KEYS.values())
        if after is None:
            self.stored.pop(key, None)
        else:
            self.stored[key] = after

    def _after(self, kind, params, before):
        match kind:
            case "Put":
                return params["Item"]
            case "Update":
                values = params["ExpressionAttributeValues"]
                return {**(before or params["Key"]), "photo_ids": values[":ids"]}
            case "Delete":
                return None
        return before


def _index_units(names, before, after) -> int:
    old, new = _entry(names, before), _entry(names, after)
    if before == after or not (old or new):
        return 0
    if old == new:
        return math.ceil(max(item_size(before), item_size(after)) / 1024)
    return sum(
        math.ceil(item_size(item) / 1024)
        for item, entry in ((before, old), (after, new))
        if entry is not None
    )


def _entry(names, item):
    """The key under which an index shows an item; None where it doesn't."""
    return tuple(item[name]["S"] for name in names) if item and "user_id" in item else None
