"""A mock on a socket, its control API as an HTTP client uses it, and accounts for tests."""

from contextlib import contextmanager

import httpx
import pytest

from migma_contract.resources import fixtures_path
from migma_mock import MockServer

PREFIX = "/__mock__"
NEWSLETTER = "66b2f0a1c4e5d60012a40101"

STATS = {
    "totalSent": 1020,
    "totalDelivered": 1000,
    "uniqueOpens": 360,
    "totalOpens": 500,
    "uniqueClicks": 25,
    "totalClicks": 30,
    "unsubscribes": 2,
    "bounces": 20,
    "openRate": 0.36,
    "clickRate": 0.025,
    "lastUpdated": "2026-01-31T09:30:00Z",
}


class Api:
    """The control API of one mock."""

    def __init__(self, mock, headers=()):
        self.mock = mock
        base_url = f"{mock.base_url}{PREFIX}"
        self.client = httpx.Client(base_url=base_url, headers=dict(headers), timeout=60, trust_env=False)

    def __call__(self, method, path, *, status=None, **options):
        """Send a request and check its status (any success if none is given)."""
        response = self.client.request(method, path, **options)
        expected = response.is_success if status is None else response.status_code == status
        assert expected, (method, path, response.status_code, response.text)
        return response

    def refused(self, method, path, status, **options):
        """Send a request that is refused, and return the vendor's error envelope."""
        response = self(method, path, status=status, **options)
        assert response.headers["content-type"] == "application/json"
        envelope = response.json()
        assert envelope["success"] is False
        assert envelope["error"]
        assert envelope["code"] == envelope["code"].upper()
        assert "Traceback" not in response.text
        return envelope

    def problems(self, method, path, **options):
        """Send an invalid request, and return the expected and the received value of each problem by its pointer."""
        envelope = self.refused(method, path, 422, **options)
        assert envelope["code"] == "INVALID"
        assert all(problem["expected"] and problem["got"] for problem in envelope["problems"])
        return {each["pointer"]: (each["expected"], each["got"]) for each in envelope["problems"]}

    def account(self, **members):
        """Create an account."""
        return AccountApi(self, self("POST", "/accounts", status=201, json=members).json())


class AccountApi:
    """One account: its routes of the control API, and requests with its keys."""

    def __init__(self, api, created):
        self.api = api
        self.created = created
        self.id = created["id"]
        self.keys = created["keys"]

    def __call__(self, method, path="", **options):
        """Send a request to a route of the account."""
        return self.api(method, f"/accounts/{self.id}{path}", **options)

    def problems(self, method, path="", **options):
        """Send an invalid request to a route of the account, and return its problems."""
        return self.api.problems(method, f"/accounts/{self.id}{path}", **options)

    def put(self, campaign_id, **members):
        """Put a campaign, and return it as lists show it."""
        file = {"id": campaign_id, "title": "T", "description": "D", **members}
        return self("PUT", f"/campaigns/{campaign_id}", json=file).json()

    def get(self, campaign_id, *, key=None, method="GET", **headers):
        """Request the stats of a campaign with a key of the account."""
        sent = {"Authorization": f"Bearer {key or self.keys['working']}", **headers}
        return self.api.client.request(method, self.api.mock.stats_url(campaign_id), headers=sent)

    def statuses(self, campaign_id, count):
        """Return the statuses of several requests, one after the other."""
        return [self.get(campaign_id).status_code for _ in range(count)]

    def journal(self, **query):
        """Return the account's journal, filtered."""
        return self("GET", "/journal", params=query).json()


@pytest.fixture(scope="session")
def stats():
    """Consistent stats."""
    return STATS


@pytest.fixture(scope="session")
def newsletter():
    """The id of a built-in campaign with stats."""
    assert f'"{NEWSLETTER}"' in (fixtures_path() / "campaigns" / "newsletter.json").read_text()
    return NEWSLETTER


@pytest.fixture(scope="session")
def control():
    """Starts a mock with some settings: a context manager that returns its control API."""

    @contextmanager
    def serve(headers=(), **settings):
        with MockServer(reload=False, **settings) as mock:
            api = Api(mock, headers)
            with api.client:
                yield api

    return serve


@pytest.fixture(scope="module")
def api(control):
    """The control API of a mock with the default settings."""
    with control() as serving:
        yield serving


@pytest.fixture
def account(api):
    """An account for one test, deleted after it."""
    created = api.account()
    yield created
    api.client.delete(f"/accounts/{created.id}")
