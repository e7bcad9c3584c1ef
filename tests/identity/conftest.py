import os
import uuid
from itertools import cycle

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.identity.issuer import Issuer
from photohq.identity.mail.mailer import Mailer
from photohq.identity.mail.outbox import Outbox
from photohq.identity.passwords import Passwords
from photohq.identity.pool import Pool
from photohq.identity.schema import MIGRATIONS
from photohq.identity.users import Stored, Users

from .provider import AUDIENCE, CLIENT, Provider
from .service import Service

URL = "https://photos.example.org"
START = 1_800_000_000.0


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += seconds


class PoolOnDisk:
    """A user pool whose parts a test can reach, or open again as another process would."""

    password = "Correct-Horse-7"

    def __init__(self, folder):
        self.folder = folder
        self.clock = Clock()
        self.master_key = MasterKey(os.urandom(32))
        self.passwords = Passwords(memory_kib=64, passes=1)
        (folder / "outbox").mkdir()
        self.outbox = Outbox(folder / "outbox", self.clock)
        self.databases = []
        self.pool = self.open()

    def open(self, url=URL, **options):
        database = Database(self.folder / "photohq.db")
        self.databases.append(database)
        return Pool(
            database,
            self.master_key,
            Mailer(self.outbox),
            url,
            self.clock,
            passwords=self.passwords,
            **options,
        )

    def close(self):
        for database in self.databases:
            database.close()

    def add(self, email="ann@example.com"):
        return self.pool.sign_up.add_confirmed(email, self.password)

    def sign_in(self, email="ann@example.com", password=None):
        return self.pool.sign_in.with_password(email, password or self.password)

    def execute(self, statement, *values):
        with self.databases[0].transaction() as writer:
            return writer.execute(statement, values).fetchall()


NOTHING = Stored(password_hash="hash", srp_salt=b"", srp_verifier=b"")


def new_user(database, email="ann@example.com", *, confirmed=False):
    """A user of whom nothing but the row is there."""
    sub = str(uuid.uuid4())
    return Users(database).add(sub, email, NOTHING, confirmed=confirmed, now=0)


@pytest.fixture(scope="session", autouse=True)
def rsa_keys():
    """RSA keys are made once and go round: a pool has two, and finding primes takes a while."""
    make = rsa.generate_private_key
    made = cycle([make(65537, 2048) for _ in range(8)])

    def given(public_exponent, key_size):
        usual = (public_exponent, key_size) == (65537, 2048)
        return next(made) if usual else make(public_exponent, key_size)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rsa, "generate_private_key", given)
        yield


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def master_key():
    return MasterKey(os.urandom(32))


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "photohq.db")
    opened.migrate("identity", MIGRATIONS)
    yield opened
    opened.close()


@pytest.fixture
def on_disk(tmp_path):
    made = PoolOnDisk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def provider(clock):
    with Provider(clock=clock) as started:
        yield started


@pytest.fixture
def made(provider, clock):
    def make(**options):
        options = {"client_id": CLIENT, "audience": AUDIENCE, **options}
        return Issuer(provider.issuer, clock=clock, steady=clock, **options)

    return make


@pytest.fixture
def issuer(made):
    return made()


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("pool"))
    yield running
    running.close()
