"""The metrics page: all counts, and what the mock keeps, in the text formats of Prometheus."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from migma_contract.extras import require_extra
from migma_mock.accounts.registry import Accounts
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


class MockCollector:
    """Yields the metrics of a mock, in the form of a collector of prometheus-client.

    It reads plain counts when it is asked, so that a request pays for nothing but the counting.

    Args:
        totals: The counts, of this process or of all workers.
        accounts: The accounts as this process has them.
        is_up_to_date: True unless the latest edit of the fixtures or the contract cannot be served.
        info: What is served, by label.
    """

    def __init__(self, totals: Totals, accounts: Accounts, info: Mapping[str, str], *, is_up_to_date: bool) -> None:
        self._totals = totals
        self._accounts = accounts
        self._info = info
        self._is_up_to_date = is_up_to_date

    def collect(self) -> "Iterator[Metric]":
        """Yield every metric."""
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, InfoMetricFamily

        totals = self._totals
        yield InfoMetricFamily("migma_mock", "The mock, and the contract that it serves.", value=dict(self._info))
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
        yield from self._gauges()

    def _gauges(self) -> "Iterator[Metric]":
        from prometheus_client.core import GaugeMetricFamily

        accounts, memory = self._accounts, self._accounts.memory
        journals = [accounts.unknown_key_requests, *(account.state.journal for account in accounts.all)]
        entries = sum(len(journal.entries) for journal in journals)
        fixtures = "1 if the latest fixtures and contract are served; 0 while an edit is invalid and the last ones are."
        for name, text, value in (
            ("accounts", "Accounts, the built-in one included.", len(accounts.all)),
            ("journal_entries", "Requests in all journals of the process that answers.", entries),
            ("memory_bytes", "Bytes that the accounts keep in the process that answers.", memory.used),
            ("memory_limit_bytes", "Bytes that they may keep (--max-memory).", memory.limit),
            ("fixtures_up_to_date", fixtures, self._is_up_to_date),
        ):
            yield GaugeMetricFamily(f"migma_mock_{name}", text, value=value)


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
