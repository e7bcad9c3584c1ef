"""Functions on AWS: from a process's start to its first answer, in turn with a plain handler that
makes a boto3 S3 client and DynamoDB resource; what the imports cost; and a warm handler without
the network.

Both run in Lambda's own loop (awslambdaric) on the runtime's Python, against a runtime API and a
DynamoDB that answer at once.
"""

import json
import os
import re
import statistics
import subprocess
import time
from pathlib import Path

from bench.lambda_runtime import EVENTS, PACKAGE, PLAIN, PYTHON, Services
from bench.server import header, ratio

RUNS = 15
SHOWN = 12
_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)")


def cold(services: Services, handler: str, code: Path, name: str) -> float:
    started = time.perf_counter()
    with services.function(handler, code) as process:
        return services.ask(name, process) - started


def starts(services: Services, name: str) -> None:
    ours, plain = [], []
    for _ in range(RUNS):
        ours.append(cold(services, f"photohq.entrypoints.aws_lambda.{name}", PACKAGE, name))
        plain.append(cold(services, f"plain.{name}", PLAIN, name))
    ratio(
        f"{name}: start to first answer, p50 of {RUNS}",
        statistics.median(ours) * 1000,
        statistics.median(plain) * 1000,
        "ms",
        "wanted 0.7",
    )


def imports() -> None:
    """Print the imports that cost most, each with all that it brings along."""
    words = [PYTHON, "-X", "importtime", "-c", "import photohq.entrypoints.aws_lambda"]
    said = subprocess.run(
        words, env=environment(), capture_output=True, text=True, check=True
    ).stderr
    lines = [(int(total), int(own), name) for own, total, name in _LINE.findall(said)]
    print(f"  imports, ms with what they bring along (own): {len(lines)} modules")
    for total, own, name in sorted(lines, reverse=True)[:SHOWN]:
        print(f"    {name:<42} {total / 1000:8.1f}  ({own / 1000:.1f})")


def environment() -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{PACKAGE}:{Path(__file__).parents[1]}",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "PHOTOS_TABLE": "photos",
        "ORIGINALS_BUCKET": "originals",
        "EDITED_BUCKET": "edited",
    }


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def warm() -> None:
    """Print what warm handlers take, and a signature."""
    words = [PYTHON, "-m", "bench.warm_functions"]
    said = subprocess.run(words, env=environment(), capture_output=True, text=True, check=True)
    for name, milliseconds in json.loads(said.stdout).items():
        figure(
            f"{name}: warm, no network, p50",
            milliseconds,
            "ms",
            "0.15" if name == "presign" else "2",
        )


def figure(name: str, value: float, unit: str, limit: str) -> None:
    print(f"  {name:<44} {value:10.3f} {unit:<9} {'':12}          wanted {limit}")


def main() -> None:
    header("Functions: cold starts beside a plain boto3 handler")
    services = Services()
    try:
        for name in EVENTS:
            starts(services, name)
    finally:
        services.close()
    figure("package, unzipped", megabytes(PACKAGE), "MB", "10")
    warm()
    imports()


if __name__ == "__main__":
    main()
