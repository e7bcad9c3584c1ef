"""The object store in S3, or in what speaks its API: two buckets with versioning on."""

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from botocore.exceptions import ClientError

from photohq.objects.port import NoSuchObject
from photohq.objects.presign import Credentials, quoted_path
from photohq.objects.presigned_urls import PresignedUrls
from photohq.objects.s3_client import S3Client, code_of, translated
from photohq.photos.errors import Unavailable
from photohq.photos.times import Clock
from photohq.photos.versions import Arrival

PAGE = 1000
"""Versions that S3 lists at once, and erases at once."""
FOR_GOOD = "private, max-age=31536000, immutable"
"""How long browsers may keep what a store has written: downloads name its version."""
UPLOAD_ID = "upload-id"
"""The metadata that names an edit's upload: `x-amz-meta-upload-id`."""
_NOTHING = {"404", "405", "NoSuchKey", "NoSuchVersion"}
"""Codes where there is nothing to read; S3 answers 405 for a delete marker that is named."""


class S3Store(PresignedUrls):
    """Implements `objects.port.ObjectStore`.

    Without an endpoint it is AWS's of the region, which clients reach at the bucket's own host
    (names without dots); with one, buckets are the first part of the path. `credentials` are read
    for each signature, so that temporary ones may change; without `s3:ListBucket` S3 refuses a HEAD
    of what is not there. `attempts` is how often a call is tried.
    """

    def __init__(
        self,
        originals_bucket: str,
        edited_bucket: str,
        *,
        region: str,
        credentials: Callable[[], Credentials],
        endpoint_url: str | None = None,
        clock: Clock = time.time,
        attempts: int = 3,
    ) -> None:
        self.originals_bucket = originals_bucket
        self.edited_bucket = edited_bucket
        super().__init__(region, credentials, clock)
        self._endpoint_url = endpoint_url and endpoint_url.rstrip("/")
        self._client = S3Client(region, self._endpoint_url, credentials, attempts)

    def head(self, bucket: str, key: str, version_id: str | None = None) -> Arrival | None:
        where = _place(bucket, key, version_id)
        try:
            found = self._client.call("head_object", **where, ChecksumMode="ENABLED")
        except ClientError as error:
            if code_of(error) in _NOTHING or self._names_no_version(error, where):
                return None
            raise
        return Arrival(
            bucket=bucket,
            key=key,
            version_id=_version_in(bucket, found),
            file_size=found["ContentLength"],
            content_type=found["ContentType"],
            etag=found["ETag"].strip('"'),
            checksum_sha256=found.get("ChecksumSHA256"),
            upload_id=found["Metadata"].get(UPLOAD_ID),
            last_modified=found["LastModified"].timestamp(),
        )

    def read(self, bucket: str, key: str, version_id: str | None) -> Iterator[bytes]:
        try:
            return self._client.stream(**_place(bucket, key, version_id))
        except ClientError as error:
            if code_of(error) in _NOTHING or _is_no_version_id(error):
                raise NoSuchObject(key) from None
            raise

    def write(
        self, bucket: str, key: str, data: bytes, content_type: str, *, upload_id: str | None = None
    ) -> str:
        kind = {"Metadata": {UPLOAD_ID: upload_id}} if upload_id else {"CacheControl": FOR_GOOD}
        stored = self._client.call(
            "put_object",
            Bucket=bucket,
            Key=key,
            Body=data,
            ContentType=content_type,
            ChecksumSHA256=b64encode(sha256(data).digest()).decode(),
            **kind,
        )
        return _version_in(bucket, stored)

    def copy(self, bucket: str, key: str, version_id: str, *, upload_id: str) -> str:
        source = self.head(bucket, key, version_id)
        if source is None:
            raise NoSuchObject(key)
        try:
            stored = self._client.call(
                "copy_object",
                CopySource=_place(bucket, key, version_id),
                Bucket=bucket,
                Key=key,
                MetadataDirective="REPLACE",
                ContentType=source.content_type,
                Metadata={UPLOAD_ID: upload_id},
                ChecksumAlgorithm="SHA256",
            )
        except ClientError as error:
            if code_of(error) in _NOTHING:
                raise NoSuchObject(key) from None
            raise
        return _version_in(bucket, stored)

    def delete(self, bucket: str, *keys: str) -> None:
        if len(keys) == 1:
            self._client.call("delete_object", Bucket=bucket, Key=keys[0])
        elif keys:
            self._delete_many(bucket, [{"Key": key} for key in keys])

    def delete_version(self, bucket: str, key: str, version_id: str) -> None:
        try:
            self._client.call("delete_object", **_place(bucket, key, version_id))
        except ClientError as error:
            if code_of(error) not in _NOTHING and not _is_no_version_id(error):
                raise

    def erase(self, bucket: str, prefix: str) -> None:
        # Always the first page: not every S3 goes on behind a version that is gone.
        before: list[dict[str, str]] = []
        while versions := self._some_versions(bucket, prefix):
            if versions == before:
                raise Unavailable(f"Objects of bucket {bucket} don't go away")
            self._delete_many(bucket, versions)
            before = versions

    def check(self) -> None:
        for bucket in (self.originals_bucket, self.edited_bucket):
            try:
                found = self._client.call("head_bucket", Bucket=bucket)
            except ClientError as error:
                raise Unavailable(f"Bucket {bucket} can't be used") from error
            # botocore follows a bucket to its region on AWS; presigned URLs lead to ours.
            elsewhere = found.get("BucketRegion", self._region) != self._region
            if elsewhere and not self._endpoint_url:
                raise Unavailable(f"Bucket {bucket} is not in region {self._region}")

    def _delete_many(self, bucket: str, objects: list[dict[str, str]]) -> None:
        answer = self._client.call(
            "delete_objects", Bucket=bucket, Delete={"Objects": objects, "Quiet": True}
        )
        for refused in answer.get("Errors", []):
            raise translated(ClientError({"Error": refused}, "DeleteObjects"))

    def _names_no_version(self, error: ClientError, where: dict[str, str]) -> bool:
        """Whether the version id is one that S3 can't have given.

        The answer to a HEAD tells no more than 400, which expired credentials get as well; a GET's
        says why.
        """
        if code_of(error) != "400" or "VersionId" not in where:
            return False
        try:
            self._client.call("get_object", **where, Range="bytes=0-0")["Body"].close()
        except ClientError as reason:
            return _is_no_version_id(reason)
        return False

    def _some_versions(self, bucket: str, prefix: str) -> list[dict[str, str]]:
        """Answer versions and delete markers, as many as a call erases."""
        page = self._client.call("list_object_versions", Bucket=bucket, Prefix=prefix, MaxKeys=PAGE)
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        return [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]

    def _address(self, bucket: str, key: str) -> str:
        if self._endpoint_url:
            return f"{self._endpoint_url}/{bucket}/{quoted_path(key)}"
        return f"https://{bucket}.s3.{self._region}.amazonaws.com/{quoted_path(key)}"


def _place(bucket: str, key: str, version_id: str | None) -> dict[str, str]:
    where = {"Bucket": bucket, "Key": key}
    return {**where, "VersionId": version_id} if version_id else where


def _version_in(bucket: str, answer: dict[str, Any]) -> str:
    if "VersionId" not in answer:
        raise Unavailable(f"Bucket {bucket} has no versioning")
    return str(answer["VersionId"])


def _is_no_version_id(error: ClientError) -> bool:
    said: dict[str, Any] = error.response["Error"]
    return said.get("Code") == "InvalidArgument" and said.get("ArgumentName") == "versionId"
