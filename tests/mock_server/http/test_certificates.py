"""Certificates: what the mock creates and cleans up, and what is wrong with files of a user's own."""

import os
import ssl
from pathlib import Path
from unittest.mock import patch

import pytest
import trustme

from migma_contract.errors import SettingsError
from migma_contract.extras import MissingExtraError
from migma_mock import Mock, MockServer
from migma_mock.http.certificate import certificate_of, remove_file
from migma_mock.settings import Settings


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A folder with files of a user's own."""
    folder = tmp_path_factory.mktemp("own")
    ca = trustme.CA()
    ca.cert_pem.write_to_path(folder / "ca.pem")
    issued = ca.issue_cert("127.0.0.1")
    certificate, key = issued.cert_chain_pems[0], issued.private_key_pem
    certificate.write_to_path(folder / "cert.pem")
    key.write_to_path(folder / "key.pem")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    ca.issue_cert("127.0.0.1").private_key_pem.write_to_path(folder / "other.pem")
    (folder / "encrypted.pem").write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIH0\n", encoding="ascii")
    body = certificate.bytes().splitlines()[1]
    (folder / "cut.pem").write_bytes(certificate.bytes().replace(body, body[:8]))
    return folder


@pytest.mark.parametrize("files", [{"tls_cert": "cert.pem", "tls_key": "key.pem"}, {"tls_cert": "both.pem"}])
def test_a_certificate_of_ones_own_is_served_and_has_no_ca_file(own, files):
    with MockServer(reload=False, **{name: own / file for name, file in files.items()}) as mock:
        assert mock.base_url.startswith("https://127.0.0.1:")
        assert mock.ca_file is None
        host, port = mock.base_url.removeprefix("https://").split(":")
        served = ssl.get_server_certificate((host, int(port)), ca_certs=own / "ca.pem")
        assert served == (own / "cert.pem").read_text(encoding="ascii")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"tls_cert": "none.pem", "tls_key": "key.pem"},
            "--tls-cert {}/none.pem: expected a PEM file with a certificate",
        ),
        ({"tls_cert": "", "tls_key": "key.pem"}, "--tls-cert {}: expected a PEM file with a certificate, got a folder"),
        (
            {"tls_cert": "key.pem"},
            "--tls-cert {}/key.pem: expected a PEM file with a certificate, got a file without one",
        ),
        (
            {"tls_cert": "cert.pem"},
            "--tls-cert {}/cert.pem: expected a PEM file with the private key of the certificate",
        ),
        (
            {"tls_cert": "cert.pem", "tls_key": "other.pem"},
            "--tls-key {0}/other.pem: expected the private key of {0}/cert.pem, got the key of another certificate",
        ),
        (
            {"tls_cert": "cert.pem", "tls_key": "encrypted.pem"},
            "--tls-key {}/encrypted.pem: expected a private key without a passphrase, got one with it\nRemove the",
        ),
        (
            {"tls_cert": "cut.pem", "tls_key": "key.pem"},
            "--tls-cert {0}/cut.pem, --tls-key {0}/key.pem: expected a certificate and a key that OpenSSL can use, got",
        ),
        ({"tls_key": "key.pem"}, "--tls-key: expected --tls-cert with it, for its certificate, got the key alone"),
        ({"tls_cert": "cert.pem", "tls_ca": "ca.pem"}, "--tls-ca: expected no --tls-cert, whose authority"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(own, files, message):
    with pytest.raises(SettingsError) as refused:
        certificate_of(Settings.read(**{name: own / file for name, file in files.items()}), "127.0.0.1")
    assert message.format(own) in str(refused.value)


def test_a_ca_file_that_cannot_be_written_is_one_sentence_and_exit_2(command, tmp_path):
    outcome = command("serve", "--port", 0, "--tls-ca", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"--tls-ca {tmp_path}: expected a file that can be written, got a folder" in outcome.err


def test_without_trustme_the_extra_is_named(command):
    with patch("migma_contract.extras.find_spec", return_value=None):
        outcome = command("serve", "--port", 0, "--tls")
        assert command("doctor", "--port", 0, "--tls").code == 2
        with pytest.raises(MissingExtraError):
            MockServer(reload=False, tls=True)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "migma-mock: A certificate for --tls needs trustme, which is not installed. "
        "Install it with: pip install 'PATH_OF_THE_CHECKOUT[tls]'\n"
    )


def test_the_ca_file_has_no_key_and_is_deleted_at_the_end():
    with MockServer(reload=False, tls=True) as mock:
        path = Path(mock.ca_file)
        assert path.read_text(encoding="ascii").count("-----BEGIN") == 1
    assert not path.exists()


def test_a_forked_process_does_not_remove_the_file(tmp_path):
    path = tmp_path / "ca.pem"
    path.touch()
    remove_file(str(path), os.getppid())
    assert path.exists()
    remove_file(str(path), os.getpid())
    assert not path.exists()


def test_a_ca_file_of_a_chosen_name_stays(tmp_path):
    path = tmp_path / "ca.pem"
    path.write_text("an earlier one", encoding="ascii")
    with MockServer(reload=False, tls_ca=path) as mock:
        assert mock.ca_file == str(path)
    assert path.read_text(encoding="ascii").startswith("-----BEGIN CERTIFICATE-----\n")


@pytest.mark.parametrize(
    ("options", "uses_tls"),
    [({}, False), ({"tls": True}, True), ({"tls_ca": "ca.pem"}, True), ({"tls_ca": "ca.pem", "tls": False}, False)],
)
def test_each_option_turns_it_on_and_only_no_tls_turns_it_off(options, uses_tls):
    mock = Mock(Settings.read(reload=False, **options))
    assert mock.settings.uses_tls is uses_tls
    note = "HTTPS is off (--no-tls), so the options for its certificate are not used."
    assert (note in mock.start_notes) is (bool(options.get("tls_ca")) and not uses_tls)


def test_a_host_that_no_certificate_can_name_is_left_out():
    certificate = certificate_of(Settings.read(tls=True, host="my_host"), "::")
    assert certificate.authority
