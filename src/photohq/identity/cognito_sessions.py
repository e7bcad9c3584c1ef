"""Whether sessions of a Cognito user pool go on: by asking it, now and then."""

import time

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from photohq.photos.errors import Unauthenticated, Unavailable
from photohq.photos.times import Clock

SECONDS = 60
"""How long a good answer counts. Cognito takes some 120 such questions a second for an account
(Quotas in Amazon Cognito, category UserRead)."""
REMEMBERED = 10_000
"""Good answers that are kept."""
_ENDED = {
    "NotAuthorizedException",
    "PasswordResetRequiredException",
    "UserNotConfirmedException",
    "UserNotFoundException",
}


class CognitoSessions:
    """Implements `identity.cognito.Sessions` by GetUser, which the access token itself allows."""

    def __init__(self, region: str, endpoint_url: str | None, clock: Clock = time.time) -> None:
        self._client = Session().create_client(
            "cognito-idp",
            region_name=region,
            endpoint_url=endpoint_url,
            config=Config(
                signature_version=UNSIGNED,
                connect_timeout=2,
                read_timeout=5,
                retries={"mode": "standard", "total_max_attempts": 2},
            ),
        )
        self._clock = clock
        self._good_until: dict[str, float] = {}

    def check(self, token_id: str, access_token: str) -> None:
        now = self._clock()
        if self._good_until.get(token_id, 0) > now:
            return
        try:
            self._client.get_user(AccessToken=access_token)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ENDED:
                raise Unauthenticated from None
            raise Unavailable from error
        except BotoCoreError as error:
            raise Unavailable from error
        if len(self._good_until) >= REMEMBERED:
            self._good_until.clear()
        self._good_until[token_id] = now + SECONDS
