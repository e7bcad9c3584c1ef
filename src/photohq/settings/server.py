"""The settings of `photohq serve`, and of the commands beside it."""

import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints
from urllib.parse import urlsplit

import msgspec
import platformdirs

MIB = 1024 * 1024
PREFIX = "PHOTOHQ_"
MAX_WORKERS = 256
LEAST_MEMORY = 256 * MIB
POSITIONS = {"top-left", "top-right", "bottom-left", "bottom-right", "center"}


class InvalidSettings(Exception):
    """One sentence that names the setting and what is wrong with it."""


def _data() -> str:
    return platformdirs.user_data_dir("photohq", appauthor=False)


def _master_key_file() -> str:
    return str(Path(platformdirs.user_config_dir("photohq", appauthor=False)) / "master.key")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A setting is read from `PHOTOHQ_` and its name in capitals, unless a flag says otherwise."""

    data: Annotated[str, "The data folder; default: the platform's user data folder"] = (
        msgspec.field(default_factory=_data)
    )
    master_key_file: Annotated[
        str,
        "The master key that encrypts what is at rest, made at the first start; keep a copy, away"
        " from the data folder; default: in the platform's user configuration folder",
    ] = msgspec.field(default_factory=_master_key_file)
    host: Annotated[str, "The address to listen on"] = "127.0.0.1"
    port: Annotated[int, "The port to listen on; 0 takes a free one"] = 8000
    public_url: Annotated[
        str, "Where clients reach this server, without a path; default: http://HOST:PORT"
    ] = ""
    admin_port: Annotated[
        int, "Where /metrics is served for Prometheus, on loopback; 0 does not serve it"
    ] = 0
    cors_origins: Annotated[
        str, "Origins that browsers may call from, separated by commas; * allows all"
    ] = "*"
    web_apis: Annotated[
        str,
        "Other deployments that the web client may be pointed at by ?api=URL, separated by commas",
    ] = ""
    web_origins: Annotated[
        str, "What those talk to besides: the origins of their buckets and user pools"
    ] = ""
    mfa: Annotated[str, "Whether users may have a second factor (optional) or must (required)"] = (
        "optional"
    )
    issuer: Annotated[
        str,
        "The OpenID Connect issuer whose access tokens are taken, a Cognito user pool for example;"
        " the own user pool is off then",
    ] = ""
    client_id: Annotated[str, "With PHOTOHQ_ISSUER: the client that tokens must be made for"] = ""
    audience: Annotated[
        str, "With PHOTOHQ_ISSUER: the audience that tokens must be made for, an API's name"
    ] = ""
    smtp_host: Annotated[
        str, "The mail server; without one, mail stays in the data folder, under outbox"
    ] = ""
    smtp_port: Annotated[int, "Its port"] = 587
    smtp_security: Annotated[str, "How the way to it is encrypted: starttls, tls or none"] = (
        "starttls"
    )
    smtp_username: Annotated[
        str, "The name to sign in there with; without one, nobody signs in"
    ] = ""
    smtp_password_file: Annotated[str, "The file that holds the password to sign in there with"] = (
        ""
    )
    mail_from: Annotated[str, "The sender of mail to users; needed with PHOTOHQ_SMTP_HOST"] = (
        "Photo HQ <no-reply@localhost>"
    )
    mail_templates: Annotated[
        str, "A folder of own mail templates; those that it lacks are the built-in ones"
    ] = ""
    url_seconds: Annotated[int, "How long presigned URLs live, in seconds"] = 900
    min_file_size: Annotated[int, "The least size of an original, in bytes"] = 5 * MIB
    max_file_size: Annotated[int, "The greatest size of an original, in bytes"] = 20 * MIB
    max_edit_size: Annotated[int, "The greatest size of an edited version, in bytes"] = 20 * MIB
    content_types: Annotated[str, "Media types that are accepted, separated by commas"] = (
        "image/jpeg,image/jpg"
    )
    picture_workers: Annotated[
        int, "How many pictures are processed at once, each in its own process; 0: one a core"
    ] = 0
    picture_pixels: Annotated[int, "The most pixels that a picture may have"] = 120_000_000
    picture_memory: Annotated[int, "The most memory that a picture may take, in bytes"] = 1024 * MIB
    picture_seconds: Annotated[int, "The most CPU time that a picture may take, in seconds"] = 8
    rendition_formats: Annotated[str, "What renditions are made as: jpeg, or jpeg,webp"] = "jpeg"
    watermark_text: Annotated[str, "A text that is laid over all renditions"] = ""
    watermark_image: Annotated[str, "A PNG file that is laid over all renditions instead"] = ""
    watermark_position: Annotated[
        str, "Where: top-left, top-right, bottom-left, bottom-right or center"
    ] = "bottom-right"
    watermark_opacity: Annotated[int, "How opaque it is, in percent"] = 50
    noncurrent_days: Annotated[
        int, "How many days the bytes of deleted photos and replaced edits are kept"
    ] = 30
    log: Annotated[str, "How the log is written: json, plain, or auto (plain on a terminal)"] = (
        "auto"
    )
    log_level: Annotated[str, "The least level that is logged: debug, info, warning, error"] = (
        "info"
    )


def read(environment: Mapping[str, str] | None = None, **flags: object) -> Settings:
    """Read the settings; flags that are not None win. Raises InvalidSettings."""
    environment = os.environ if environment is None else environment
    values: dict[str, object] = {}
    for name in Settings.__struct_fields__:
        variable = PREFIX + name.upper()
        if flags.get(name) is not None:
            values[name] = flags[name]
        elif variable in environment:
            values[name] = environment[variable]
    if isinstance(url := values.get("public_url"), str):
        values["public_url"] = url.removesuffix("/")
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("$.")[2].rstrip("`")
        raise InvalidSettings(
            f"{PREFIX}{name.upper()}: {values.get(name)!r} is not a whole number"
        ) from None
    _check(settings)
    return settings


def described() -> list[tuple[str, str, str]]:
    """Answer (variable, default, meaning) of every setting, in order; computed defaults are ''."""
    hints = get_type_hints(Settings, include_extras=True)
    defaults = dict(zip(Settings.__struct_fields__, Settings.__struct_defaults__, strict=True))
    return [
        (PREFIX + name.upper(), _shown(defaults[name]), get_args(hints[name])[1])
        for name in Settings.__struct_fields__
    ]


def _shown(default: Any) -> str:
    return str(default) if isinstance(default, str | int) else ""


def _check(settings: Settings) -> None:
    """Raise InvalidSettings for the first setting whose value can't be worked with."""
    wanted = {
        "data": (bool(settings.data), "the name of a folder"),
        "port": (_is_port(settings.port), "a port, 0 to 65535"),
        "admin_port": (_is_port(settings.admin_port), "a port, 0 to 65535"),
        "public_url": (
            not settings.public_url or _is_origin(settings.public_url),
            "an origin without a path, such as https://photos.example.org",
        ),
        "cors_origins": (
            all(origin == "*" or _is_origin(origin) for origin in names(settings.cors_origins)),
            "origins such as https://app.example.org, or *",
        ),
        "web_apis": (
            all(_is_address(url) for url in names(settings.web_apis)),
            "URLs such as https://api.example.org/prod",
        ),
        "web_origins": (
            all(_is_origin(origin) for origin in names(settings.web_origins)),
            "origins such as https://bucket.s3.eu-central-1.amazonaws.com",
        ),
        "mfa": (
            settings.mfa == "optional" or (settings.mfa == "required" and not settings.issuer),
            "optional or required; with PHOTOHQ_ISSUER it is the issuer's to ask for",
        ),
        "issuer": (
            not settings.issuer or _is_issuer(settings.issuer),
            "an https URL (http only on this machine), such as https://accounts.example.org",
        ),
        "client_id": (
            bool(settings.client_id or settings.audience) == bool(settings.issuer),
            "right: it or PHOTOHQ_AUDIENCE is needed with PHOTOHQ_ISSUER, and only there",
        ),
        "smtp_port": (_is_port(settings.smtp_port), "a port, 0 to 65535"),
        "smtp_security": (
            settings.smtp_security in {"starttls", "tls", "none"},
            "starttls, tls or none",
        ),
        "smtp_password_file": (
            bool(settings.smtp_username) == bool(settings.smtp_password_file),
            "right: it is needed with PHOTOHQ_SMTP_USERNAME, and only there",
        ),
        "mail_from": (
            _is_sender(settings.mail_from, real=bool(settings.smtp_host)),
            "a sender such as Photos <photos@example.org>",
        ),
        "url_seconds": (1 <= settings.url_seconds <= 7 * 86_400, "1 second to 7 days"),
        "min_file_size": (
            1 <= settings.min_file_size <= settings.max_file_size,
            f"1 to PHOTOHQ_MAX_FILE_SIZE, which is {settings.max_file_size}",
        ),
        "max_edit_size": (settings.max_edit_size >= 1, "at least 1"),
        "picture_workers": (0 <= settings.picture_workers <= MAX_WORKERS, f"0 to {MAX_WORKERS}"),
        "picture_pixels": (settings.picture_pixels >= 1, "at least 1"),
        "picture_memory": (
            settings.picture_memory >= LEAST_MEMORY,
            f"at least {LEAST_MEMORY}, which is 256 MiB",
        ),
        "picture_seconds": (settings.picture_seconds >= 1, "at least 1"),
        "rendition_formats": (
            set(names(settings.rendition_formats)) in ({"jpeg"}, {"jpeg", "webp"}),
            "jpeg, or jpeg,webp",
        ),
        "watermark_image": (
            not (settings.watermark_image and settings.watermark_text),
            "right: PHOTOHQ_WATERMARK_TEXT names another watermark",
        ),
        "watermark_position": (
            settings.watermark_position in POSITIONS,
            "top-left, top-right, bottom-left, bottom-right or center",
        ),
        "watermark_opacity": (0 <= settings.watermark_opacity <= 100, "0 to 100"),
        "noncurrent_days": (settings.noncurrent_days >= 0, "at least 0"),
        "log": (settings.log in {"auto", "json", "plain"}, "auto, json or plain"),
        "log_level": (
            settings.log_level in {"debug", "info", "warning", "error"},
            "debug, info, warning or error",
        ),
    }
    for name, (good, form) in wanted.items():
        if not good:
            value = getattr(settings, name)
            raise InvalidSettings(f"{PREFIX}{name.upper()}: {value!r} is not {form}")


