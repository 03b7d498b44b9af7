"""Make the live API of the settings."""

from typing import TYPE_CHECKING

from migma_contract.errors import Problem, SettingsError
from migma_mock.event_log import Note
from migma_mock.metrics.counts import Counts
from migma_mock.settings import Settings

if TYPE_CHECKING:
    from migma_mock.upstream.upstream import Upstream


def upstream_of(settings: Settings, instance: str, note: Note, counts: Counts) -> "Upstream | None":
    """Return the API of ``--upstream``; None without it.

    Args:
        settings: The settings of a mock.
        instance: The id of the mock.
        note: Is called with a sentence for people about each recording.
        counts: Counts the forwarded requests.

    Raises:
        FixtureError: The folder of recordings cannot be used.
        SettingsError: Settings contradict each other.
    """
    if settings.upstream is None:
        if settings.record is not None:
            expected = "--upstream too, the API whose responses are recorded"
            raise SettingsError([Problem("--record", "", expected, "no --upstream")])
        return None
    if settings.unknown_id == "generate":
        expected = "no --upstream, which answers for the campaigns that the mock does not have"
        raise SettingsError([Problem("--unknown-id generate", "", expected, "--upstream")])
    # Imported here, since it needs a client and the rules, and few mocks do.
    from migma_mock.upstream.upstream import Upstream

    return Upstream(settings.upstream, settings, instance, note, counts=counts)
