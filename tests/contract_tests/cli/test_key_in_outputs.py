"""The key is in no output, and findings do not depend on it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migma_contract.redaction import Secret
from migma_contract_tests.check.runner import run, run_check
from migma_contract_tests.reports import FORMATS


def text(done):
    return (done.stdout + done.stderr).decode()


def echoing(key):
    shown = [key.encode(), b"".join(b"\\u%04x" % byte for byte in key.encode()), key.encode().hex().encode()]

    def behave(request):
        body = b'{"success": true, "data": {"%b": "%b"}, "error": "%b"}' % tuple(shown)
        head = f"HTTP/1.1 200 {key}\r\nX-{key}: {key}\r\nSet-Cookie: k={key}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    return behave


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize("server", ["echo", "broken", "redirect"])
def test_the_key_is_in_no_output(check, stage, tmp_path, server):
    behave = {
        "echo": echoing(stage.key),
        "broken": lambda _: f"{stage.key} {stage.key}\r\n\r\n".encode(),
        "redirect": lambda _: stage.answer(307, b"", f"Location: http://127.0.0.1:9/{stage.key}"),
    }[server]
    files = [flag for name in FORMATS for flag in ("--format", f"{name}=report.{name}")]
    with stage.serve(behave) as hostile:
        done = check(*files, "--baseline", "known.json", "--update-baseline", url=hostile.url)
    assert done.returncode in {0, 1, 3}, text(done)
    everything = [done.stdout, done.stderr, *(file.read_bytes() for file in tmp_path.iterdir())]
    assert len(everything) >= 2 + len(FORMATS)
    forms = [stage.key, stage.key[5:-3], stage.key.encode().hex(), f"\\u{ord(stage.key[-1]):04x}"]
    assert not [(form, output) for form in forms for output in everything if form.encode() in output]


def api_of(stage, key, body):
    """The API with another key; its 200 has this body."""

    def behave(request):
        if request.key == key and stage.campaign in request.path and request.method == "GET":
            return stage.answer(200, body, "Content-Type: application/json")
        known = stage.key if request.key == key else "another"
        return stage.api(replace(request, headers={**request.headers, "authorization": f"Bearer {known}"}))

    return behave


def checked(stage, contract, key, body):
    with stage.serve(api_of(stage, key, body)) as server:
        return run(stage.options(server.url, key=Secret(key), samples=1), contract)


@pytest.mark.parametrize("key", ["staging-2026-01-31-key", "local-success-key-1", "my-opens-key-800-200", "data"])
def test_a_key_that_looks_like_words_or_values_of_the_contract_changes_no_finding(stage, contract, key):
    body = json.dumps({"success": True, "data": stage.stats}).encode()
    with stage.serve(api_of(stage, key, body)) as server:
        report = run_check(stage.options(server.url, key=Secret(key)), contract)
    assert (report.verdict, report.findings) == ("conforms", ())


# Letters of which no word, number or hash in a report has eight in a row.
secrets = st.text("ghjkmpqxz", min_size=16, max_size=40).filter(lambda text: len(set(text[:8])) > 2)


@st.composite
def bodies_with_parts(draw, stats):
    """A key, and a body with halves of it as names and values, also in hexadecimal; the body may be cut."""
    key = draw(secrets)
    part = st.integers(0, len(key) - len(key) // 2).map(lambda at: key[at : at + len(key) // 2])
    shown = draw(st.lists(part | part.map(lambda text: text.encode().hex()), min_size=1, max_size=4))
    stamp = draw(st.sampled_from([*shown, "2026-01-31"]))
    data = {**stats, **{one: draw(part) for one in shown}, "lastUpdated": stamp}
    whole = json.dumps({"success": True, "data": data, shown[0]: shown[-1]}).encode()
    return key, whole[: draw(st.sampled_from([None, -1, -40]))]


@pytest.mark.attack("secrets-in-records")
@settings(max_examples=25)
@given(data=st.data(), other=secrets)
def test_findings_are_the_same_under_another_key_and_no_output_shows_half_of_it(stage, contract, data, other):
    key, body = data.draw(bodies_with_parts(stage.stats))
    mine, others = checked(stage, contract, key, body), checked(stage, contract, other, body)
    assert sorted((f.rule, f.level, f.exchange) for f in mine.findings if f.rule != "key-echoed") == sorted(
        (f.rule, f.level, f.exchange) for f in others.findings if f.rule != "key-echoed"
    )
    half = len(key) // 2
    parts = {key[at : at + half] for at in range(len(key) - half + 1)}
    for name, form in FORMATS.items():
        output = form.render(mine.report(None))
        assert not [part for part in parts if part in output or part.encode().hex() in output], name


@pytest.mark.parametrize(
    ("key", "is_telling"),
    [
        ("2026-01-31T09:30:00Z", False),
        ("2026-01-31T09:30:00.000+00:00", False),
        ("application/json", False),
        ("application/json;charset=utf-8", False),
        ("1234567890123456", False),
        ("1.2345678901234567e-10", False),
        ("lastUpdatedCampaign", False),
        ("strict-origin-when-cross-origin", False),
        ("550e8400-e29b-41d4-a716-446655440000", True),
        ("c2VjcmV0LWtleS/0aGF0LWlz", True),
        ("mgma_sk_live_abcdefghijkl", True),
    ],
)
def test_a_key_that_is_a_common_value_is_not_reported_as_echoed(stage, contract, key, is_telling):
    def behave(request):
        got = api_of(stage, key, json.dumps({"success": True, "data": stage.stats}).encode())(request)
        return got.replace(b"\r\n\r\n", f"\r\nServer: {key}\r\n\r\n".encode(), 1)

    with stage.serve(behave) as server:
        report = run_check(stage.options(server.url, key=Secret(key)), contract)
    assert [finding.rule for finding in report.findings] == (["key-echoed"] if is_telling else [])
