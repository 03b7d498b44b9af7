"""``strict_auth``: an API key counts only in the contract's form; else also in those that other vendor pages name."""

import httpx
import pytest

from migma_mock import MigmaMock, Mock, MockTransport

FORMS = {
    "Bearer": {"Authorization": "Bearer {}"},
    "bearer in small letters": {"Authorization": "bearer {}"},
    "ApiKey": {"Authorization": "ApiKey {}"},
    "X-API-Key": {"X-API-Key": "{}"},
}


@pytest.fixture(scope="module")
def mocks():
    """A mock with the setting, and one without."""
    return {is_strict: Mock(reload=False, strict_auth=is_strict) for is_strict in (True, False)}


@pytest.mark.parametrize("is_strict", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_accepted_in_these_forms(mocks, form, is_strict):
    mock = mocks[is_strict]
    account = MigmaMock(mock)
    headers = {name: value.format(mock.example_key) for name, value in FORMS[form].items()}
    with httpx.Client(transport=MockTransport(mock)) as client:
        answer = client.get(account.stats_url(mock.example_id), headers=headers)
    is_accepted = not is_strict or "earer" in form
    assert answer.status_code == (200 if is_accepted else 401)
    if not is_accepted:
        assert "Send the header 'Authorization: Bearer YOUR_API_KEY'." in answer.json()["error"]
