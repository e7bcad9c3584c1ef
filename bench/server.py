"""A server of the product in a process of its own, and what the kernel says of it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PASSWORD = "Bench-2026-photos"
TARGET = "AWSCognitoIdentityProviderService.InitiateAuth"
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """`photohq serve` on a free port with a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.environment = {
            **os.environ,
            "PHOTOHQ_DATA": str(self.data),
            "PHOTOHQ_MASTER_KEY_FILE": str(folder / "master.key"),
            "PHOTOHQ_LOG_LEVEL": "warning",
        }
        self.process = subprocess.Popen(
            self._command("serve", "--port", "0"),
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().split()[-1]

    @property
    def pid(self) -> int:
        return self.process.pid

    def sign_in(self) -> httpx.Client:
        """Add a user and answer a client that carries its access token."""
        password_file = self.data.parent / "password"
        password_file.write_text(PASSWORD)
        email = "bench@example.com"
        add = self._command("users", "add", email, "--password-file", str(password_file))
        subprocess.run(add, env=self.environment, check=True, capture_output=True)
        config = httpx.get(f"{self.url}/config").json()
        body = {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": config["client_id"],
            "AuthParameters": {"USERNAME": email, "PASSWORD": PASSWORD},
        }
        headers = {"X-Amz-Target": TARGET, "Content-Type": "application/x-amz-json-1.1"}
        answer = httpx.post(config["identity_endpoint"], content=json.dumps(body), headers=headers)
        token = answer.raise_for_status().json()["AuthenticationResult"]["AccessToken"]
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60
        )

    def cpu_seconds(self) -> float:
        """Answer the processor time that the process has used (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def peak_megabytes(self) -> float:
        """Answer the greatest resident size that the process has had (Linux)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise OSError("the kernel does not say VmHWM")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)

    @staticmethod
    def _command(*arguments: str) -> list[str]:
        return [str(Path(sys.executable).with_name("photohq")), *arguments]


@contextmanager
def running() -> Iterator[Server]:
    """Start a server in a temporary folder, and stop it."""
    with tempfile.TemporaryDirectory(prefix="photohq-bench-", dir=_disk()) as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.stop()


def ratio(name: str, value: float, floor: float, unit: str, limit: str) -> None:
    """Print a figure beside its floor or peer."""
    print(f"  {name:<44} {value:10.3f} {unit:<9} {floor:10.3f}  x {value / floor:5.2f}   {limit}")


def header(title: str) -> None:
    print(f"\n{title}  ({time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores)")


def _disk() -> str | None:
    """Answer a folder on a real disk: /tmp may be memory, where fsync costs nothing."""
    return os.environ.get("PHOTOHQ_BENCH_DIR")
