"""The settings of the functions on AWS, which the template sets."""

import os
from collections.abc import Mapping
from typing import Annotated, NamedTuple, get_args, get_type_hints

import msgspec

MIB = 1024 * 1024


class FunctionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A setting is read from the variable of its name in capitals."""

    photos_table: Annotated[str, "The DynamoDB table of the records"]
    originals_bucket: Annotated[str, "The S3 bucket of the originals"]
    edited_bucket: Annotated[str, "The S3 bucket of the edited versions"]
    aws_region: Annotated[str, "Where all of it is; Lambda sets it"]
    user_pool_id: Annotated[str, "The Cognito user pool"] = ""
    user_pool_client_id: Annotated[str, "The client of the user pool that apps sign in with"] = ""
    cors_origin: Annotated[str, "The origin that browsers may call from; * allows all"] = "*"
    check_sessions: Annotated[
        bool, "Whether Cognito is asked if a session was ended, at most every 60 seconds"
    ] = False
    pictures_queue_url: Annotated[
        str, "The SQS queue of the pictures that are to be processed; without it none are"
    ] = ""
    renders_queue_url: Annotated[
        str, "The SQS queue of the edits that are to be rendered, beside that of the pictures"
    ] = ""
    picture_pixels: Annotated[int, "The most pixels that a picture may have"] = 120_000_000
    picture_memory: Annotated[int, "The most memory that a picture may take, in bytes"] = 1024 * MIB
    picture_seconds: Annotated[int, "The most CPU time that a picture may take, in seconds"] = 8
    rendition_formats: Annotated[str, "What renditions are made as: jpeg, or jpeg,webp"] = "jpeg"
    watermark_text: Annotated[str, "A text that is laid over all renditions"] = ""
    watermark_position: Annotated[
        str, "Where: top-left, top-right, bottom-left, bottom-right or center"
    ] = "bottom-right"
    watermark_opacity: Annotated[int, "How opaque it is, in percent"] = 50
    stack_name: Annotated[str, "The deployment that metrics are told apart by"] = "photo-hq"
    url_seconds: Annotated[int, "How long presigned URLs live, in seconds"] = 900
    noncurrent_days: Annotated[int, "How many days the bytes of replaced edits are kept"] = 30
    min_file_size: Annotated[int, "The least size of an original, in bytes"] = 5 * MIB
    max_file_size: Annotated[int, "The greatest size of an original, in bytes"] = 20 * MIB
    max_edit_size: Annotated[int, "The greatest size of an edited version, in bytes"] = 20 * MIB
    aws_endpoint_url: Annotated[
        str, "Where AWS is, for an emulator: the variable that every AWS SDK reads"
    ] = ""


class EnvironmentCredentials(NamedTuple):
    """The credentials of a function's role, as Lambda hands them over."""

    access_key: str
    secret_key: str
    token: str | None


def read(environment: Mapping[str, str] | None = None) -> FunctionSettings:
    """Read the settings; raises msgspec.ValidationError where one is missing or of another kind."""
    environment = os.environ if environment is None else environment
    names = {name: name.upper() for name in FunctionSettings.__struct_fields__}
    values = {name: environment[key] for name, key in names.items() if key in environment}
    return msgspec.convert(values, FunctionSettings, strict=False)


def credentials() -> EnvironmentCredentials:
    """Read the credentials, which are temporary: to be asked for at each use."""
    return EnvironmentCredentials(
        os.environ["AWS_ACCESS_KEY_ID"],
        os.environ["AWS_SECRET_ACCESS_KEY"],
        os.environ.get("AWS_SESSION_TOKEN"),
    )


def described() -> list[tuple[str, str, str]]:
    """Answer (variable, default, meaning) of every setting, in order."""
    hints = get_type_hints(FunctionSettings, include_extras=True)
    fields = msgspec.structs.fields(FunctionSettings)
    return [
        (
            field.name.upper(),
            "" if field.default is msgspec.NODEFAULT else str(field.default),
            get_args(hints[field.name])[1],
        )
        for field in fields
    ]
