"""Profiles: which servers somebody uses, as whom, and where the sessions are kept."""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import platformdirs

from photohq.cli.failure import Failure

if TYPE_CHECKING:
    from photohq.client import Tokens

DEFAULT = "default"
PRIVATE = 0o700
Store = Literal["file", "keyring"]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A user of a server; `store` is where the session is kept."""

    url: str
    email: str
    store: Store = "file"


def folder() -> Path:
    return Path(platformdirs.user_config_dir("photohq", appauthor=False))


def read() -> dict[str, Profile]:
    """Answer the profiles by name."""
    file = folder() / "profiles.json"
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Profile])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise Failure(f"The profiles in {file} can't be read: {error}") from error


def write(name: str, profile: Profile) -> None:
    profiles = read() | {checked(name): profile}
    write_private(folder() / "profiles.json", msgspec.json.format(msgspec.json.encode(profiles)))


def checked(name: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,64}", name) or name.startswith("."):
        raise Failure(f"A profile's name is made of letters, digits, '.', '_' and '-', not {name}")
    return name


def session_of(name: str, profile: Profile) -> "Tokens | None":
    """Answer the session of a profile, where there is one."""
    from photohq.client import Tokens

    try:
        if profile.store == "keyring":
            with _keyring() as keyring:
                text = keyring.get_password(_service(profile), profile.email)
        else:
            text = _session_file(name).read_text()
        return msgspec.json.decode(text or "null", type=Tokens | None)
    except (OSError, msgspec.DecodeError):
        return None


def keep_session(name: str, profile: Profile, tokens: "Tokens") -> None:
    content = msgspec.json.encode(tokens)
    if profile.store == "keyring":
        with _keyring() as keyring:
            keyring.set_password(_service(profile), profile.email, content.decode())
    else:
        write_private(_session_file(name), content)


def forget_session(name: str, profile: Profile) -> None:
    _session_file(name).unlink(missing_ok=True)
    if profile.store == "keyring":
        # None is there, or the keyring that it is in can't be used: no reason to stay signed in.
        with contextlib.suppress(Failure), _keyring() as keyring:
            keyring.delete_password(_service(profile), profile.email)


def where_to_keep(asked: str) -> Store:
    """Choose between the keyring and a file; `auto` takes the keyring where there is one."""
    if asked == "file":
        return "file"
    works = _keyring_works()
    if asked == "keyring" and not works:
        raise Failure("There is no keyring here: install photohq[keyring] on a desktop, or keep"
                      " the session in a file (--store file)")  # fmt: skip
    return "keyring" if works else "file"


def unfinished(profile: Profile) -> Path:
    """Answer the folder where a user's uploads that are under way are remembered."""
    return _state() / "uploads" / _whose(profile)


def watched(profile: Profile) -> Path:
    """Answer the file that remembers what a user has uploaded from watched folders."""
    return _state() / "watched" / f"{_whose(profile)}.json"


def _state() -> Path:
    return Path(platformdirs.user_state_dir("photohq", appauthor=False))


def _whose(profile: Profile) -> str:
    return hashlib.sha256(f"{profile.url} {profile.email}".encode()).hexdigest()[:16]


def _session_file(name: str) -> Path:
    return folder() / "sessions" / f"{checked(name)}.json"


def _service(profile: Profile) -> str:
    return f"photohq {profile.url}"


def _keyring_works() -> bool:
    try:
        import keyring
        from keyring.backends import fail, null
        from keyring.errors import KeyringError
    except ImportError:
        return False
    if isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring):
        return False
    try:
        keyring.get_password("photohq", "")
    except KeyringError:
        return False
    return True


@contextlib.contextmanager
def _keyring() -> Iterator[Any]:
    """Answer the module; what the keyring refuses, when it is locked for one, is a Failure."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        raise Failure("The session is kept in the keyring: install photohq[keyring]") from error
    try:
        yield keyring
    except KeyringError as error:
        raise Failure(
            f"The keyring can't be used ({error}); photohq login --store file does without"
        ) from error


def write_private(file: Path, content: bytes) -> None:
    """Write what only its owner may read; it appears whole."""
    try:
        file.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        # Files of tempfile have mode 0600 from their beginning.
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as new:
                new.write(content)
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Failure(f"{file} can't be written: {error.strerror}") from error
