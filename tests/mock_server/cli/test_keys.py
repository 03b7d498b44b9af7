"""``migma-mock keys`` lists the keys and what each does; keys that the user set stay masked unless asked for."""

import json
import re

import pytest

OWN = "mgma_sk_live_my_very_own_key_0001"


@pytest.fixture
def folder(fixture_folder):
    """A folder with a key of the user's own, and one that was revoked."""
    keys = [{"key": OWN, "title": "Staging"}, {"key": "another_key_of_mine", "revoked": True}]
    (fixture_folder / "keys.json").write_text(json.dumps({"keys": keys}))
    return fixture_folder


def test_it_lists_the_built_in_keys_with_what_each_does(command):
    outcome = command("keys")
    assert (outcome.code, outcome.err) == (0, "")
    lines = [re.split("  +", line) for line in outcome.out.splitlines()]
    assert {key: (status, effect) for key, status, effect, _ in lines} == {
        "mgma_sk_test_local_development_0001": ("200", "works"),
        "mgma_sk_test_local_without_email_read": ("403", "lacks email:read"),
        "mgma_sk_test_local_revoked": ("401", "revoked"),
    }


@pytest.mark.attack("secrets-in-records")
def test_keys_of_ones_own_are_masked(command, folder):
    outcome = command("keys", "--fixtures", folder, "--api-key", "key_from_an_option")
    assert outcome.code == 0
    for secret in (OWN, "another_key_of_mine", "key_from_an_option"):
        assert secret not in outcome.out + outcome.err
    assert outcome.out.count("[redacted]") == 3
    assert "Staging" in outcome.out
    assert "--show shows them" in outcome.out


def test_they_are_shown_if_one_asks_for_them(command, folder):
    out = command("keys", "--no-builtin", "--fixtures", folder, "--show").out
    assert out == f"{OWN}  200  works             Staging\nanother_key_of_mine                401  revoked\n"
