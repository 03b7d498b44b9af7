"""All changes."""

from contract_changes.change import Change
from contract_changes.places import PLACES
from contract_changes.requests import REQUESTS
from contract_changes.responses import RESPONSES
from contract_changes.stats import STATS

SECTIONS: dict[str, tuple[Change, ...]] = {
    "Servers, paths and ids": PLACES,
    "Stats and envelopes": STATS,
    "Keys and parameters": REQUESTS,
    "Responses and documents": RESPONSES,
}

CHANGES = [change for section in SECTIONS.values() for change in section]
