"""One DynamoDB table through botocore, and what is tried again before it counts as unavailable.

botocore itself repeats what was throttled, failed on DynamoDB's side or got no answer. Left to us
are writes that met a transaction, transactions that were cancelled for no fault of theirs, and keys
that a batch left over.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from botocore import exceptions
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from photohq.catalog.dynamodb_items import Item, item, plain
from photohq.catalog.dynamodb_side_rows import Action
from photohq.photos.errors import Unavailable

TRIES = 6
PAUSE = 0.1
"""Seconds of the first pause at most; each further one may be twice as long."""
MAX_GET = 100
"""Keys of a BatchGetItem (its API reference), and actions of a TransactWriteItems."""
MAX_WRITE = 100
_PASSING_REASONS = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_THROTTLED = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionInProgressException",
}
_ALONE = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}


class Table:
    """Every call raises Unavailable where the table can't be reached or is too busy."""

    def __init__(
        self,
        client: BaseClient,
        name: str,
        *,
        sleep: Callable[[float], object],
        random: Callable[[], float],
    ) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep
        self._random = random

    def get(self, key: str) -> Item | None:
        """Read an item, as the last write left it."""
        answer = self._call(
            "get_item",
            TableName=self._name,
            Key=item({"photo_id": key}),
            ConsistentRead=True,
        )
        found: Item | None = answer.get("Item")
        return found

    def get_many(self, keys: Collection[str]) -> list[Item]:
        """Read those of many items that are there, in no order."""
        names = list(dict.fromkeys(keys))
        found: list[Item] = []
        for start in range(0, len(names), MAX_GET):
            wanted = [item({"photo_id": key}) for key in names[start : start + MAX_GET]]
            found += self._batch(wanted)
        return found

    def query(self, **parameters: Any) -> dict[str, Any]:
        """Ask an index; answers what DynamoDB does."""
        return self._call("query", TableName=self._name, **parameters)

    def scan(self, **parameters: Any) -> dict[str, Any]:
        """Go through the table itself; answers what DynamoDB does."""
        return self._call("scan", TableName=self._name, **parameters)

    def write(self, actions: Sequence[Action]) -> dict[int, Item]:
        """Do one action, or several together or not at all.

        Answers an empty dict where they are done. Else nothing is: the answer holds, by the place
        of each action whose condition did not hold, the item that is stored.
        """
        if len(actions) == 1:
            return self._write_alone(actions[0])
        try:
            self._call(
                "transact_write_items",
                TransactItems=[
                    {kind: self._complete(parameters)}
                    for action in actions
                    for kind, parameters in action.items()
                ],
            )
        except ClientError as error:
            reasons = error.response.get("CancellationReasons", [])
            if {"ConditionalCheckFailed"} != _codes(reasons):
                raise
            return {
                place: reason.get("Item", {})
                for place, reason in enumerate(reasons)
                if reason["Code"] == "ConditionalCheckFailed"
            }
        return {}

    def _write_alone(self, action: Action) -> dict[int, Item]:
        ((kind, parameters),) = action.items()
        try:
            self._call(_ALONE[kind], **self._complete(parameters))
        except ClientError as error:
            if _code(error) != "ConditionalCheckFailedException":
                raise
            stored = error.response.get("Item", {})
            if _repeats(error) and plain(stored) == plain(parameters.get("Item", {})):
                return {}  # it was done at the first try, whose answer got lost
            return {0: stored}
        return {}

    def _complete(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        complete = {"TableName": self._name, **parameters}
        if "ConditionExpression" in parameters:
            complete["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return complete

    def _batch(self, wanted: list[Item]) -> list[Item]:
        found: list[Item] = []
        tries = 0
        while wanted:
            request = {self._name: {"Keys": wanted, "ConsistentRead": True}}
            answer = self._call("batch_get_item", RequestItems=request)
            came = answer["Responses"].get(self._name, [])
            found += came
            wanted = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
            if wanted:
                tries = 1 if came else tries + 1
                self._pause(tries)
        return found

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        tries = repeats = 0
        while True:
            try:
                answer: dict[str, Any] = getattr(self._client, operation)(**parameters)
            except ClientError as error:
                if _unavailable(error):
                    raise Unavailable from error
                repeats += _repeats(error)
                if not _passing(error):
                    error.response["ResponseMetadata"]["RetryAttempts"] = repeats
                    raise
                tries += 1
                self._pause(tries, error)
            except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
                raise Unavailable from error
            else:
                return answer

    def _pause(self, tries: int, error: Exception | None = None) -> None:
        if tries >= TRIES:
            raise Unavailable from error
        self._sleep(self._random() * PAUSE * 2 ** (tries - 1))


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def _codes(reasons: Sequence[Mapping[str, str]]) -> set[str]:
    return {reason["Code"] for reason in reasons} - {"None"}


def _passing(error: ClientError) -> bool:
    """Whether the same write may well succeed in a moment."""
    reasons = _codes(error.response.get("CancellationReasons", []))
    return _code(error) == "TransactionConflictException" or bool(reasons & _PASSING_REASONS)


def _unavailable(error: ClientError) -> bool:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= 500 or _code(error) in _THROTTLED


def _repeats(error: ClientError) -> int:
    """Answer how often the request was sent again, each time without knowing what had become of
    the one before."""
    return int(error.response["ResponseMetadata"].get("RetryAttempts", 0))
