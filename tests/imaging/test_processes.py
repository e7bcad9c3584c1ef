"""A picture may ruin its process; the others, and those who wait, are none the worse for it."""

import base64
import hashlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.imaging.pictures import EOI, flat, jpeg, segment
from tests.imaging.running import outcome, pieces, process

from photohq.imaging import child
from photohq.imaging.plan import Plan
from photohq.imaging.processes import PictureProcesses
from photohq.photos.errors import Unavailable
from photohq.photos.pictures import Reason, Unreadable
from photohq.photos.rules import MIB


@pytest.fixture
def made():
    """Makes pools, and closes them."""
    pools = []

    def make(count=1, **plan):
        pools.append(PictureProcesses(Plan(**plan), count))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


def workers(pool):
    return {one._process.pid for one in pool._living}


def lives(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def many_scans():
    """A picture that takes a decoder a minute: 900 scans over 100 megapixels."""
    ends_many_blocks = segment(0xC4, b"\x10\x01" + bytes(15) + b"\xe0")
    blocks = 1250 * 1250
    scan = segment(0xDA, b"\x01\x01\0\x01\x01\0") + bytes(-(-(-(-blocks // 16384) * 15) // 8))
    return flat(10_000, 10_000, progressive=True)[:-2] + ends_many_blocks + scan * 900 + EOI


def test_the_checksum_is_that_of_the_bytes_in_pieces_of_any_size(pictures):
    data = jpeg()
    expected = base64.b64encode(hashlib.sha256(data).digest()).decode()
    for size in (1000, len(data)):
        made = pictures.process(pieces(data, size), len(data))
        assert made.checksum_sha256 == expected
    assert pictures.process([b"", data, b""], len(data)).checksum_sha256 == expected


def test_a_picture_that_takes_too_long_is_given_up(made):
    pool = made(seconds=1)
    started = time.monotonic()
    assert outcome(pool, many_scans()) == Reason.TOOK_TOO_LONG
    assert time.monotonic() - started < 20
    assert outcome(pool, jpeg()) == "ready"


def test_a_picture_that_takes_too_much_memory_is_given_up(made):
    pool = made(memory_bytes=256 * MIB)
    large = jpeg(3000, 2000) + bytes(120 * MIB)
    assert outcome(pool, large) == Reason.TOO_MUCH_MEMORY
    assert outcome(pool, jpeg()) == "ready"
    assert outcome(pool, flat(10_000, 10_000, progressive=True)) == Reason.TOO_MUCH_MEMORY
    with pytest.raises(Unreadable) as refused:
        pool.process([], 1024 * MIB)
    assert refused.value.reason == Reason.TOO_MUCH_MEMORY


def test_pictures_of_as_many_pixels_as_are_allowed_fit_the_memory(made):
    pool = made()
    assert outcome(pool, flat(12_000, 10_000, components=3)) == "ready"
    assert outcome(pool, flat(12_000, 10_000, components=3, progressive=True)) == "ready"


def test_a_worker_that_hangs_is_replaced(made):
    pool = made(seconds=1, patience=1)
    pool.check()
    (pid,) = workers(pool)
    os.kill(pid, signal.SIGSTOP)
    assert outcome(pool, jpeg()) == Reason.TOOK_TOO_LONG
    assert not lives(pid)
    assert outcome(pool, jpeg()) == "ready"


@pytest.mark.parametrize("ended_by", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_worker_that_dies_is_replaced_and_the_picture_may_be_tried_again(made, ended_by):
    pool = made()
    pool.check()
    (pid,) = workers(pool)

    def source():
        yield jpeg()[:1000]
        os.kill(pid, ended_by)
        while lives(pid):
            time.sleep(0.01)
        yield jpeg()[1000:]

    with pytest.raises(Unreadable) as refused:
        pool.process(source(), len(jpeg()))
    assert refused.value.reason == Reason.PROCESSING_FAILED
    assert outcome(pool, jpeg()) == "ready"
    assert workers(pool) != {pid}


def test_a_worker_that_died_between_two_pictures_is_not_noticed(made):
    pool = made()
    assert outcome(pool, jpeg()) == "ready"
    (pid,) = workers(pool)
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert outcome(pool, jpeg()) == "ready"


def test_what_the_source_raises_is_raised_and_work_goes_on(made):
    pool = made()

    def source():
        yield jpeg()[:1000]
        raise ConnectionResetError("the store hung up")

    with pytest.raises(ConnectionResetError, match="hung up"):
        pool.process(source(), len(jpeg()))
    assert outcome(pool, jpeg()) == "ready"


@pytest.mark.parametrize("length", [len(jpeg()) - 1, len(jpeg()) + 1])
def test_a_source_of_another_length_is_refused(made, length):
    pool = made()
    with pytest.raises(ValueError, match=f"^The source has other than {length} bytes$"):
        pool.process([jpeg()], length)
    assert outcome(pool, jpeg()) == "ready"


def test_threads_share_the_workers_and_a_ruined_one_harms_nobody_else(made):
    pool = made(2, seconds=1)
    files = [jpeg(), many_scans(), jpeg(800, 600), b"text", jpeg(), jpeg(400, 300)]
    with ThreadPoolExecutor(len(files)) as threads:
        ends = list(threads.map(lambda data: outcome(pool, data), files))
    assert ends == ["ready", "took_too_long", "ready", "not_a_jpeg", "ready", "ready"]
    assert len(workers(pool)) <= 2


def test_workers_are_started_when_they_are_needed_and_kept(made):
    pool = made(3)
    assert workers(pool) == set()
    process(pool, jpeg())
    first = workers(pool)
    process(pool, jpeg())
    pool.check()
    assert len(first) == 1
    assert workers(pool) == first


def test_where_no_worker_starts_pictures_are_unavailable(made, monkeypatch, caplog):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    pool = made()
    with caplog.at_level(logging.CRITICAL):
        with pytest.raises(Unavailable):
            pool.check()
        with pytest.raises(Unavailable):
            process(pool, jpeg())
    monkeypatch.undo()
    assert outcome(pool, jpeg()) == "ready"


def test_a_worker_that_never_says_a_word_does_not_hang_its_start(made, monkeypatch, tmp_path):
    silent = tmp_path / "python"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(silent))
    monkeypatch.setattr(child, "START_SECONDS", 0.5)
    pool = made()
    with pytest.raises(Unavailable):
        pool.check()
    assert workers(pool) == set()


def test_closing_ends_the_workers_even_at_work(made):
    pool = made(2, seconds=60)
    pool.check()
    ends = []

    def work():
        try:
            process(pool, many_scans())
        except Unavailable:
            ends.append("unavailable")

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.5)
    pids = workers(pool)
    pool.close()
    thread.join(10)
    assert ends == ["unavailable"]
    assert not any(map(lives, pids))
    with pytest.raises(Unavailable):
        process(pool, jpeg())


def test_a_worker_ends_with_whoever_started_it():
    script = """
import os, signal
from photohq.imaging.plan import Plan
from photohq.imaging.processes import PictureProcesses
pool = PictureProcesses(Plan(), 1)
pool.check()
print(*(one._process.pid for one in pool._living), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30
    )
    pid = int(done.stdout)
    until = time.monotonic() + 5
    while lives(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not lives(pid)


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="reads /proc, which only Linux has"
)
def test_a_worker_has_no_environment_no_way_to_write_and_no_privileges(made, monkeypatch):
    monkeypatch.setenv("PHOTOHQ_SECRET", "secret")
    pool = made(memory_bytes=512 * MIB)
    pool.check()
    (worker,) = pool._living
    environment = set(child._environment())
    assert "PHOTOHQ_SECRET" not in environment
    limits = Path(f"/proc/{worker._process.pid}/limits").read_text()
    told = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()}
    assert told["Max address space"] == [str(512 * MIB)] * 2
    assert told["Max file size"] == ["0", "0"]
    assert told["Max core file size"] == ["0", "0"]
    status = Path(f"/proc/{worker._process.pid}/status").read_text()
    assert "NoNewPrivs:\t1" in status
    assert "CapEff:\t0000000000000000" in status


def test_a_plan_that_can_not_be_is_refused_in_a_sentence():
    for settings in (
        {"formats": ()},
        {"sizes": ()},
        {"jpeg_quality": 0},
        {"webp_effort": 7},
        {"max_pixels": 0},
        {"memory_bytes": MIB},
    ):
        with pytest.raises(ValueError, match=r"^[A-Z].* "):
            Plan(**settings)
    with pytest.raises(ValueError, match="at least one process"):
        PictureProcesses(Plan(), 0)


def test_what_this_process_holds_is_no_reason_why_a_worker_died(made):
    pool = made(memory_bytes=256 * 1024 * 1024)
    held = bytearray(os.urandom(1024)) * 300_000
    pool.check()
    (pid,) = workers(pool)

    def source():
        os.kill(pid, signal.SIGSEGV)
        while lives(pid):
            time.sleep(0.01)
        yield jpeg()

    with pytest.raises(Unreadable) as refused:
        pool.process(source(), len(jpeg()))
    assert len(held) > 256 * 1024 * 1024
    assert refused.value.reason == Reason.PROCESSING_FAILED
