"""An object store in memory with S3's versioning, for tests that decide what happens when."""

from photohq.photos.versions import Arrival


class MemoryStore:
    """Implements `objects.port.ObjectStore`; a key's versions are a list, None a delete marker."""

    originals_bucket = "originals"
    edited_bucket = "edited"

    def __init__(self):
        self._keys: dict[tuple[str, str], list[Arrival | None]] = {}
        self._count = 0

    def put(self, bucket, key, *, size, upload_id=None, checksum=None) -> str:
        """Upload as a client does; answers the version id."""
        self._count += 1
        arrival = Arrival(
            bucket=bucket,
            key=key,
            version_id=f"v{self._count}",
            file_size=size,
            content_type="image/jpeg",
            etag=f"e{self._count}",
            checksum_sha256=checksum,
            upload_id=upload_id,
            last_modified=float(self._count),
        )
        self._keys.setdefault((bucket, key), []).append(arrival)
        return arrival.version_id

    def presign_put(self, bucket, key, *, headers, length, expires_in):
        return f"put {bucket}/{key}"

    def presign_get(self, bucket, key, *, filename, version_id, expires_in):
        return f"get {bucket}/{key} {version_id}"

    def presign_rendition(self, bucket, key, *, version_id, lifetime):
        return f"look {bucket}/{key} {version_id}"

    def head(self, bucket, key, version_id=None):
        versions = self._keys.get((bucket, key), [])
        if version_id is None:
            return versions[-1] if versions else None
        return next((one for one in versions if one and one.version_id == version_id), None)

    def delete(self, bucket, *keys):
        for key in keys:
            versions = self._keys.setdefault((bucket, key), [])
            if versions and versions[-1]:
                versions.append(None)

    def delete_version(self, bucket, key, version_id):
        versions = self._keys.get((bucket, key), [])
        versions[:] = [one for one in versions if one is None or one.version_id != version_id]

    def erase(self, bucket, prefix):
        for place in [place for place in self._keys if place[0] == bucket]:
            if place[1].startswith(prefix):
                del self._keys[place]

    def check(self):
        return

    def visible(self) -> list[Arrival]:
        """What a download without a version id would get, of every key."""
        return [versions[-1] for versions in self._keys.values() if versions and versions[-1]]
