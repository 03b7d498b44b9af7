"""``--published`` of the check: where the document may be from, what it costs, and what reports and exit codes say."""

import json

import pytest

from migma_contract.resources import openapi_path
from migma_contract_tests.reports import FORMATS


def changed():
    """The vendor's document, in which a field that was always sent may be null."""
    document = json.loads(openapi_path().read_bytes())
    stats = document["components"]["schemas"]["CampaignStats"]
    stats["properties"]["bounces"]["type"] = ["integer", "null"]
    return document


@pytest.fixture
def published(tmp_path):
    """A file with that document."""
    (tmp_path / "published.json").write_text(json.dumps(changed()))
    return "published.json"


def test_the_same_document_changes_no_verdict(check):
    done = check("--published", openapi_path(), "--format", "json")
    three_way = json.loads(done.stdout)["three_way"]
    assert done.returncode == 0
    assert (three_way["published"], three_way["contract"], three_way["live"]) == ("agrees", "agrees", "agrees")


def test_a_breaking_change_of_the_published_document_is_drift_in_every_format(check, published, tmp_path):
    formats = [f"--format={name}={name}.out" for name in FORMATS]
    done = check("--published", published, *formats)
    assert done.returncode == 1
    for name in FORMATS:
        text = " ".join((tmp_path / f"{name}.out").read_text("utf-8").split())
        assert "not seen" in text, name
        assert "Prepare the client for the change." in text, name
        assert "response-nullable-widened" in text, name
    assert 'failures="1"' in (tmp_path / "junit.out").read_text("utf-8")


def test_update_baseline_accepts_the_change(check, published, tmp_path):
    flags = ("--published", published, "--baseline", "known.json")
    assert check(*flags, "--update-baseline").returncode == 0
    done = check(*flags)
    assert (done.returncode, b"1 accepted" in done.stdout) == (0, True)


def test_a_page_with_the_document_is_fetched_without_the_key_beside_the_requests_of_the_check(
    check, stage, conforming, tmp_path
):
    page = f"# Stats\n\n```json openapi\n{json.dumps(changed())}\n```\n"
    with stage.serve(lambda _: stage.answer(200, page.encode())) as vendor:
        flags = ("--published", f"{vendor.url}/stats.md", "--max-requests", "4", "--samples", "1", "--format", "json")
        done = check(*flags, XDG_CACHE_HOME=str(tmp_path))
        check(*flags, XDG_CACHE_HOME=str(tmp_path))
    report = json.loads(done.stdout)
    assert (done.returncode, report["requests"]["sent"]) == (1, 4)
    assert report["three_way"]["source"] == f"{vendor.url}/stats.md"
    assert len(vendor.requests) == 2, "each check compares with what is published now"
    assert not any("authorization" in request.headers for request in vendor.requests)


@pytest.mark.parametrize("content", [None, b"{", b"[]", b'{"swagger": "2.0"}', b'{"openapi": "3.1.0", "paths": {}}'])
def test_a_document_that_cannot_be_used_is_one_message_and_exit_2_before_anything_is_sent(
    check, conforming, tmp_path, content
):
    if content is not None:
        (tmp_path / "published.json").write_bytes(content)
    done = check("--published", "published.json")
    message = done.stderr.decode()
    assert done.returncode == 2
    assert "--published published.json" in message
    assert "Traceback" not in message
    assert len(message.strip().splitlines()) == 1
    assert conforming.requests == []


def test_a_plan_fetches_nothing(check):
    assert check("--plan", "--published", "missing.json").returncode == 0
