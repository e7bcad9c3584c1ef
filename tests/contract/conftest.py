"""The contract suite runs against `photohq serve`, or by --base-url against any deployment."""

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite(
    "tests.contract.expect", "tests.contract.deployment", "tests.contract.user_pool"
)

from . import deployment as deployments  # noqa: E402
from .deployment import Deployment, Photo, User  # noqa: E402
from .pictures import jpeg  # noqa: E402

EDIT = jpeg(40_000, seed=3)


def pytest_addoption(parser: pytest.Parser) -> None:
    deployments.add_options(parser)


@pytest.fixture(scope="session")
def deployment(request: pytest.FixtureRequest) -> Iterator[Deployment]:
    with deployments.tested(request) as tested:
        yield tested


@pytest.fixture(scope="session")
def own_pool(deployment: Deployment) -> None:
    """Skips what only Photo HQ's own user pool promises."""
    if not deployment.has_own_pool:
        pytest.skip("the pool is Cognito's here")


@pytest.fixture(scope="session")
def real_objects(deployment: Deployment) -> None:
    """Skips what an emulator keeps less strictly than S3 does: signatures, ranges, names."""
    if deployment.is_emulated:
        pytest.skip("the emulator's S3 is lax here; tests/adapters/objects tries a strict one")


@pytest.fixture(scope="session")
def alice(deployment: Deployment) -> User:
    """Whose photos the tests look at. Nobody counts them."""
    return deployment.new_user()


@pytest.fixture(scope="session")
def bob(deployment: Deployment) -> User:
    """Another user, who has photos too."""
    return deployment.new_user()


@pytest.fixture(scope="session")
def visitor(deployment: Deployment) -> User:
    """Whose requests are all refused, so that nothing is ever stored."""
    return deployment.new_user()


@pytest.fixture(scope="session")
def photo(alice: User) -> Photo:
    """An original of alice's that has arrived. Only for looking at."""
    stored = alice.upload(seed=1)
    alice.settled(stored.id)
    return stored


@pytest.fixture(scope="session")
def edited_photo(alice: User) -> Photo:
    """An original of alice's with an edited version. Only for looking at."""
    stored = alice.upload(seed=2, filename="harbour.jpg")
    alice.edit(stored.id, EDIT, filename="harbour-edited.jpg")
    alice.settled(stored.id)
    return stored


@pytest.fixture(scope="session")
def edit_content() -> bytes:
    """The bytes of the edited version of `edited_photo`."""
    return EDIT


@pytest.fixture
def pending(alice: User) -> str:
    """A fresh photo of alice's whose bytes have not arrived."""
    return alice.pending_photo()
