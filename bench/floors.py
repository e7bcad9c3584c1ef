"""Bare loops that do the unavoidable only, each in a process of its own, as a script would be.

`python -m bench.floors put|get FOLDER MIB TIMES` prints CPU seconds per GB. PUT: SHA-256,
AES-256-GCM in frames of 1 MiB, write, fsync. GET: read, decrypt, send to a loopback TCP socket.
"""

import hashlib
import os
import resource
import socket
import sys
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MIB = 1024 * 1024
GB = 1024 * MIB
NONCE = bytes(12)


def put(path: Path, data: bytes) -> None:
    cipher = AESGCM(os.urandom(32))
    digest = hashlib.sha256()
    with path.open("wb", buffering=0) as file:
        for at in range(0, len(data), MIB):
            frame = data[at : at + MIB]
            digest.update(frame)
            file.write(cipher.encrypt(NONCE, frame, None))
        os.fsync(file.fileno())
    path.unlink()


def get(path: Path, cipher: AESGCM, connection: socket.socket) -> None:
    with path.open("rb", buffering=0) as file:
        while frame := file.read(MIB + 16):
            connection.sendall(cipher.decrypt(NONCE, frame, None))


def sealed(path: Path, cipher: AESGCM, data: bytes) -> None:
    with path.open("wb") as file:
        for at in range(0, len(data), MIB):
            file.write(cipher.encrypt(NONCE, data[at : at + MIB], None))


def drained() -> tuple[socket.socket, int]:
    """Answer a connection whose other end is read by a process of its own, and its id."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        theirs = socket.create_connection(server.getsockname())
        ours, _ = server.accept()
    child = os.fork()
    if child == 0:
        ours.close()
        buffer = bytearray(MIB)
        while theirs.recv_into(buffer):
            pass
        os._exit(0)
    theirs.close()
    return ours, child


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    kind, folder, mib, times = sys.argv[1:]
    path = Path(folder) / "floor"
    data = os.urandom(int(mib) * MIB)
    cipher = AESGCM(os.urandom(32))
    if kind == "get":
        sealed(path, cipher, data)
        connection, child = drained()
    before = spent()
    for _ in range(int(times)):
        if kind == "put":
            put(path, data)
        else:
            get(path, cipher, connection)
    print((spent() - before) / (int(times) * len(data) / GB))
    if kind == "get":
        connection.close()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
