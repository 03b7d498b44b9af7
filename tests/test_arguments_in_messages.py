"""Whatever argument is wrong, no message repeats a key of the vendor's form, or a user and a password in a URL."""

import sys

import pytest

from migma_contract_tests.cli.main import main as check
from migma_mock.cli.main import main as mock
from migma_mock.http.uvicorn_server import UvicornServer

pytestmark = pytest.mark.attack("secrets-in-errors")

KEY = "mgma_sk_live_swordfish0123456789"
MOCK, CHECK = ("migma-mock", mock), ("migma-contract", check)
OTHER_KEY = "Swordfish0123456789"


@pytest.mark.parametrize(
    "arguments",
    [
        (MOCK, KEY),
        (CHECK, KEY),
        (MOCK, OTHER_KEY),
        (CHECK, OTHER_KEY),
        (MOCK, f"--{KEY}"),
        (MOCK, "serve", "--host", KEY),
        (MOCK, "serve", "--port", KEY),
        (MOCK, "serve", "--fixtures", KEY),
        (CHECK, "check", "--format", KEY),
        (MOCK, "serve", "--contract", "ftp://u:swordfish@host/o"),
        (MOCK, "contract", "//u:swordfish@host/o"),
        (CHECK, "check", "--contract", r"http:\\u:swordfish@host\o"),
        (MOCK, "serve", "--contract", "u:swordfish@host/o.json"),
        (MOCK, "wait", "ftp://u:swordfish@host"),
        (CHECK, "check", "--base-url", "ftp://u:swordfish@host"),
        (MOCK, "doctor", "--contract", "ftp://u:swordfish@host/o"),
        (MOCK, "serve", "--cors-origin", "ftp://u:swordfish@host"),
    ],
    ids=lambda arguments: " ".join((arguments[0][0], *arguments[1:3])),
)
def test_no_message_repeats_a_secret(monkeypatch, capsys, arguments):
    (name, main), *given = arguments
    monkeypatch.setattr(sys, "argv", [name, *given])
    monkeypatch.setattr(UvicornServer, "run", lambda *_: pytest.fail("the mock started"))
    with pytest.raises(SystemExit) as ending:
        main()
    shown = "".join(capsys.readouterr()).lower()
    assert ending.value.code != 0
    assert shown
    assert ("swordfish" in shown, "traceback" in shown) == (False, False)
