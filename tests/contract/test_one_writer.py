"""One function writes the files of all packages."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("contract/migma_contract", "mock_server/migma_mock", "contract_tests/migma_contract_tests")
WRITING = {"write_text", "write_bytes", "touch", "mkdir", "makedirs", "mkstemp", "mkdtemp", "NamedTemporaryFile"}
EXPECTED = {
    "contract/migma_contract/command_exit.py": ["os.open"],  # the null device, to be ended quietly
    "contract/migma_contract/openapi/sources/kept_document.py": ["path.parent.mkdir"],  # of this user alone
    "contract/migma_contract/recording/folder.py": ["self._path.mkdir"],
    "contract/migma_contract/whole_file.py": ["open", "open", "os.open", "os.open", "os.open", "temporary.open"],
    "mock_server/migma_mock/campaigns/fixture_writer.py": ["path.parent.mkdir"],
    "mock_server/migma_mock/http/certificate.py": ["tempfile.mkstemp"],  # a new file of this user alone
    "mock_server/migma_mock/http/forked_child.py": ["os.open"],  # the null device, in place of a socket
    "mock_server/migma_mock/http/log_writer.py": ["open"],  # standard error, which is open
    # A new folder of this user alone.
    "mock_server/migma_mock/sharing/store/embedded_store.py": ["self._log.open", "tempfile.mkdtemp"],
}


def writes(source):
    """Yield the calls in a module that may write a file."""
    opens_for_writing = any(flag in source for flag in ("O_WRONLY", "O_RDWR", "O_CREAT"))
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        last = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if last not in {"open", *WRITING}:
            continue
        name = ast.unparse(node.func)
        modes = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
        if name == "os.open":
            is_writing = opens_for_writing
        elif last == "open":
            is_writing = bool(modes) and not modes & {"r", "rb", "rt"}
        else:
            is_writing = isinstance(node.func, ast.Attribute)
        if is_writing:
            yield name


@pytest.mark.attack("links")
def test_every_file_is_written_by_one_function():
    """A second way to write files would need all the care of the first again."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    found = {str(file.relative_to(ROOT)): sorted(writes(file.read_text("utf-8"))) for file in files}
    assert {name: calls for name, calls in found.items() if calls} == EXPECTED
