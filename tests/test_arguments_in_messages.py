"""Whatever argument is wrong, no message repeats a key of the vendor's form, or a user and a password in a URL."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.attack("secrets-in-errors")

KEY = "mgma_sk_live_swordfish0123456789"
MOCK, CHECK = "migma_mock", "migma_contract_tests"
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
    ids=lambda arguments: " ".join(arguments[:3]),
)
def test_no_message_repeats_a_secret(arguments):
    run = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, check=False, timeout=600)
    shown = (run.stdout + run.stderr).lower()
    assert run.returncode != 0
    assert shown
    assert ("swordfish" in shown, "Traceback" in shown) == (False, False)
