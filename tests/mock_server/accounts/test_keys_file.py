"""An invalid keys.json is refused with the place, and no key is ever shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.errors import Problem
from migma_mock.api_keys import Key, parse_keys

SECRET = "mgma_sk_live_do_not_show_me_123"

INVALID_KEYS = {
    "no JSON": (b"keys:", ""),
    "an array": ([SECRET], ""),
    "keys by name": ({SECRET: ["email:read"]}, ""),
    "a name twice": (f'{{"keys": [], "{SECRET}": 1, "{SECRET}": 2}}'.encode(), ""),
    "NaN under a key's name": (f'{{"{SECRET}": NaN}}'.encode(), ""),
    "keys in an object": ({"keys": {SECRET: {}}}, "/keys"),
    "keys that are text": ({"keys": SECRET}, "/keys"),
    "a bare key": ({"keys": [SECRET]}, "/keys/0"),
    "a key without its name": ({"keys": [{"title": "x"}]}, "/keys/0"),
    "a key with a space": ({"keys": [{"key": f"{SECRET} x"}]}, "/keys/0/key"),
    "a key with a line end": ({"keys": [{"key": f"{SECRET}\n"}]}, "/keys/0/key"),
    "a short key": ({"keys": [{"key": "secret7"}]}, "/keys/0/key"),
    "a key that is a number": ({"keys": [{"key": 12345678}]}, "/keys/0/key"),
    "a key twice": ({"keys": [{"key": SECRET}, {"key": SECRET}]}, "/keys/1/key"),
    "permissions that are text": ({"keys": [{"key": SECRET, "permissions": SECRET}]}, "/keys/0/permissions"),
    "an unknown field": ({"keys": [{"key": SECRET, SECRET: True}]}, "/keys/0"),
}


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize("kind", INVALID_KEYS)
def test_an_invalid_keys_file_is_refused_without_showing_a_key(command, tmp_path, kind):
    content, place = INVALID_KEYS[kind]
    path = tmp_path / "keys.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    outcome = command("serve", "--port", 0, "--fixtures", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    message = outcome.err
    assert (f"{path} at {place}: " if place else f"{path}: ") in message
    for secret in (SECRET, SECRET.removeprefix("mgma_sk_live_"), "secret7", "12345678"):
        assert secret not in message


@pytest.mark.attack("hostile-input")
@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:keystilpr_0').map(str.encode))
def test_any_bytes_give_keys_or_problems(data):
    assert all(isinstance(item, Key | Problem) for item in parse_keys(data, "keys.json"))
