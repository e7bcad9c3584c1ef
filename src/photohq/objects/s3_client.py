"""S3's API through botocore: calls that are repeated for a while, and errors in our words."""

from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Lock
from typing import Any

from botocore import exceptions
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.exceptions import ClientError
from botocore.session import Session

from photohq.objects.port import Damaged
from photohq.objects.presign import Credentials
from photohq.photos.errors import Unavailable

PIECE = 1024 * 1024
_PASSING = {
    "InternalError",
    "OperationAborted",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
}
"""Codes that may come without a status of their own, one for each key of a DeleteObjects."""


class S3Client:
    """Builds botocore's client at the first call: who only signs URLs never pays for it."""

    def __init__(
        self,
        region: str,
        endpoint_url: str | None,
        credentials: Callable[[], Credentials],
        attempts: int,
    ) -> None:
        self._region = region
        self._endpoint_url = endpoint_url
        self._credentials = credentials
        self._attempts = attempts
        self._client: BaseClient | None = None
        self._lock = Lock()

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call an operation by its name in Python.

        Raises Unavailable where S3 can't be reached, fails or is too busy, and ClientError for
        whatever else it refuses.
        """
        try:
            answer: dict[str, Any] = getattr(self._built(), operation)(**parameters)
        except ClientError as error:
            raise translated(error) from error
        except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
            raise Unavailable from error
        return answer

    def stream(self, **where: Any) -> Iterator[bytes]:
        """Get an object in pieces, on a connection that is kept as long as they are taken.

        Raises what `call` does, Unavailable as well where the connection breaks off, and Damaged
        behind the last piece where the bytes have not the checksum that S3 keeps of them.
        """
        body = self.call("get_object", **where, ChecksumMode="ENABLED")["Body"]
        return _pieces(body)

    def _built(self) -> BaseClient:
        with self._lock:
            if self._client is None:
                self._client = self._build()
            return self._client

    def _build(self) -> BaseClient:
        session = Session()
        session.register_component("credential_provider", _Provider(self._credentials))
        return session.create_client(
            "s3",
            region_name=self._region,
            endpoint_url=self._endpoint_url,
            config=Config(
                connect_timeout=2,  # with all attempts less than a function's 30 seconds
                read_timeout=8,  # a server may take seconds to erase a thousand versions
                max_pool_connections=50,
                retries={"mode": "standard", "total_max_attempts": self._attempts},
                signature_version="s3v4",
                s3={
                    "addressing_style": "path" if self._endpoint_url else "virtual",
                    "us_east_1_regional_endpoint": "regional",
                },
                # Presigned URLs would not follow the environment's.
                ignore_configured_endpoint_urls=True,
                # Not every S3 knows the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )


def _pieces(body: Any) -> Iterator[bytes]:
    with closing(body):
        try:
            yield from iter(lambda: body.read(PIECE), b"")
        except exceptions.FlexibleChecksumError as error:
            raise Damaged from error
        except (exceptions.IncompleteReadError, exceptions.HTTPClientError) as error:
            raise Unavailable from error


def translated(error: ClientError) -> Exception:
    """Answer Unavailable for what time heals, and the error itself for the rest."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500 or status == 429 or code_of(error) in _PASSING:
        return Unavailable()
    refusal: Exception = error
    return refusal


def code_of(error: ClientError) -> str:
    """Answer S3's code; that of a HEAD is the status, as it has no body."""
    return str(error.response["Error"]["Code"])


class _Provider:
    """Where botocore's session looks for credentials."""

    def __init__(self, read: Callable[[], Credentials]) -> None:
        self._read = read

    def load_credentials(self) -> BotocoreCredentials:
        return _Current(self._read)


class _Current(BotocoreCredentials):  # type: ignore[misc]  # botocore has no types
    """Credentials that are read anew for each request."""

    def __init__(self, read: Callable[[], Credentials]) -> None:
        super().__init__("", "")
        self._read = read

    def get_frozen_credentials(self) -> Credentials:
        return self._read()
