"""Presigned URLs: SigV4 in the query string, as S3 takes it.

A page of photos has a hundred of them, which botocore's signer would take four times as long for;
tests hold the signatures against its own.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote, unquote_plus, unquote_to_bytes

from photohq.photos.times import Clock

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE = "s3"
MAX_EXPIRES = 604_800
"""Seconds: a presigned URL lives for a week at most."""
SKEW = 900
"""Seconds that a signature may come from the future: the signer's clock may be ahead."""
MEMORABLE = 100
"""Characters: longer texts are quoted each time, and nobody can fill the memory with them."""
SIGNATURE = "X-Amz-Signature"
PARAMETERS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    SIGNATURE,
)
_TIMESTAMP = "%Y%m%dT%H%M%SZ"
_TIMESTAMP_FORM = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs: `token` belongs to temporary credentials."""

    access_key: str
    secret_key: str
    token: str | None = None


class Refused(Exception):
    """A request whose signature does not hold; `code` is S3's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def presign(
    method: str,
    url: str,
    *,
    credentials: Credentials,
    region: str,
    now: float,
    expires_in: int,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> str:
    """Sign a request to `url` (scheme, host and quoted path) for `expires_in` seconds from `now`.

    The request has to carry exactly `headers`; `query` becomes part of the URL.
    """
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    signed = {name.lower(): value for name, value in (headers or {}).items()}
    signed["host"] = host.removesuffix(_DEFAULT_PORTS.get(scheme, ""))
    timestamp = _timestamp(int(now))
    parameters = {
        **(query or {}),
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{credentials.access_key}/{_scope(timestamp, region)}",
        "X-Amz-Date": timestamp,
        "X-Amz-Expires": str(expires_in),
        "X-Amz-SignedHeaders": ";".join(sorted(signed)),
    }
    if credentials.token:
        parameters["X-Amz-Security-Token"] = credentials.token
    sorted_query = _canonical_query(parameters)
    signature = _signature(
        method,
        f"/{path}",
        sorted_query,
        signed,
        secret_key=credentials.secret_key,
        region=region,
        timestamp=timestamp,
    )
    return f"{url}?{sorted_query}&{SIGNATURE}={signature}"


def quoted_path(path: str | bytes) -> str:
    """Quote a path, or the key of an object, once, as S3 does for its canonical request."""
    return quote(path, safe="/~")


class Verifier:
    """Holds requests to an endpoint of ours against their presigned URLs."""

    def __init__(self, credentials: Credentials, region: str, clock: Clock) -> None:
        self._credentials = credentials
        self._region = region
        self._clock = clock

    def verify(
        self, method: str, raw_path: bytes, query: bytes, headers: Mapping[str, str]
    ) -> dict[str, str]:
        """Answer the query's parameters; raises Refused with S3's code for whatever is wrong.

        `raw_path` and `query` are as they came over the wire; the names of `headers` are in lower
        case, and repeated ones are joined by a comma.
        """
        parameters = _parsed(query)
        given = parameters.get(SIGNATURE, "")
        self._check_form(parameters)
        names = parameters["X-Amz-SignedHeaders"].split(";")
        signed = {name: headers.get(name, "") for name in names}
        rest = {name: value for name, value in parameters.items() if name != SIGNATURE}
        expected = _signature(
            method,
            quoted_path(unquote_to_bytes(raw_path)),
            _canonical_query(rest),
            signed,
            secret_key=self._credentials.secret_key,
            region=self._region,
            timestamp=parameters["X-Amz-Date"],
        )
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise Refused(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided."
                " Method, path, query, Host and the signed headers must be those of the URL's"
                " ticket.",
            )
        _refuse_unsigned(headers, signed)
        return parameters

    def _check_form(self, parameters: Mapping[str, str]) -> None:
        """Refuse what can be refused without the secret."""
        if not any(name in parameters for name in PARAMETERS):
            raise Refused("AccessDenied", "Access Denied")
        if not all(name in parameters for name in PARAMETERS):
            raise _malformed(
                "Query-string authentication version 4 requires the X-Amz-Algorithm,"
                " X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and"
                " X-Amz-Expires parameters."
            )
        if parameters["X-Amz-Algorithm"] != ALGORITHM:
            raise _malformed(f'X-Amz-Algorithm only supports "{ALGORITHM}"')
        timestamp = parameters["X-Amz-Date"]
        signed_at = _moment(timestamp)
        expires = _expires(parameters["X-Amz-Expires"])
        self._check_scope(parameters["X-Amz-Credential"], timestamp)
        now = self._clock()
        if now < signed_at - SKEW:
            raise Refused("AccessDenied", "Request is not valid yet")
        if now > signed_at + expires:
            raise Refused("AccessDenied", "Request has expired")

    def _check_scope(self, credential: str, timestamp: str) -> None:
        parts = credential.split("/", 1)
        if len(parts) != 2 or credential.count("/") != 4:
            raise _malformed(
                "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed;"
                ' expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
            )
        access_key, scope = parts
        expected = _scope(timestamp, self._region)
        if scope != expected:
            raise _malformed(
                "Error parsing the X-Amz-Credential parameter; incorrect scope; expecting"
                f' "{expected}", whose date is that of X-Amz-Date.'
            )
        if access_key != self._credentials.access_key:
            raise Refused(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )


