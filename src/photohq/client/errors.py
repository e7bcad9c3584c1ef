"""Everything that a call can raise.

ClientError
  Unreachable        no answer came, also after every repeat
  UnexpectedAnswer   an answer that is not the contract's: another service, or a page in between
  NotSignedIn        the call needs a user, and nobody has signed in
  NoUserPool         users of this deployment sign in elsewhere, where this client can't
  ChallengeRequired  the user pool asks for more than a password
  Refused            the API answered with a problem document
    InvalidInput     400  `errors` names every bad field
    Unauthenticated  401
    Forbidden        403  somebody else's photo
    NotFound         404
    Conflict         409
    Stale            412
    TooLarge         413
    Throttled        429  also after every repeat; `retry_after` in seconds
    Unavailable      5xx  also after every repeat
  IdentityRefused    the user pool's refusal; `name` is Cognito's, such as CodeMismatchException
  TransferRefused    the object store's refusal of bytes; `code` is S3's
  BrokenDownload     what was downloaded is not what the API describes
  UploadFailed       the bytes arrived and were found wanting; `reason` says why
  NotArrived         the bytes did not arrive in time
  Busy               another process uploads for this user, from this machine
  Stopped            the caller stopped it
"""

import msgspec


class ClientError(Exception):
    """One sentence that says what could not be done, and why."""


class Unreachable(ClientError):
    pass


class UnexpectedAnswer(ClientError):
    pass


class NotSignedIn(ClientError):
    pass


class NoUserPool(ClientError):
    pass


class ChallengeRequired(ClientError):
    """`name` is the challenge, such as SOFTWARE_TOKEN_MFA; `session` goes into its answer.

    `PhotoHQ.answer_challenge` takes it as it is.
    """

    def __init__(self, name: str, session: str, email: str = "") -> None:
        self.name, self.session, self.email = name, session, email
        super().__init__(f"The user pool asks for more than a password: {name}")


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field, parameter or header."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem document (RFC 9457). `code` is stable, `detail` is for people."""

    status: int = 0
    code: str = ""
    title: str = ""
    detail: str = ""
    type: str = "about:blank"
    instance: str = ""
    request_id: str = ""
    errors: tuple[FieldError, ...] = ()


class Refused(ClientError):
    """The API's refusal. `attempts` counts the requests; this is the answer to the last one."""

    def __init__(
        self, problem: Problem, *, retry_after: float | None = None, attempts: int = 1
    ) -> None:
        self.problem = problem
        self.status, self.code, self.errors = problem.status, problem.code, problem.errors
        self.request_id = problem.request_id
        self.retry_after = retry_after
        self.attempts = attempts
        super().__init__(problem.detail or problem.title or f"HTTP status {problem.status}")


class InvalidInput(Refused):
    """Its text says what is wrong with each bad field."""

    def __str__(self) -> str:
        return "; ".join(dict.fromkeys(bad.message for bad in self.errors)) or super().__str__()


class Unauthenticated(Refused):
    pass


class Forbidden(Refused):
    pass


class NotFound(Refused):
    pass


class Conflict(Refused):
    pass


class Stale(Refused):
    pass


class TooLarge(Refused):
    pass


class Throttled(Refused):
    pass


class Unavailable(Refused):
    pass


BY_STATUS: dict[int, type[Refused]] = {
    400: InvalidInput,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: Stale,
    413: TooLarge,
    429: Throttled,
}


def refusal(problem: Problem, *, retry_after: float | None = None, attempts: int = 1) -> Refused:
    """Make the error of a problem document."""
    kind = BY_STATUS.get(problem.status, Unavailable if problem.status >= 500 else Refused)
    return kind(problem, retry_after=retry_after, attempts=attempts)


class IdentityRefused(ClientError):
    def __init__(self, name: str, message: str) -> None:
        self.name = name
        super().__init__(message or name)


class TransferRefused(ClientError):
    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code = status, code
        super().__init__(f"The object store answered {status} {code}: {message}".rstrip(": "))


class BrokenDownload(ClientError):
    pass


class UploadFailed(ClientError):
    """`reason` is the API's `status_reason`, or `undone` for an edit that was taken back."""

    def __init__(self, reason: str, message: str | None = None) -> None:
        self.reason = reason
        super().__init__(f"The upload arrived but failed: {message or reason}")


class NotArrived(ClientError):
    pass


class Busy(ClientError):
    pass


class Stopped(ClientError):
    pass
