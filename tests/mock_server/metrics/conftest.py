"""The metrics of a mock, read as Prometheus reads them."""

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families


@pytest.fixture(scope="session")
def scraped():
    """Return the samples of a mock's metrics page: the number of each name and label values, labels sorted by name."""

    def scrape(base_url, **headers):
        response = httpx.get(f"{base_url}/__mock__/metrics", headers=headers, trust_env=False)
        assert response.status_code == 200, response.text
        samples = (each for family in text_string_to_metric_families(response.text) for each in family.samples)
        return {(each.name, *(value for _, value in sorted(each.labels.items()))): each.value for each in samples}

    return scrape


@pytest.fixture(scope="session")
def get():
    """Send a request to a mock's path, ``httpx`` errors included, since some get no response."""

    def send(mock, path, **headers):
        try:
            return httpx.get(f"{mock.base_url}{path}", headers=headers, trust_env=False)
        except httpx.HTTPError as error:
            return error

    return send
