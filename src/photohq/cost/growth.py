"""How the bill grows with the photos, while a user goes on to bring as many as before."""

import msgspec

from photohq.cost.estimate import Estimate, estimate
from photohq.cost.workload import Workload

MONTHS = 12
PARTS = {
    "S3 Storage": "photos kept in S3",
    "Data transfer": "downloads",
    "Cognito": "users",
    "CloudWatch Logs": "logs, alarms, traces",
    "CloudWatch metrics": "logs, alarms, traces",
    "X-Ray": "logs, alarms, traces",
}
"""What a service's dollars are for; those of the others are for requests and records."""
REST = "requests and records"


def grown(photos: float, months: float = MONTHS) -> Workload:
    """Answer the default workload with other photos a month, and as many users as go with them."""
    usual = Workload()
    users = max(usual.users, photos * usual.users / usual.photos)
    return msgspec.structs.replace(usual, photos=photos, users=users, months=months)


def bill(photos: float, months: float = MONTHS) -> Estimate:
    """Answer the bill after so many months."""
    return estimate(grown(photos, months))


def parts(bill: Estimate) -> dict[str, float]:
    """Split a bill by what its dollars are for."""
    dollars = dict.fromkeys([*PARTS.values(), REST], 0.0)
    for service in bill.services:
        dollars[PARTS.get(service.name, REST)] += service.dollars
    return dollars
