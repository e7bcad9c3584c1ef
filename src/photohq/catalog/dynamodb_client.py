"""botocore's client of DynamoDB, made quickly: functions on AWS wait for it as they start."""

import gzip
from pathlib import Path
from typing import Any

import msgspec
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session

SERVICE = "dynamodb"


class _Files(JSONFileLoader):  # type: ignore[misc]  # botocore has no types
    """Reads botocore's descriptions of services with a decoder that takes a quarter of the time."""

    def load_file(self, file_path: str) -> Any:
        for name, opened in ((f"{file_path}.json", open), (f"{file_path}.json.gz", gzip.open)):
            if Path(name).is_file():
                with opened(name, "rb") as file:
                    return msgspec.json.decode(file.read())
        return None


class _Loader(Loader):  # type: ignore[misc]
    """Spares botocore the look into the folder of every service before it opens one."""

    FILE_LOADER_CLASS = _Files

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002
        return [SERVICE]


def dynamodb_client(
    region: str, endpoint_url: str | None, credentials: Credentials | None, attempts: int
) -> BaseClient:
    """Make a client; `attempts` is how often it tries a call."""
    session = Session()
    session.register_component("data_loader", _Loader())
    return session.create_client(
        SERVICE,
        region_name=region,
        endpoint_url=endpoint_url,
        aws_access_key_id=credentials and credentials.access_key,
        aws_secret_access_key=credentials and credentials.secret_key,
        aws_session_token=credentials and credentials.token,
        config=Config(
            connect_timeout=2,  # with all attempts less than a function's 30 seconds
            read_timeout=5,
            max_pool_connections=50,
            retries={"mode": "standard", "total_max_attempts": attempts},
        ),
    )
