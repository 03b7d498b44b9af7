"""The metrics page: all counts, and what the mock keeps, in the text formats of Prometheus."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from migma_contract.extras import require_extra
from migma_mock.accounts.kept import Kept
from migma_mock.memory import Memory
from migma_mock.metrics.counts import Totals, cumulative_buckets, labelled

if TYPE_CHECKING:
    from prometheus_client.core import Metric

_COUNTERS = {
    "requests": (
        "Answered requests, by the status of the response (none: it never came) and what chose the reply.",
        ("status", "matched_by"),
    ),
    "faults": ("Faults that were applied, by kind.", ("kind",)),
    "failures": ("Responses that did not come or were not complete, by what the client got.", ("failure",)),
}
_NAMES = {"requests": "requests", "faults": "faults_applied", "failures": "incomplete_responses"}


class Scrape(NamedTuple):
    """Values of the moment when the page is read.

    Attributes:
        totals: The counts, of this process or of all workers; None while the store that has them is down.
        kept: How much all accounts keep; None while the store is down.
        is_store_up: True if the store could be asked; None for a mock without one.
    """

    totals: Totals | None
    kept: Kept | None
    is_store_up: bool | None = None


class MockCollector:
    """Yields the metrics of a mock, in the form of a collector of prometheus-client.

    It reads plain counts when it is asked, so that a request pays for nothing but the counting.

    Args:
        scrape: What was found for this page.
        memory: What the accounts of this process keep.
        info: What is served, by label.
        is_up_to_date: True unless the latest edit of the fixtures or the contract cannot be served.
    """

    def __init__(self, scrape: Scrape, memory: Memory, info: Mapping[str, str], *, is_up_to_date: bool) -> None:
        self._scrape = scrape
        self._memory = memory
        self._info = info
        self._is_up_to_date = is_up_to_date

    def collect(self) -> "Iterator[Metric]":
        """Yield every metric."""
        from prometheus_client.core import InfoMetricFamily

        yield InfoMetricFamily("migma_mock", "The mock, and the contract that it serves.", value=dict(self._info))
        if self._scrape.totals is not None:
            yield from _counters(self._scrape.totals)
        yield from self._gauges()

    def _gauges(self) -> "Iterator[Metric]":
        from prometheus_client.core import GaugeMetricFamily

        for name, text, value in (*self._gauges_of_all(), *self._gauges_of_process()):
            yield GaugeMetricFamily(f"migma_mock_{name}", text, value=value)

    def _gauges_of_all(self) -> Iterator[tuple[str, str, float]]:
        kept, is_store_up = self._scrape.kept, self._scrape.is_store_up
        if is_store_up is not None:
            text = "1 if the store that workers share can be used; 0 while it cannot, and what it counts is left out."
            yield "store_up", text, is_store_up
        if kept is not None:
            yield "accounts", "Accounts, the built-in one included.", kept.accounts
            yield "journal_entries", "Requests in all journals.", kept.entries
        if kept is not None and is_store_up is not None:
            yield "accounts_lost", "Accounts whose state the store lost; they get 503 until a reset.", kept.lost

    def _gauges_of_process(self) -> Iterator[tuple[str, str, float]]:
        fixtures = (
            "1 if the process that answers serves the latest fixtures and contract; "
            "0 while an edit is invalid and it serves the last ones."
        )
        yield "memory_bytes", "Bytes that the accounts keep in the process that answers.", self._memory.used
        yield "memory_limit_bytes", "Bytes that they may keep in each process (--max-memory).", self._memory.limit
        yield "fixtures_up_to_date", fixtures, self._is_up_to_date


def _counters(totals: Totals) -> "Iterator[Metric]":
    """Yield what is counted from request to request."""
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

    for name, (text, labels) in _COUNTERS.items():
        counter = CounterMetricFamily(f"migma_mock_{_NAMES[name]}", text, labels=labels)
        for values, number in labelled(totals, name).items():
            counter.add_metric(values, number)
        yield counter
    text = "Requests that were sent to the live API (--upstream)."
    yield CounterMetricFamily("migma_mock_forwarded_requests", text, value=totals.get("forwarded", 0.0))
    yield HistogramMetricFamily(
        "migma_mock_response_seconds",
        "Time from the head of a request of the API to the end of its response, the delays of faults included.",
        buckets=cumulative_buckets(totals),
        sum_value=totals.get("seconds", 0.0),
    )


def render(collector: MockCollector, accept: str) -> tuple[bytes, str]:
    """Return the metrics in the format that a client accepts, and its media type.

    That is OpenMetrics, or the text format of Prometheus, which everything else reads.

    Args:
        collector: The metrics.
        accept: The header ``Accept`` of the client.

    Raises:
        MissingExtraError: prometheus-client is not installed.
    """
    require_extra("team", "The metrics page")
    # Imported here, since it is only needed when metrics are read.
    from prometheus_client.exposition import choose_encoder

    encode, media_type = choose_encoder(accept)
    return encode(collector), media_type