def _signature(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    *,
    secret_key: str,
    region: str,
    timestamp: str,
) -> str:
    """Sign a request of a quoted path, a canonical query and exactly `headers`, whose body is not
    looked at."""
    names = sorted(headers)
    lines = [f"{name}:{' '.join(headers[name].split())}" for name in names]
    request = "\n".join(
        (method.upper(), path, query, *lines, "", ";".join(names), "UNSIGNED-PAYLOAD")
    )
    scope = _scope(timestamp, region)
    digest = sha256(request.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{timestamp}\n{scope}\n{digest}"
    return _mac(_signing_key(secret_key, scope), to_sign).hex()


@lru_cache(maxsize=8)
def _signing_key(secret_key: str, scope: str) -> bytes:
    """Derive the key of a day: two days meet at midnight, and so do keys that are replaced."""
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = _mac(key, part)
    return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _scope(timestamp: str, region: str) -> str:
    return f"{timestamp[:8]}/{region}/{SERVICE}/aws4_request"


def _canonical_query(parameters: Mapping[str, str]) -> str:
    pairs = ((_quoted(name), _quoted(value)) for name, value in parameters.items())
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _quoted(text: str) -> str:
    return _quoted_again(text) if len(text) <= MEMORABLE else quote(text, safe="~")


@lru_cache(maxsize=256)
def _quoted_again(text: str) -> str:
    """Quote what comes in one URL after the other: names, scope, time."""
    return quote(text, safe="~")


@lru_cache(maxsize=8)
def _timestamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(_TIMESTAMP)


def _parsed(query: bytes) -> dict[str, str]:
    """Read a query string of which no parameter may come twice."""
    parameters: dict[str, str] = {}
    try:
        for pair in query.decode("ascii").split("&"):
            if not pair:
                continue
            name, _, value = (unquote_plus(part, errors="strict") for part in pair.partition("="))
            if name in parameters:
                raise _malformed(f"The parameter {name} is given more than once")
            parameters[name] = value
    except UnicodeDecodeError as error:
        raise _malformed("The query string is not UTF-8") from error
    return parameters


def _moment(timestamp: str) -> float:
    try:
        if _TIMESTAMP_FORM.fullmatch(timestamp):
            return datetime.strptime(timestamp, _TIMESTAMP).replace(tzinfo=UTC).timestamp()
    except ValueError:
        pass
    raise _malformed(
        "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
    ) from None


def _expires(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise _malformed("X-Amz-Expires should be a number")
    seconds = int(text)
    if seconds < 0:
        raise _malformed("X-Amz-Expires must be non-negative")
    if seconds > MAX_EXPIRES:
        raise _malformed("X-Amz-Expires must be less than a week (in seconds); i.e., 604800")
    return seconds


def _refuse_unsigned(headers: Iterable[str], signed: Mapping[str, str]) -> None:
    """Refuse `x-amz-*` headers that the signature does not cover: they change what is done."""
    if any(name.startswith("x-amz-") and name not in signed for name in headers):
        raise Refused(
            "AccessDenied", "There were headers present in the request which were not signed"
        )


def _malformed(message: str) -> Refused:
    return Refused("AuthorizationQueryParametersError", message)
