"""One machine: SQLite, files, and the own user pool, in one process."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from photohq.catalog.sqlite import SqliteCatalog
from photohq.embedded.data_folder import DataFolder
from photohq.embedded.database import Database
from photohq.embedded.master_key import MasterKey
from photohq.events.sqlite import SqliteJobs
from photohq.identity.mail.letters import Letters
from photohq.identity.mail.mailer import Mailer
from photohq.identity.mail.outbox import Outbox
from photohq.identity.mail.postman import Postman
from photohq.identity.mail.smtp import MailServer
from photohq.identity.pool import Pool
from photohq.identity.port import UserPool
from photohq.imaging.plan import Format, Plan, Position, Watermark
from photohq.imaging.port import Pictures
from photohq.imaging.processes import PictureProcesses
from photohq.objects.files import FileStore
from photohq.operations.app import App
from photohq.operations.remove_departed import remove_departed
from photohq.operations.tidy import tidy
from photohq.photos.rules import Limits
from photohq.settings.server import InvalidSettings, Settings, names

DAY = 86_400
MAIL_AGE = 7 * DAY
"""Seconds that a mail lies in the outbox; the codes in it have ended long before."""
TEMPORARY_AGE = DAY
"""Seconds after which a temporary file can't belong to an upload any more."""


FAILED_JOB_AGE = 30 * DAY
"""Seconds for which a job that has failed is remembered."""
PATIENCE = 40
"""How many times its CPU seconds a picture may take here, where requests go first."""
THREADS = 2
"""Threads for each process of pictures: while one waits for the disk, another feeds it."""


@dataclass(frozen=True, slots=True)
class OneMachine:
    """Everything embedded: SQLite, files, and the own user pool unless it is off.

    `picture_threads` are to take jobs and see them through `pictures`.
    """

    app: App
    database: Database
    store: FileStore
    jobs: SqliteJobs
    pictures: Pictures
    picture_threads: int
    pool: Pool | None
    postman: Postman | None
    chores: list[Callable[[], object]]


def one_machine(settings: Settings, folder: DataFolder, url: str) -> OneMachine:
    """Wire the deployment whose clients reach it at `url`.

    Raises InvalidSettings where the master key is missing, unreadable or not the folder's, and
    where mail could never be written or sent, or pictures not be watermarked.
    """
    workers = settings.picture_workers or os.cpu_count() or 1
    pictures = PictureProcesses(plan(settings), workers)
    database = Database(folder.database)
    key = master_key(settings, database)
    outbox = Outbox(folder.outbox)
    pool: Pool | None = None
    postman: Postman | None = None
    identity: UserPool
    waiting: list[Callable[[], object]] = []  # chores that may wait for others
    if settings.issuer:
        from photohq.identity.issuer import Issuer  # not where it costs a start for nothing

        identity = issuer = Issuer(
            settings.issuer, client_id=settings.client_id, audience=settings.audience
        )
        waiting.append(issuer.renew)
    else:
        identity = pool = Pool(
            database, key, mailer(settings, outbox), url, mfa_required=settings.mfa == "required"
        )
        server = mail_server(settings)
        postman = Postman(outbox, server) if server else None
    store = FileStore(folder.objects, database, key, url)
    catalog = SqliteCatalog(database)
    jobs = SqliteJobs(database, time.time)
    app = App(
        catalog=catalog,
        jobs=jobs,
        pictures=pictures,
        objects=store,
        identity=identity,
        limits=limits(settings),
        deployment="one-machine",
        together=database.transaction,
    )
    age = settings.noncurrent_days * DAY
    chores: list[Callable[[], object]] = [
        partial(tidy, app, catalog),
        lambda: store.expire_noncurrent(app.clock() - age),
        partial(store.sweep_temporary, TEMPORARY_AGE),
        partial(outbox.forget, MAIL_AGE),
        lambda: jobs.forget(app.clock() - FAILED_JOB_AGE),
    ]
    if pool:
        chores.append(partial(remove_departed, app, pool.departures))
    return OneMachine(
        app=app,
        database=database,
        store=store,
        jobs=jobs,
        pictures=pictures,
        picture_threads=workers * THREADS,
        pool=pool,
        postman=postman,
        chores=[*chores, *waiting],
    )