def _is_port(number: int) -> bool:
    return 0 <= number < 65536


def _is_origin(url: str) -> bool:
    """Tell whether a text is a scheme, a host and perhaps a port, and nothing more."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(host)
        and url == f"{parts.scheme}://{parts.netloc}"
        and not set(parts.netloc) & set("@;\"'<>* \t")
    )


def _is_address(url: str) -> bool:
    """Tell whether a text is an origin and perhaps a plain path."""
    found = re.fullmatch(r"(\w+://[^/]+)((/[\w.~-]+)*/?)", url, re.ASCII)
    return found is not None and _is_origin(found[1])


def _is_issuer(url: str) -> bool:
    """Tell whether a text can be an issuer (OpenID Connect Discovery 1.0, 4.3)."""
    try:
        parts = urlsplit(url)
        local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    except ValueError:
        return False
    return (
        (parts.scheme == "https" or (parts.scheme == "http" and local))
        and bool(parts.hostname)
        and not (parts.query or parts.fragment or "@" in parts.netloc)
    )


def _is_sender(text: str, *, real: bool) -> bool:
    """Tell whether a text is one mailbox (RFC 5322); a `real` one is not the default's."""
    _, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    return bool(local and domain) and text.isprintable() and not (real and domain == "localhost")


def names(text: str) -> tuple[str, ...]:
    """Split a setting that is a list."""
    return tuple(name.strip() for name in text.split(",") if name.strip())
