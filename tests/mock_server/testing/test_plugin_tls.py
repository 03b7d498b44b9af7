"""The plugin's server speaks HTTPS if an ini option says so."""

from unittest.mock import patch

import trustme

pytest_plugins = ["pytester"]

# pytester unloads what a run within this process is the first to import, and this cannot be imported again.
_IMPORTED_ONCE = trustme

_INI = "[pytest]\nfilterwarnings = error\nmigma_mock_tls = true\n"

_TEST = """
import httpx
import requests

def test_clients(migma_mock):
    assert migma_mock.base_url.startswith("https://127.0.0.1:")
    url, headers = migma_mock.stats_url(migma_mock.example_id), migma_mock.auth_headers
    with httpx.Client(verify=migma_mock.ssl_context) as client:
        assert client.get(url, headers=headers).is_success
        migma_mock.fault("reset")
        with pytest.raises(httpx.TransportError):
            client.get(url, headers=headers)
    migma_mock.clear_faults()
    assert requests.get(url, headers=headers, verify=migma_mock.ca_file).ok
    migma_mock.assert_requested(migma_mock.example_id, times=3)

def test_the_ca_file_comes_first(migma_mock):
    with open(migma_mock.ca_file) as file:
        assert "CERTIFICATE" in file.read()
"""


def test_clients_trust_the_ca_file_and_see_faults(run):
    run(_TEST, ini=_INI).assert_outcomes(passed=2)


def test_a_missing_extra_is_one_sentence(run):
    with patch("migma_contract.extras.find_spec", return_value=None):
        result = run("def test_it(migma_mock): migma_mock.base_url", ini=_INI)
    result.stderr.fnmatch_lines(
        "ERROR: migma_mock: A certificate for migma_mock_tls needs trustme, which is not installed. Install it with: *"
    )


def test_a_certificate_of_ones_own_that_cannot_be_used_ends_the_session_before_any_test(run, monkeypatch):
    monkeypatch.setenv("MIGMA_MOCK_TLS_CERT", "none.pem")
    result = run("def test_it(migma_mock): migma_mock.base_url", ini="[pytest]\nmigma_mock_metadata = true\n")
    result.stderr.fnmatch_lines("ERROR: migma_mock: *MIGMA_MOCK_TLS_CERT none.pem: expected a PEM file with a cert*")
