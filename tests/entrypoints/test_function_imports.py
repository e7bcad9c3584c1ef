"""What a function on AWS imports and carries: each module costs a user time at a cold start."""

import subprocess
import sys

import pytest
from tests.aws.stack import PACKAGE, PICTURES
from tests.emulators.process import BIN

HEAVIEST = {"botocore", "urllib3", "certifi", "dateutil", "jmespath", "six"} | {
    "msgspec",
    "photohq",
}
"""The packages from outside the standard library, and no others: the runtime has most of them."""
STARTUP = {"__main__", "_distutils_hack", "sitecustomize", "typing_extensions"}
"""What this Python brings along: virtual environments and urllib3's types."""
MODULES = 480
"""As many as there may be, the standard library's among them: 430, and a tenth."""
MEGABYTES = 10
OTHERS = ("embedded", "cli", "client", "imaging", "cost", "wiring.one_machine", "settings.server")
PROMISES = {"photohq.imaging", "photohq.imaging.port"}
"""What a picture is to be is said there; whoever decodes one is elsewhere."""
LIBVIPS = {"pyvips", "cffi", "_cffi_backend", "_libvips"}
VIPS_MEGABYTES = 40
SAYS = "import sys, {}; print(*sorted(sys.modules), sep='\\n')"


@pytest.fixture(scope="module", params=["aws_lambda", "aws_events"])
def imported(request, tmp_path_factory):
    """The names of the modules that a function has imported by the time that it can be called."""
    return modules_of(request.param, PACKAGE, tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture(
    scope="module",
    params=[("aws_pictures", PACKAGE), ("aws_pictures", PICTURES), ("aws_drawings", PICTURES)],
    ids=["Reprocess", "ProcessPhoto", "Preview"],
)
def imported_of_pictures(request, tmp_path_factory):
    """The same of the functions of pictures: most are in a package of their own."""
    return modules_of(*request.param, tmp_path_factory.mktemp("elsewhere"))


def modules_of(entrypoint, package, folder):
    environment = {
        "PYTHONPATH": str(package),
        "PHOTOS_TABLE": "photos",
        "ORIGINALS_BUCKET": "originals",
        "EDITED_BUCKET": "edited",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    module = f"photohq.entrypoints.{entrypoint}"
    said = subprocess.run(
        [BIN / "python", "-c", SAYS.format(module)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout.split()


def test_nothing_heavier_is_imported_than_botocore(imported):
    packages = {name.split(".")[0] for name in imported}
    assert packages - set(sys.stdlib_module_names) - STARTUP <= HEAVIEST
    assert "sqlite3" not in packages


def test_no_service_of_botocore_is_built_but_one(imported):
    assert "boto3" not in imported
    assert "s3transfer" not in imported


def test_of_ours_only_what_a_function_needs_is_imported(imported):
    named = {f"photohq.{other}" for other in OTHERS}
    left = [name for name in imported if name in named or name.rpartition(".")[0] in named]
    assert set(left) <= PROMISES
    assert "photohq.catalog.sqlite" not in imported
    assert "photohq.identity.pool" not in imported


def test_the_number_of_modules_has_a_limit(imported):
    assert len(imported) <= MODULES


def test_who_starts_the_process_of_pictures_has_no_libvips_in_its_own(imported_of_pictures):
    assert "photohq.imaging.processes" in imported_of_pictures
    assert not LIBVIPS & set(imported_of_pictures)
    packages = {name.split(".")[0] for name in imported_of_pictures}
    assert packages - set(sys.stdlib_module_names) - STARTUP <= HEAVIEST


@pytest.mark.parametrize(
    ("package", "megabytes"), [(PACKAGE, MEGABYTES), (PICTURES, VIPS_MEGABYTES)]
)
def test_a_package_is_small(package, megabytes):
    """Lambda takes 250 MB."""
    size = sum(path.stat().st_size for path in package.rglob("*") if path.is_file())
    assert size < megabytes * 1_000_000


@pytest.mark.parametrize("package", [PACKAGE, PICTURES])
def test_a_package_is_compiled_and_asks_for_no_source(package):
    """Bytecode with an unchecked hash is taken as it is (PEP 552): flags 1, no check."""
    compiled = list((package / "photohq").rglob("*.pyc"))
    assert len(compiled) == len(list((package / "photohq").rglob("*.py")))
    assert {path.read_bytes()[4:8] for path in compiled} == {b"\x01\x00\x00\x00"}
