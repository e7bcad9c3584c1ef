"""AWS's list prices in US dollars, without tax, as of a date.

A price has AWS's always-free amount as its first step; what is free for a new account's first
months only is left out. To bring the prices up to date, read the pages that they name, then set
`AS_OF` and run `make docs`.
"""

from math import inf

import msgspec

AS_OF = "2026-11-24"
REGION = "us-east-1"
FREE_DASHBOARD_METRICS = 50
"""An account's first three dashboards are free as long as none shows more; ours does."""


class Step(msgspec.Struct, frozen=True):
    """Dollars of a price's unit, up to an amount a month."""

    up_to: float
    dollars: float


class Price(msgspec.Struct, frozen=True):
    """What an item of a service costs a month: each step's dollars are for `per` of it."""

    service: str
    item: str
    per: float
    steps: tuple[Step, ...]
    page: str

    @property
    def free(self) -> float:
        """How much of it AWS never charges an account for."""
        first = self.steps[0]
        return first.up_to if first.dollars == 0 else 0.0

    def of(self, amount: float) -> float:
        """Answer the dollars that an amount costs."""
        return self._sum(amount, self.steps)

    def with_nothing_free(self, amount: float) -> float:
        """Answer the dollars that it costs where others have used up the free amount."""
        return self._sum(amount, self.steps[1:] if self.free else self.steps)

    def _sum(self, amount: float, steps: tuple[Step, ...]) -> float:
        total = below = 0.0
        for step in steps:
            total += max(0.0, min(amount, step.up_to) - below) * step.dollars / self.per
            below = step.up_to
        return total


def _price(
    service: str, item: str, dollars: float, page: str, *, per: float = 1, free: float = 0
) -> Price:
    steps = (Step(inf, dollars),)
    return Price(service, item, per, (Step(free, 0), *steps) if free else steps, _PAGES + page)


def _stepped(
    service: str, item: str, steps: tuple[tuple[float, float], ...], page: str, *, per: float = 1
) -> Price:
    return Price(service, item, per, tuple(Step(*step) for step in steps), _PAGES + page)


_PAGES = "https://aws.amazon.com/"
_MILLION = 1_000_000.0
_API = "API Gateway"
_DYNAMODB = "DynamoDB"
_EVENTS = "EventBridge and SQS"
_METRICS = "CloudWatch metrics"
_LOGS = "CloudWatch Logs"

PRICES: dict[str, Price] = {
    "api_requests": _stepped(
        _API,
        "requests",
        ((333 * _MILLION, 3.50), (1_000 * _MILLION, 2.80), (20_000 * _MILLION, 2.38), (inf, 1.51)),
        "api-gateway/pricing/",
        per=_MILLION,
    ),
    "invocations": _price(
        "Lambda", "invocations", 0.20, "lambda/pricing/", per=_MILLION, free=_MILLION
    ),
    "gb_seconds": _price(
        "Lambda", "GB-seconds", 16.6667, "lambda/pricing/", per=_MILLION, free=400_000
    ),
    "write_units": _price(
        _DYNAMODB, "write request units", 0.625, "dynamodb/pricing/on-demand/", per=_MILLION
    ),
    "read_units": _price(
        _DYNAMODB, "read request units", 0.125, "dynamodb/pricing/on-demand/", per=_MILLION
    ),
    "records_gb": _price(_DYNAMODB, "GB of records", 0.25, "dynamodb/pricing/on-demand/", free=25),
    "recovery_gb": _price(_DYNAMODB, "GB recoverable", 0.20, "dynamodb/pricing/on-demand/"),
    "objects_gb": _stepped(
        "S3 Storage",
        "GB of photos",
        ((51_200, 0.023), (512_000, 0.022), (inf, 0.021)),
        "s3/pricing/",
    ),
    "puts": _price("S3 Requests", "PUT requests", 0.005, "s3/pricing/", per=1_000),
    "gets": _price("S3 Requests", "GETs and HEADs", 0.0004, "s3/pricing/", per=1_000),
    "sent_gb": _stepped(
        "Data transfer",
        "GB to the internet",
        ((100, 0), (10_340, 0.09), (51_300, 0.085), (153_700, 0.07), (inf, 0.05)),
        "ec2/pricing/on-demand/",
    ),
    "events": _price(_EVENTS, "S3 events", 1.00, "eventbridge/pricing/", per=_MILLION),
    "queue_requests": _price(
        _EVENTS, "queue requests", 0.40, "sqs/pricing/", per=_MILLION, free=_MILLION
    ),
    "active_users": _stepped(
        "Cognito",
        "active users (Lite)",
        (
            (10_000, 0),
            (100_000, 0.0055),
            (_MILLION, 0.0046),
            (10 * _MILLION, 0.00325),
            (inf, 0.0025),
        ),
        "cognito/pricing/",
    ),
    "traces": _price("X-Ray", "traces", 5.00, "xray/pricing/", per=_MILLION, free=100_000),
    "logged_gb": _price(_LOGS, "GB taken in", 0.50, "cloudwatch/pricing/", free=5),
    "kept_logs_gb": _price(_LOGS, "GB kept, compressed", 0.03, "cloudwatch/pricing/"),
    "metrics": _stepped(
        _METRICS,
        "metrics of our own",
        ((10, 0), (10_000, 0.30), (250_000, 0.10), (inf, 0.05)),
        "cloudwatch/pricing/",
    ),
    "alarms": _price(_METRICS, "metrics in alarms", 0.10, "cloudwatch/pricing/", free=10),
    "dashboards": _price(_METRICS, "large dashboards", 3.00, "cloudwatch/pricing/"),
    "alarm_mails": _price(
        _METRICS, "alarm mails (SNS)", 2.00, "sns/pricing/", per=100_000, free=1_000
    ),
}
"""What is charged by month, in the order of the architecture's table; a GB is 2^30 bytes."""
