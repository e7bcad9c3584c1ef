"""The presigned half of an object store: leave to upload and to download, whoever keeps bytes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from photohq.objects.port import MAX_LIFETIME
from photohq.objects.presign import Credentials, presign
from photohq.photos.filenames import attachment
from photohq.photos.times import Clock


class PresignedUrls(ABC):
    """Signs for the store that inherits it; credentials are read for each signature."""

    def __init__(self, region: str, credentials: Callable[[], Credentials], clock: Clock) -> None:
        self._region = region
        self._credentials = credentials
        self._clock = clock

    @abstractmethod
    def _address(self, bucket: str, key: str) -> str:
        """Answer the URL of an object, its path quoted."""

    def presign_put(
        self, bucket: str, key: str, *, headers: Mapping[str, str], length: int, expires_in: int
    ) -> str:
        return presign(
            "PUT",
            self._address(bucket, key),
            credentials=self._credentials(),
            region=self._region,
            now=self._clock(),
            expires_in=expires_in,
            headers={**headers, "content-length": str(length)},
        )

    def presign_get(
        self, bucket: str, key: str, *, filename: str, version_id: str | None, expires_in: int
    ) -> str:
        query = {"response-content-disposition": attachment(filename), **_pinned(version_id)}
        return self._sign_get(self._address(bucket, key), query, self._clock(), expires_in)

    def presign_rendition(
        self, bucket: str, key: str, *, version_id: str | None, lifetime: int
    ) -> str:
        lifetime = min(lifetime, MAX_LIFETIME)
        now = int(self._clock())
        # A copy is good for as long as somebody may still have the URL: a version never changes.
        kept = f"private, max-age={2 * lifetime}, immutable"
        query = {"response-cache-control": kept, **_pinned(version_id)}
        address = self._address(bucket, key)
        return self._sign_get(address, query, now - now % lifetime, 2 * lifetime)

    def _sign_get(self, url: str, query: Mapping[str, str], now: float, expires_in: int) -> str:
        return presign(
            "GET",
            url,
            credentials=self._credentials(),
            region=self._region,
            now=now,
            expires_in=expires_in,
            query=query,
        )


def _pinned(version_id: str | None) -> dict[str, str]:
    return {"versionId": version_id} if version_id else {}
