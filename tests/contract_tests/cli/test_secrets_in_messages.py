"""No message of a check, and nothing that holds its options, shows a key, or the password in a URL."""

import dataclasses
import pprint
import re

import pytest

from migma_contract.redaction import Secret, mask_url
from migma_contract_tests.cli.check_options import Flags, check_options
from migma_contract_tests.client.proxy_and_tls import connection_settings
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.suites.live_config import LivePlan

pytestmark = pytest.mark.attack("secrets-in-errors")

SECRET = "hunter2-hunter2-hunter2"
LOGIN = f"user:{SECRET}"

SETTINGS = {
    "key": ("--api-key", ["{}!$", "two {}", "{}\n{}x", "NAME={}", "Bearer Bearer {}"]),
    "key, as a variable": ("MIGMA_API_KEY", ["{}!$", "two {}", "{}\n{}x", "NAME={}", "Bearer Bearer {}"]),
    "server": (
        "--base-url",
        [
            "http://user:{}@127.0.0.1:1",
            "ftp://user:{}@127.0.0.1",
            "user:{}@127.0.0.1",
            "http://user:{}@",
            "http://[{}@127.0.0.1",
            "http://127.0.0.1:1?key={}",
            "127.0.0.1:1/v1?key={}",
            "ftp://127.0.0.1/?key={}",
            "http://127.0.0.1//v1?key={}",
            "http://127.0.0.1/ü?key={}",
            "http://0.0.0.0:1/?key={}",
            "http://127.0.0.1:1/#{}",
            "api.example/#{}",
        ],
    ),
    "proxy": ("--proxy", ["socks5://user:{}@127.0.0.1", "http://user:{}@", "http://user:{}@127.0.0.1:x", "://{}@a"]),
}
CASES = [(flag, form) for flag, forms in SETTINGS.values() for form in forms]


@pytest.mark.parametrize(("flag", "form"), [*CASES, ("MIGMA_BASE_URL", "http://user:{}@127.0.0.1:1")])
def test_a_setting_that_cannot_be_used_is_not_shown(run, stage, flag, form):
    value = form.replace("{}", SECRET)
    settings = {
        "MIGMA_API_KEY": stage.key,
        "MIGMA_CAMPAIGN_IDS": stage.campaign,
        "MIGMA_BASE_URL": "http://127.0.0.1:1",
    }
    given = [] if flag.startswith("MIGMA_") else [flag, value]
    done = run("check", *given, **{**settings, **({} if given else {flag: value})})
    assert done.returncode == 2
    assert flag.encode() in done.stderr
    assert SECRET.encode() not in done.stdout + done.stderr


@pytest.mark.parametrize("rest", [("--rate", "x"), ("--contract", "missing.json"), ("--ca-bundle", "missing.pem")])
def test_another_setting_that_cannot_be_used_shows_no_key_and_no_password(run, stage, rest):
    given = ("--api-key", SECRET, "--proxy", f"http://{LOGIN}@127.0.0.1:1", "--campaign-id", stage.campaign)
    done = run("check", "--base-url", "https://127.0.0.1:1", *given, *rest)
    assert done.returncode == 2
    assert SECRET.encode() not in done.stdout + done.stderr


def test_an_argument_that_is_not_expected_is_not_shown(run):
    """With a space after the =, a key is one."""
    done = run("check", "--api-key=", SECRET)
    assert done.returncode == 2
    assert b"unexpected extra argument" in done.stderr
    assert SECRET.encode() not in done.stdout + done.stderr


def test_an_unusable_proxy_of_the_environment_is_not_shown(run, stage):
    login = {"HTTPS_PROXY": f"socks5://{LOGIN}@127.0.0.1:1", "https_proxy": f"socks5://{LOGIN}@127.0.0.1:1"}
    given = {"MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": stage.campaign, "NO_PROXY": "", "no_proxy": "", **login}
    done = run("check", "--base-url", "https://api.example", **given)
    assert done.returncode == 2
    assert b"_proxy: expected" in done.stderr.lower()
    assert SECRET.encode() not in done.stdout + done.stderr


def test_what_holds_the_options_does_not_show_them(contract):
    flags = Flags(
        base_url="https://127.0.0.1:1",
        campaign_ids=["a"],
        api_key=Secret(SECRET),
        proxy=Secret(f"http://{LOGIN}@127.0.0.1:1"),
    )
    options = check_options(flags, contract)
    for holder in (flags, options, LivePlan(options, (), ()), connection_settings(options)):
        assert "hunter2" not in f"{holder!r} {holder} {pprint.pformat(holder)}"
    assert "hunter2" not in repr(dataclasses.asdict(flags))
    assert options.key == Secret(SECRET)


def test_every_option_whose_name_tells_of_a_secret_is_one():
    """A new one is noticed here; files are named, and not secret."""
    for holder in (Flags, CheckOptions):
        telling = {field.name: field.type for field in dataclasses.fields(holder) if re.search("key|proxy", field.name)}
        assert {name for name, kind in telling.items() if "Secret" not in str(kind)} <= {"api_key_file"}
        assert len(telling) >= 2


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:4010/v1", "http://127.0.0.1:4010/v1"),
        ("http://user:hunter2@host/v1", "http://[redacted]@host/v1"),
        ("http://a:hunter2@b@host", "http://[redacted]@host"),
        ("hunter2@host", "[redacted]@host"),
        ("user:hunter2@", "[redacted]@"),
        ("http://host/?api_key=hunter2", "http://host/?[redacted]"),
        ("http://host/mgma_sk_live_hunter2", "http://host/[redacted]"),
        ("http://us\ner:hun\nter2@host", "http://[redacted]@host"),
    ],
)
def test_a_url_is_shown_without_user_and_query(url, shown):
    assert mask_url(url) == shown
