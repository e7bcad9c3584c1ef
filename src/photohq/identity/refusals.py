"""Everything that the user pool refuses, under Amazon Cognito's names and with its sentences.

The names are those of the user pools API reference; on the wire each ends in "Exception".
"""


class Refused(Exception):
    """A refusal; `message` is for the caller and never holds a secret."""

    default = ""

    def __init__(self, message: str = "") -> None:
        self.message = message or self.default
        super().__init__(self.message)

    @property
    def name(self) -> str:
        return f"{type(self).__name__}Exception"


class AliasExists(Refused):
    default = "An account with the given email already exists."


class CodeDeliveryFailure(Refused):
    default = "The code could not be delivered."


class CodeMismatch(Refused):
    default = "Invalid verification code provided, please try again."


class EnableSoftwareTokenMFA(Refused):
    default = "Code mismatch and fail enable Software Token MFA"


class ExpiredCode(Refused):
    default = "Invalid code provided, please request a code again."


class InvalidParameter(Refused):
    pass


class InvalidPassword(Refused):
    def __init__(self, missing: str) -> None:
        super().__init__(f"Password did not conform with policy: {missing}")


class LimitExceeded(Refused):
    default = "Attempt limit exceeded, please try after some time."


class NotAuthorized(Refused):
    pass


class ResourceNotFound(Refused):
    pass


class TooManyRequests(Refused):
    """`retry_after` is in seconds."""

    default = "Rate exceeded"

    def __init__(self, *, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()


class UnknownOperation(Refused):
    pass


class UnsupportedTokenType(Refused):
    default = "Only refresh tokens can be revoked."


class UserNotConfirmed(Refused):
    default = "User is not confirmed."


class UsernameExists(Refused):
    default = "User already exists"
