"""Liveness and readiness: open to all, also without a control API, and apart from each other."""

import json
from types import SimpleNamespace

import pytest

from migma_mock import create_app

CHECKS = ("/__mock__/live", "/__mock__/ready", "/__mock__/health")
STRANGE = {"host": "mock.example.com", "authorization": "Bearer an-api-key-of-the-client"}
WHY = "the store 10.1.2.3:6379 does not answer"


@pytest.fixture
def mock_app():
    """A mock in process that requires a token."""
    return create_app(reload=False, control_token="a-token-of-these-tests")


def shared(*, is_ready, is_up):
    """The shared accounts of a worker, as far as a check looks at them."""
    return SimpleNamespace(is_ready=is_ready, is_up=is_up, why="" if is_up else WHY, refusal="", lost="")


@pytest.mark.parametrize("path", CHECKS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_checks_need_no_token(ask, mock_app, path, method):
    assert ask(mock_app, path, method, **STRANGE).status == 200


@pytest.mark.attack("guessed-tokens")
@pytest.mark.parametrize("path", CHECKS)
def test_a_wrong_token_is_no_way_to_guess_it_at_a_check(ask, mock_app, path):
    assert ask(mock_app, path, x_mock_token="a-guess-of-a-token").status == 401


@pytest.mark.parametrize("path", CHECKS)
def test_checks_are_there_without_a_control_api(ask, path):
    assert ask(create_app(reload=False, control=False), path, **STRANGE).status == 200


def test_a_mock_in_memory_is_ready(ask, mock_app):
    answer = ask(mock_app, "/__mock__/ready", **STRANGE)
    assert json.loads(answer.body) == {"ready": True, "reason": None, "instance": mock_app.state.mock.instance}


def test_a_mock_that_drains_is_live_and_not_ready(ask, mock_app):
    mock_app.state.mock.draining = True
    answer = ask(mock_app, "/__mock__/ready", **STRANGE)
    assert (answer.status, json.loads(answer.body)["ready"]) == (503, False)
    assert json.loads(answer.body)["reason"] == "The mock is about to stop, and still answers what it gets."
    assert ask(mock_app, "/__mock__/live", **STRANGE).status == 200


def test_a_worker_is_ready_once_it_has_reached_its_store(ask, mock_app):
    mock_app.state.mock.shared = shared(is_ready=False, is_up=False)
    answer = ask(mock_app, "/__mock__/ready", **STRANGE)
    assert (answer.status, json.loads(answer.body)["reason"]) == (503, "The mock has not reached its store yet.")
    assert ask(mock_app, "/__mock__/live", **STRANGE).status == 200
    mock_app.state.mock.shared = shared(is_ready=True, is_up=True)
    assert json.loads(ask(mock_app, "/__mock__/ready", **STRANGE).body)["reason"] is None


def test_a_worker_whose_store_is_down_stays_ready_and_says_so(ask, mock_app):
    mock_app.state.mock.shared = shared(is_ready=True, is_up=False)
    answer = ask(mock_app, "/__mock__/ready", **STRANGE)
    assert (answer.status, json.loads(answer.body)["ready"]) == (200, True)
    assert json.loads(answer.body)["reason"].startswith("The store is down. Accounts without faults")


@pytest.mark.parametrize("is_ready", [True, False])
def test_only_who_has_the_token_sees_which_store_it_is(ask, mock_app, is_ready):
    mock_app.state.mock.shared = shared(is_ready=is_ready, is_up=False)
    assert "10.1.2.3" not in ask(mock_app, "/__mock__/ready", **STRANGE).body.decode()
    seen = ask(mock_app, "/__mock__/ready", x_mock_token="a-token-of-these-tests")
    assert WHY in json.loads(seen.body)["reason"]
