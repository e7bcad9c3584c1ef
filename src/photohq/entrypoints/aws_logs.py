"""What a function says of its work: one line of JSON on standard output, which CloudWatch keeps.

A line may carry metrics, in CloudWatch's embedded format: they cost neither a call nor a wait.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import sys
import time
from collections.abc import Mapping

import msgspec

NAMESPACE = "PhotoHQ"
DIMENSION = "Deployment"


def tell(message: str, **details: object) -> None:
    """Write a line; nothing secret is ever handed to it."""
    line = {"level": "INFO", "message": message, **details}
    sys.stdout.write(f"{msgspec.json.encode(line).decode()}\n")
    sys.stdout.flush()


def tell_metrics(message: str, deployment: str, metrics: Mapping[str, tuple[float, str]]) -> None:
    """Write a line with metrics: for each its value and CloudWatch's name of the unit."""
    embedded = {
        "Timestamp": int(time.time() * 1000),
        "CloudWatchMetrics": [
            {
                "Namespace": NAMESPACE,
                "Dimensions": [[DIMENSION]],
                "Metrics": [{"Name": name, "Unit": unit} for name, (_, unit) in metrics.items()],
            }
        ],
    }
    values = {name: value for name, (value, _) in metrics.items()}
    tell(message, _aws=embedded, **{DIMENSION: deployment}, **values)
