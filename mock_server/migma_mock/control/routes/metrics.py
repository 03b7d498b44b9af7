"""``/__mock__/metrics``: the counts of all workers for Prometheus."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from migma_contract.extras import MissingExtraError
from migma_contract.version import __version__
from migma_mock.accounts.kept import kept_in_memory
from migma_mock.control.dependencies import MockDep
from migma_mock.control.errors import ControlError
from migma_mock.metrics.exposition import MockCollector, Scrape, render
from migma_mock.mock import Mock
from migma_mock.sharing.store.store_errors import StoreLostError, StoreUnavailableError

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(mock: MockDep, accept: Annotated[str, Header()] = "") -> Response:
    """Return the metrics in the text format of Prometheus, or as OpenMetrics; needs the extra [team].

    Numbers are those of all workers that share a store, except for what their help says to be of one process. While
    the store is down they are left out, and `migma_mock_store_up` is 0.
    """
    contract = mock.contract
    info = {
        "version": __version__,
        "instance": mock.instance,
        "contract": contract.title,
        "contract_version": contract.version,
    }
    scrape, memory = await _scrape(mock), mock.accounts.memory
    collector = MockCollector(scrape, memory, info, is_up_to_date=not mock.fixture_errors)
    try:
        page, media_type = render(collector, accept)
    except MissingExtraError as error:
        raise ControlError(501, str(error)) from error
    return Response(page, media_type=media_type)


async def _scrape(mock: Mock) -> Scrape:
    if not mock.shared:
        return Scrape(await mock.shared_counts.totals(), kept_in_memory(mock.accounts))
    try:
        return Scrape(await mock.shared_counts.totals(), await mock.shared.kept(), is_store_up=True)
    except (StoreUnavailableError, StoreLostError):
        return Scrape(None, None, is_store_up=False)
