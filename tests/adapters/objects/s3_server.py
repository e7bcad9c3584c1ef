"""An S3 that tests have to themselves, whichever program plays it."""

import secrets
import time

from botocore.config import Config
from botocore.session import Session

from photohq.objects.presign import Credentials
from photohq.objects.s3 import S3Store

REGION = "eu-central-1"


class S3Server:
    """Makes buckets as a deployment does, and stores over them."""

    def __init__(self, url, access_key, secret_key):
        self.url = url
        self.credentials = Credentials(access_key, secret_key)
        self.api = Session().create_client(
            "s3",
            region_name=REGION,
            endpoint_url=url,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(s3={"addressing_style": "path"}),
        )

    def buckets(self, *, versioning=True):
        """Make two empty buckets."""
        names = [f"{kind}-{secrets.token_hex(8)}" for kind in ("originals", "edited")]
        for name in names:
            where = {"LocationConstraint": REGION}
            self.api.create_bucket(Bucket=name, CreateBucketConfiguration=where)
            if versioning:
                self.api.put_bucket_versioning(
                    Bucket=name, VersioningConfiguration={"Status": "Enabled"}
                )
        return names

    def store(self, buckets, *, credentials=None, clock=time.time, region=REGION):
        return S3Store(
            *buckets,
            region=region,
            endpoint_url=self.url,
            credentials=lambda: credentials or self.credentials,
            clock=clock,
        )
