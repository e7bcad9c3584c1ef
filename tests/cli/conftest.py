"""A server, people who are signed in there, and the command as they call it."""

from pathlib import Path
from typing import Any

import keyring
import pytest
from click.testing import CliRunner, Result
from keyring.backends.fail import Keyring as NoKeyring
from tests.contract.pictures import jpeg
from tests.contract.serving import Server

from photohq.cli.main import main
from photohq.client import PhotoHQ
from photohq.embedded.data_folder import DataFolder
from photohq.settings import server as settings
from photohq.wiring import one_machine as wiring

PASSWORD = "Correct-Horse-7"
LEAST = 1_000
"""The server takes originals from this size on."""


class Home:
    """Somebody's machine: a home folder, and the command there."""

    def __init__(self, folder: Path, url: str, email: str) -> None:
        self.folder = folder
        self.url = url
        self.email = email
        self.password = folder / "password"
        self.password.write_text(f"{PASSWORD}\n")

    @property
    def environment(self) -> dict[str, str | None]:
        unset = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "PHOTOHQ_PROFILE", "PHOTOHQ_EDITOR")
        return {"HOME": str(self.folder), **dict.fromkeys(unset)}

    def __call__(self, *words: object, given: str | None = None) -> Result:
        """Calls the command; what it raises beside an exit is a mistake of its own."""
        called = CliRunner(env=self.environment).invoke(main, [*map(str, words)], input=given)
        assert called.exception is None or isinstance(called.exception, SystemExit), called
        return called

    def login(self, *words: object) -> Result:
        address = ["--url", self.url, "--email", self.email, "--store", "file"]
        return self("login", *address, "--password-file", self.password, *words)

    def photo(self, name: str, size: int = LEAST, seed: int = 0) -> Path:
        """Puts a photo into the home folder; another seed, another content."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg(size, seed))
        return path

    def client(self) -> PhotoHQ:
        return PhotoHQ(self.url, self.email, PASSWORD)


@pytest.fixture(autouse=True)
def no_keyring():
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    small: dict[str, Any] = {"PHOTOHQ_MIN_FILE_SIZE": str(LEAST), "PHOTOHQ_PICTURE_WORKERS": "1"}
    with Server(tmp_path_factory.mktemp("server"), **small) as started:
        yield started


@pytest.fixture(scope="session")
def pool(server):
    """The server's user pool, as an administrator's command opens it."""
    environment = {"PHOTOHQ_MASTER_KEY_FILE": str(server.folder / "master.key")}
    read = settings.read(environment, data=str(server.data))
    with wiring.user_pool(read, DataFolder(server.data)) as opened:
        yield opened


@pytest.fixture(scope="session")
def numbers():
    return iter(range(1_000))


@pytest.fixture
def stranger(tmp_path, server, pool, numbers):
    """Somebody who has an account and no session."""
    email = f"somebody{next(numbers)}@example.com"
    pool.sign_up.add_confirmed(email, PASSWORD)
    home = tmp_path / "home"
    home.mkdir()
    return Home(home, server.url, email)


@pytest.fixture
def photohq(stranger):
    """The command of somebody who is signed in."""
    done = stranger.login()
    assert done.exit_code == 0, done.output
    return stranger
