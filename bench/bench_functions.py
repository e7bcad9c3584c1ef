"""The six functions of the architecture in an emulator, warm, beside plain boto3 handlers that do
the same on the same table and buckets: each is called in turn, all in one run.

Calls go to Lambda itself with an event of the gateway. Whoever prints nothing is kept waiting 50 ms
by the emulator, so both print a line.
"""

import io
import json
import statistics
import time
import zipfile
from typing import Any

from tests.aws.stack import Stack, deployed, package
from tests.emulators.ministack import ministack

from bench.lambda_runtime import PLAIN, UPLOAD, event
from bench.server import header, ratio

CALLS = 150
ROUTES: dict[str, tuple[str, str, object]] = {
    "upload_photo": ("POST", "/photos/upload", UPLOAD),
    "get_photo": ("GET", "/photos/{photo_id}", None),
    "list_photos": ("GET", "/photos", None),
    "update_photo": ("PUT", "/photos/{photo_id}/edit", UPLOAD),
    "delete_photo": ("DELETE", "/photos/{photo_id}", None),
    "get_metadata": ("GET", "/photos/{photo_id}/metadata", None),
}
FUNCTIONS = {name: f"{name.title().replace('_', '')}Function" for name in ROUTES}
"""Their names in the template."""


class Called:
    """Calls functions of a stack and times them."""

    def __init__(self, stack: Stack) -> None:
        self._lambda = stack.client("lambda")

    def answer(self, function: str, name: str, photo_id: str = "") -> tuple[float, dict[str, Any]]:
        method, resource, body = ROUTES[name]
        parameters = {"photo_id": photo_id} if "{" in resource else {}
        payload = json.dumps(event(method, resource, body, **parameters))
        started = time.perf_counter()
        answer = self._lambda.invoke(FunctionName=function, Payload=payload)
        took = time.perf_counter() - started
        result = json.load(answer["Payload"])
        assert result.get("statusCode") == 200, result
        return took, json.loads(result["body"])


def plain_functions(stack: Stack) -> dict[str, str]:
    """Make the plain handlers functions with the settings of ours; answers their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(PLAIN / "plain.py", "plain.py")
        archive.writestr("padding", bytes(len(package())))  # the emulator looks at it at each call
    client = stack.client("lambda")
    like = client.get_function(FunctionName=stack.physical("UploadPhotoFunction"))["Configuration"]
    for name in FUNCTIONS:
        client.create_function(
            FunctionName=f"plain-{name}",
            Runtime=like["Runtime"],
            Role=like["Role"],
            Handler=f"plain.{name}",
            Code={"ZipFile": packed.getvalue()},
            MemorySize=like["MemorySize"],
            Timeout=like["Timeout"],
            Environment={"Variables": like["Environment"]["Variables"]},
        )
    return {name: f"plain-{name}" for name in FUNCTIONS}


def main() -> None:
    header(f"Functions in an emulator, warm, p50 of {CALLS}, beside plain boto3 handlers")
    with ministack() as url, deployed(url) as stack:
        called = Called(stack)
        ours = {name: stack.physical(logical) for name, logical in FUNCTIONS.items()}
        plain = plain_functions(stack)

        def new_photo() -> str:
            return str(called.answer(ours["upload_photo"], "upload_photo")[1]["photo_id"])

        for name in FUNCTIONS:
            times: dict[str, list[float]] = {"ours": [], "plain": []}
            for turn in range(-3, CALLS):  # the first ones are cold
                pair = [("ours", ours), ("plain", plain)]
                for whose, functions in pair if turn % 2 else reversed(pair):
                    took, _ = called.answer(functions[name], name, new_photo())
                    if turn >= 0:
                        times[whose].append(took * 1000)
            ratio(name, *(statistics.median(times[one]) for one in times), "ms", "wanted 1.0")


if __name__ == "__main__":
    main()
