"""The presigned half of an object store: leave to upload and to download, whoever keeps bytes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from photohq.objects.presign import Credentials, attachment, presign
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
        query = {"response-content-disposition": attachment(filename)}
        if version_id:
            query["versionId"] = version_id
        return presign(
            "GET",
            self._address(bucket, key),
            credentials=self._credentials(),
            region=self._region,
            now=self._clock(),
            expires_in=expires_in,
            query=query,
        )
