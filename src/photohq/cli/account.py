"""What commands for people begin with: a profile, its session, and errors in one sentence."""

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from photohq.cli import profiles
from photohq.cli.failure import Failure, NoAnswer, NotSignedIn

if TYPE_CHECKING:
    from photohq.client import PhotoHQ, Retries


def _profile_names(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """Answer the profiles whose names begin like this, for a shell's completion."""
    with suppress(click.ClickException):
        return [name for name in sorted(profiles.read()) if name.startswith(begun)]
    return []


profile_option = click.option(
    "--profile",
    metavar="NAME",
    envvar="PHOTOHQ_PROFILE",
    default=profiles.DEFAULT,
    help="One of several accounts; PHOTOHQ_PROFILE names one, too.",
    shell_complete=_profile_names,
)
PASSING = {"TooManyRequestsException", "LimitExceededException", "InternalErrorException"}
"""What the user pool refuses for now only."""
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


@dataclass
class Account:
    """Somebody who is signed in. Setting `stop` ends what the client does, with Stopped."""

    client: "PhotoHQ"
    name: str
    profile: profiles.Profile
    stop: threading.Event


def asks(function: Callable[..., object]) -> Callable[..., None]:
    """Make a command of a function that takes an account: with `--profile` and `--json`."""

    @json_option
    @profile_option
    @functools.wraps(function)
    def command(*, profile: str, **given: Any) -> None:
        with plainly(), signed_in(profile) as account:
            function(account, **given)

    return command


@contextmanager
def signed_in(name: str, retries: "Retries | None" = None) -> Iterator[Account]:
    """Go on with the session of a profile, and keep what is renewed of it."""
    from photohq.client import PhotoHQ

    profile = known(name)
    tokens = profiles.session_of(name, profile)
    if tokens is None:
        raise NotSignedIn(f"You are not signed in at {profile.url}: {_how(name)}")
    stop = threading.Event()
    with PhotoHQ(profile.url, tokens=tokens, sleep=_sleeper(stop), retries=retries) as client:
        try:
            yield Account(client, name, profile, stop)
        except BaseException:
            stop.set()
            raise
        finally:
            if client.tokens and client.tokens != tokens:
                profiles.keep_session(name, profile, client.tokens)


def known(name: str) -> profiles.Profile:
    """Answer a profile that is there."""
    there = profiles.read()
    if profile := there.get(profiles.checked(name)):
        return profile
    if name == profiles.DEFAULT:
        raise NotSignedIn(f"You are not signed in: {_how(name)}")
    others = f" (there is {', '.join(sorted(there))})" if there else ""
    raise Failure(f"There is no profile {name}{others}: {_how(name)}")


@contextmanager
def plainly(hint: str = ": photohq login begins a new session") -> Iterator[None]:
    """Turn what the client raises into a sentence and an exit code."""
    from photohq.client import errors

    try:
        yield
    except errors.IdentityRefused as error:
        if error.name in PASSING:
            raise NoAnswer(str(error)) from error
        raise NotSignedIn(f"{str(error).rstrip('.')}{hint}") from error
    except (errors.NotSignedIn, errors.Unauthenticated) as error:
        raise NotSignedIn(f"{str(error).rstrip('.')}{hint}") from error
    except (errors.Unreachable, errors.Throttled, errors.Unavailable) as error:
        raise NoAnswer(f"{error}{_request(error)}") from error
    except errors.ClientError as error:
        raise click.ClickException(f"{error}{_request(error)}") from error


def _request(error: Exception) -> str:
    found = getattr(error, "request_id", "")
    return f" (request {found})" if found else ""


def _how(name: str) -> str:
    words = "" if name == profiles.DEFAULT else f" --profile {name}"
    return f"photohq login{words} --url URL --email EMAIL"


def _sleeper(stop: threading.Event) -> Callable[[float], None]:
    from photohq.client.errors import Stopped

    def sleep(seconds: float) -> None:
        if stop.wait(seconds):
            raise Stopped("Interrupted")

    return sleep