@contextmanager
def library(settings: Settings, folder: DataFolder) -> Iterator[OneMachine]:
    """Wire everything for the administrator's commands, which nobody reaches over the network.

    Raises what `one_machine` does.
    """
    machine = one_machine(settings, folder, "")
    try:
        yield machine
    finally:
        machine.database.close()


@contextmanager
def user_pool(settings: Settings, folder: DataFolder) -> Iterator[Pool]:
    """Wire the user pool alone, for the administrator's commands.

    Raises InvalidSettings where it is off, and as `one_machine` does.
    """
    if settings.issuer:
        raise InvalidSettings("The own user pool is off: PHOTOHQ_ISSUER names another one")
    database = Database(folder.database)
    try:
        mail = mailer(settings, Outbox(folder.outbox))
        yield Pool(database, master_key(settings, database), mail, "")
    finally:
        database.close()


def master_key(settings: Settings, database: Database) -> MasterKey:
    """Read the master key and hold it against the one that this data was made with."""
    path = Path(settings.master_key_file)
    database.migrate("master key", ["CREATE TABLE master_key (fingerprint TEXT NOT NULL)"])
    row = database.reader().execute("SELECT fingerprint FROM master_key").fetchone()
    if row and not path.exists():
        raise InvalidSettings(
            f"PHOTOHQ_MASTER_KEY_FILE: {path} is missing, and this data can't be read without it"
        )
    try:
        key = MasterKey.from_file(path)
    except (OSError, ValueError) as error:
        raise InvalidSettings(f"PHOTOHQ_MASTER_KEY_FILE: {error}") from error
    if row is None:
        with database.transaction() as writer:
            writer.execute("INSERT INTO master_key VALUES (?)", (key.fingerprint,))
    elif row[0] != key.fingerprint:
        raise InvalidSettings(f"PHOTOHQ_MASTER_KEY_FILE: {path} is not the key of this data")
    return key


def mailer(settings: Settings, outbox: Outbox) -> Mailer:
    """Wire what writes mail to users, with the operator's templates."""
    folder = Path(settings.mail_templates) if settings.mail_templates else None
    try:
        return Mailer(outbox, Letters(folder), settings.mail_from)
    except ValueError as error:
        raise InvalidSettings(f"PHOTOHQ_MAIL_TEMPLATES: {error}") from error


def mail_server(settings: Settings) -> MailServer | None:
    """Answer the mail server that the settings name; whether it is there doesn't matter."""
    if not settings.smtp_host:
        return None
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        sender=settings.mail_from,
        username=settings.smtp_username,
        password_file=settings.smtp_password_file,
    )
    if not server.mailbox.isascii():
        raise InvalidSettings(f"PHOTOHQ_MAIL_FROM: {server.mailbox} is not ASCII")
    if server.reveals_password:
        raise InvalidSettings(
            "PHOTOHQ_SMTP_SECURITY: with none, anybody on the network could read the password"
        )
    try:
        server.password()
    except (OSError, ValueError) as error:
        raise InvalidSettings(f"PHOTOHQ_SMTP_PASSWORD_FILE: {error}") from error
    return server


def plan(settings: Settings) -> Plan:
    """Answer what is made of every picture, as the settings say."""
    position = msgspec.convert(settings.watermark_position, Position)
    opacity = settings.watermark_opacity / 100
    watermark: Watermark | None = None
    try:
        if settings.watermark_text:
            watermark = Watermark(text=settings.watermark_text, position=position, opacity=opacity)
        elif settings.watermark_image:
            png = Path(settings.watermark_image).read_bytes()
            watermark = Watermark(png=png, position=position, opacity=opacity)
    except (OSError, ValueError) as error:
        name = "TEXT" if settings.watermark_text else "IMAGE"
        raise InvalidSettings(f"PHOTOHQ_WATERMARK_{name}: {error}") from error
    return Plan(
        formats=msgspec.convert(names(settings.rendition_formats), tuple[Format, ...]),
        watermark=watermark,
        max_pixels=settings.picture_pixels,
        memory_bytes=settings.picture_memory,
        seconds=settings.picture_seconds,
        patience=PATIENCE,
    )


def limits(settings: Settings) -> Limits:
    """Answer the limits that the settings name."""
    return Limits(
        min_file_size=settings.min_file_size,
        max_file_size=settings.max_file_size,
        max_edit_size=settings.max_edit_size,
        content_types=names(settings.content_types),
        url_seconds=settings.url_seconds,
        noncurrent_days=settings.noncurrent_days,
    )
