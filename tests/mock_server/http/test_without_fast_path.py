"""The fast path is optional, and an unknown uvicorn costs only the bounds and the connection faults."""

import logging

import httpx
import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from migma_mock import MockServer
from migma_mock.http.fast_path import FastPathProtocol


@pytest.fixture
def get():
    def send(mock, campaign_id, **headers):
        return httpx.get(mock.stats_url(campaign_id), headers={"authorization": f"Bearer {mock.api_key}", **headers})

    return send


def test_the_setting_switches_the_fast_path_off(monkeypatch, get):
    """Without it, the answers are the same."""

    def fail(_self):
        pytest.fail("the fast path was asked")

    with MockServer(reload=False) as mock:
        expected = get(mock, mock.example_id)
    monkeypatch.setattr(FastPathProtocol, "answer_now", fail)
    with MockServer(reload=False, fast_path=False) as mock:
        response = get(mock, mock.example_id)
    assert (response.status_code, response.content) == (expected.status_code, expected.content)
    assert response.headers.keys() == expected.headers.keys()


def without_a_method(monkeypatch):
    monkeypatch.delattr(HttpToolsProtocol, "_unset_keepalive_if_required")


def without_the_module(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "migma_mock.http.self_check", None)


def with_other_behaviour(monkeypatch):
    monkeypatch.setattr(HttpToolsProtocol, "on_headers_complete", lambda self: None)
    monkeypatch.setattr("migma_mock.http.self_check._SECONDS", 0.1)


@pytest.mark.parametrize("doctor", [without_a_method, without_the_module, with_other_behaviour])
def test_an_unknown_uvicorn_is_said_once_and_the_rest_works(monkeypatch, caplog, get, doctor):
    """Each way in which the inside of uvicorn may differ, made up; uvicorn's own protocol is h11's here."""
    doctor(monkeypatch)
    mock = MockServer(reload=False)
    monkeypatch.setattr(mock._server.config, "http", "h11")
    with caplog.at_level(logging.WARNING, "migma_mock"), mock:
        assert get(mock, mock.example_id).status_code == 200
        assert get(mock, "0" * 24).status_code == 404
        assert httpx.get(f"{mock.base_url}/docs").status_code == 200
        mock.fail(503, times=1)
        assert get(mock, mock.example_id).status_code == 503
        mock.fault("drip", seconds=0.01, times=1)
        assert get(mock, mock.example_id).json()["success"] is True
        mock.fault("reset")
        refused = get(mock, mock.example_id)
    assert refused.status_code == 501
    assert "can break a connection" in refused.json()["error"]
    (warning,) = [record.getMessage() for record in caplog.records if record.name == "migma_mock"]
    assert warning.startswith("uvicorn ")
    assert "without bounds on requests and without connection faults" in warning
