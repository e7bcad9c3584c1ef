import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from tests.contract.pictures import jpeg
from tests.contract.serving import Server, environment, run
from tests.house.repository import ROOT

README = (ROOT / "README.md").read_text()
IDENTITY = (ROOT / "docs" / "identity.md").read_text()
CLIENT = (ROOT / "docs" / "python-client.md").read_text()


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs bash, curl")
def test_what_the_readme_says_to_type_works(tmp_path):
    (tmp_path / ".venv").symlink_to(sys.prefix)
    with Server(tmp_path) as server:
        typed = type_in(["bash", "-euo", "pipefail", "-c"], block("bash"), server)
        *_, compared, listing = typed.split("\n")
        assert compared.endswith("The same bytes came back.")
        (photo,) = json.loads(listing)["photos"]
        printed = type_in([sys.executable, "-c"], block("python"), server)
        name, size, status = printed.split()
        assert (name, size) == ("vacation.jpg", str(photo["file_size"]))
        assert status in {"uploaded", "processing", "ready"}
        assert (tmp_path / "vacation.jpg").stat().st_size == photo["file_size"]


def test_what_the_page_on_sign_in_says_works(tmp_path):
    with Server(tmp_path) as server:
        assert type_in([sys.executable, "-c"], block("python", IDENTITY), server) == "0\n"


def test_what_the_page_on_the_client_says_works(tmp_path):
    with Server(tmp_path, PHOTOHQ_MIN_FILE_SIZE="1000") as server:
        (tmp_path / "card").mkdir()
        for number, name in enumerate(["DSC_0001.JPG", "edited.jpg", "card/a.JPG", "card/b.JPG"]):
            (tmp_path / name).write_bytes(jpeg(2_000, number))
        add_ada(server)
        script = "\n".join(blocks("python", CLIENT))
        email, factor, uploaded, *rest = type_in([sys.executable, "-c"], script, server).split("\n")
        assert (email, factor) == ("ada@example.org", "False")
        assert uploaded == "DSC_0001.JPG ready ('sea',)"
        assert [line.split()[1] for line in rest[:2]] == ["uploaded", "uploaded"]
        assert rest[-3].startswith("[('rating', ")
        assert rest[-2] == "404 photo_not_found Photo not found"


def add_ada(server: Server) -> None:
    password = server.folder / "password"
    password.write_text("Analytical-Engine-1")
    words = ["users", "add", "ada@example.org", "--password-file", str(password)]
    done = run(server.folder, *words, "--data", str(server.data))
    assert done.returncode == 0, done.stderr


def blocks(language: str, page: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)


def block(language: str, page: str = README) -> str:
    (found,) = blocks(language, page)
    return found


def type_in(shell: list[str], script: str, server: Server) -> str:
    """Answer what a block of the README prints, against the server in its folder."""
    typed = subprocess.run(
        [*shell, script.replace("http://127.0.0.1:8000", server.url)],
        cwd=server.folder,
        env=environment(server.folder, PHOTOHQ_DATA=str(server.data))
        | {"PATH": f"{sys.prefix}/bin:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert typed.returncode == 0, typed.stdout + typed.stderr
    return typed.stdout
