"""``/__mock__/metrics``: the counts of all workers for Prometheus."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from migma_contract.extras import MissingExtraError
from migma_contract.version import __version__
from migma_mock.control.dependencies import MockDep
from migma_mock.control.errors import ControlError
from migma_mock.metrics.exposition import MockCollector, render
from migma_mock.sharing.store_errors import StoreUnavailableError

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(mock: MockDep, accept: Annotated[str, Header()] = "") -> Response:
    """Return the metrics in the text format of Prometheus, or as OpenMetrics; needs the extra [team].

    Counters are those of all workers that share a store; gauges those of the one that answers.
    """
    try:
        totals = await mock.shared_counts.totals()
    except StoreUnavailableError as error:
        raise ControlError(503, f"The counts of all workers cannot be read: {error.why}.") from error
    contract = mock.contract
    info = {
        "version": __version__,
        "instance": mock.instance,
        "contract": contract.title,
        "contract_version": contract.version,
    }
    collector = MockCollector(totals, mock.accounts, info, is_up_to_date=not mock.fixture_errors)
    try:
        page, media_type = render(collector, accept)
    except MissingExtraError as error:
        raise ControlError(501, str(error)) from error
    return Response(page, media_type=media_type)
