"""No recording has a key or the value of a cookie, and none with pseudonyms has a campaign id."""

import base64
import json

import pytest

from migma_contract.recording import Pseudonyms, cookie_values
from migma_contract.redaction import Secret

COOKIE = "s%3Aq8Zk2mVbT7wLx0Rj"


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize("allow_violations", [False, True])
def test_the_key_and_cookies_are_removed_by_value_from_texts_names_and_headers(recording, allow_violations):
    key = recording.key
    hidden = [key, key.upper(), key.encode().hex(), base64.b64encode(key.encode()).decode(), COOKIE, f"a {COOKIE} b"]
    body = {"success": False, "error": " ".join(hidden), key: {COOKIE: hidden}}
    if allow_violations:
        body["success"] = 3  # it becomes a fault
    headers = [("set-cookie", f"sid={COOKIE}; Path=/; HttpOnly"), ("www-authenticate", f'Bearer error="{key}"')]
    cookies = list(cookie_values(headers))
    exchange = recording.response(body, 404, headers=headers)
    document = recording.of(exchange, cookies=cookies, allow_violations=allow_violations)
    text = json.dumps(document)
    assert not [one for one in hidden if one.casefold() in text.casefold()], text
    assert "a secret was replaced by [redacted]" in document["recorded"]["changes"]


def test_values_of_cookies_that_are_ordinary_words_and_numbers_stay_in_bodies():
    ordinary = ["1", "en", "true", "20260131", "2026-01-31T09:30:00Z", "light", "production"]
    assert not list(cookie_values([("set-cookie", f"a={value}; Secure") for value in ordinary]))
    assert list(cookie_values([("set-cookie", f'a="{COOKIE}"')])) == [Secret(COOKIE)]
    assert not list(cookie_values([("cookie", f"a={COOKIE}")]))


def test_pseudonyms_replace_ids_in_the_file_and_in_texts_and_depend_on_the_seed(recording, contract):
    ids = [recording.id, "a b"]
    first, same, other = (Pseudonyms(Secret(seed), ids, contract) for seed in ("seed one", "seed one", "seed two"))
    assert first.of(recording.id) == same.of(recording.id) != other.of(recording.id)
    body = {"success": False, "error": f"No {recording.id.upper()}, see /{'a%20b'}/stats, or 'a b' but not data b."}
    recorder = recording.recorder(pseudonyms=first)
    document = json.loads(recorder.record(recording.response(body, 404), recorder.id_in_file(recording.id)).text)
    assert document["id"] == first.of(recording.id)
    one, two = map(first.of, ids)
    assert document["reply"]["body"]["error"] == f"No {one}, see /{two}/stats, or '{two}' but not data b."
    assert document["recorded"]["changes"] == ["campaign ids are pseudonyms"]
    assert recording.id not in json.dumps(document).lower()
