"""``migma-mock serve --tls``, and the commands that reach a mock which speaks HTTPS."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from migma_mock import MigmaMock, MockServer
from migma_mock.cli.port_owner import find_port_owner


@pytest.fixture(scope="module")
def secure():
    """A mock that speaks HTTPS, with an id."""
    with MockServer(reload=False, tls=True, instance="ci-42") as mock:
        yield mock


def test_the_banner_has_the_ca_file_and_a_curl_line_that_works_until_the_end(serve, tool):
    tool("curl")
    server = serve("--tls")
    assert re.fullmatch(r"ready https://127\.0\.0\.1:\d+\n", server.out)
    banner = server.err_with("/stats\n")
    ca_file = Path(re.search(r"^  CA file       (\S+) \(clients have to trust it\)$", banner, re.MULTILINE)[1])
    line = next(line for line in banner.splitlines() if "curl" in line)
    pasted = subprocess.run(["sh", "-c", f"{line} -s"], capture_output=True, check=True)
    assert json.loads(pasted.stdout)["success"] is True
    assert ca_file.exists()
    _, code, _, err = server.end()
    assert code == 0
    assert "Traceback" not in err
    assert not ca_file.exists()


def test_quiet_prints_the_ca_file_that_nobody_knows_otherwise(serve, tmp_path):
    ca_file = tmp_path / "ca.pem"
    *_, err = serve("--quiet", "--tls-ca", ca_file).end()
    assert err == f"  CA file       {ca_file} (clients have to trust it)\n"


def test_wait_needs_no_certificate(command, secure):
    assert command("wait", f"{secure.base_url}/v1", "--instance", "ci-42") == (0, "", "")


def test_a_port_in_use_is_known_to_be_of_a_mock_that_speaks_https(command, secure):
    port = secure.base_url.rpartition(":")[2]
    assert find_port_owner(f"http://127.0.0.1:{port}").url == secure.base_url
    diagnosed = command("doctor", "--port", port, "--tls")
    assert f"{secure.base_url} is in use by a migma-mock" in diagnosed.out
    assert "tls        the certificate is created at start" in diagnosed.out


def test_the_doctor_says_what_is_wrong_with_a_certificate(command):
    diagnosed = command("doctor", "--port", 0, "--tls-cert", "none.pem")
    assert diagnosed.code == 2
    assert "problem  tls        --tls-cert none.pem: expected a PEM file with a certificate, got" in diagnosed.out


def test_a_handle_connects_with_the_ca_file(secure):
    with MigmaMock.connect(secure.base_url, ca_file=secure.ca_file).new_account() as remote:
        assert remote.base_url == secure.base_url
        assert remote.ca_file == secure.ca_file
