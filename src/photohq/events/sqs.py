"""Jobs in SQS queues: Lambda calls whoever processes pictures with them, and counts the tries."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

import msgspec
from botocore import exceptions
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.session import Session

from photohq.events.port import Counts, Job, JobKind
from photohq.photos.errors import Unavailable

BATCH = 10
"""Messages that SQS takes at once."""
TRIES = 3
"""Calls for a batch of which SQS refuses some: those alone are sent again."""
_THROTTLED = {"RequestThrottled", "ThrottlingException", "KmsThrottled", "OverLimit"}


class SqsJobs:
    """Implements `events.port.Jobs`.

    Renderings have a queue of their own, `renders_url`: somebody waits for them, and would wait
    behind everybody's uploads. botocore's client is built at the first job: most functions never
    put one. Without an endpoint it is AWS's of the region; without credentials they are found as
    every AWS tool finds them. `attempts` is how often botocore tries a call.
    """

    def __init__(
        self,
        queue_url: str,
        region: str,
        *,
        renders_url: str,
        endpoint_url: str | None = None,
        credentials: Credentials | None = None,
        attempts: int = 3,
    ) -> None:
        self._urls = {JobKind.PROCESS: queue_url, JobKind.RENDER: renders_url}
        self._region = region
        self._endpoint_url = endpoint_url
        self._credentials = credentials
        self._attempts = attempts
        self._client: BaseClient | None = None
        self._lock = Lock()

    def put(self, jobs: Sequence[Job]) -> None:
        """Send the jobs. Raises Unavailable where a queue can't be reached or does not take all
        of them; some may be in it then."""
        for kind, url in self._urls.items():
            of_kind = [job for job in jobs if job.kind is kind]
            for first in range(0, len(of_kind), BATCH):
                entries = {
                    str(number): msgspec.json.encode(job).decode()
                    for number, job in enumerate(of_kind[first : first + BATCH])
                }
                self._send(url, entries)

    def counts(self) -> Counts | None:
        return None  # CloudWatch counts them

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _send(self, url: str, entries: dict[str, str]) -> None:
        for _ in range(TRIES):
            answer = self._call(
                QueueUrl=url,
                Entries=[{"Id": name, "MessageBody": body} for name, body in entries.items()],
            )
            refused = {one["Id"] for one in answer.get("Failed", [])}
            if not refused:
                return
            entries = {name: body for name, body in entries.items() if name in refused}
        raise Unavailable

    def _call(self, **parameters: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._built().send_message_batch(**parameters)
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if status >= 500 or status == 429 or error.response["Error"]["Code"] in _THROTTLED:
                raise Unavailable from error
            raise
        except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
            raise Unavailable from error
        return answer

    def _built(self) -> BaseClient:
        with self._lock:
            if self._client is None:
                self._client = self._build()
            return self._client

    def _build(self) -> BaseClient:
        known = self._credentials
        return Session().create_client(
            "sqs",
            region_name=self._region,
            endpoint_url=self._endpoint_url,
            aws_access_key_id=known and known.access_key,
            aws_secret_access_key=known and known.secret_key,
            aws_session_token=known and known.token,
            config=Config(
                connect_timeout=2,  # with all attempts less than a function's 30 seconds
                read_timeout=5,
                retries={"mode": "standard", "total_max_attempts": self._attempts},
            ),
        )
