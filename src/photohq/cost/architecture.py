"""The architecture's own estimate, line by line as it stands there: 200 photos a month, 5 users."""

import msgspec

PHOTOS = 200
USERS = 5
TOTAL = "~$3.20"
"""As it says; its lines add up to a cent less."""
STATED_DOLLARS = 3.20
FREE_TIER = "Free Tier"


class Estimated(msgspec.Struct, frozen=True):
    """A service's usage and its dollars a month; None where it is said to be in the free tier."""

    usage: str
    dollars: float | None


LINES = {
    "API Gateway": Estimated("1,000 requests", 0.01),
    "Lambda": Estimated("5,000 invocations × 1s × 512MB", 0.10),  # noqa: RUF001
    "DynamoDB": Estimated("10GB storage + 1,000 requests", 2.50),
    "S3 Storage": Estimated("3GB (originals + edited)", 0.07),
    "S3 Requests": Estimated("1,000 PUT/GET", 0.01),
    "Cognito": Estimated("5 MAU", None),
    "X-Ray": Estimated("1,000 traces", None),
    "CloudWatch Logs": Estimated("1GB", 0.50),
}
"""By the services' names there, which are those of `prices.PRICES` too."""
