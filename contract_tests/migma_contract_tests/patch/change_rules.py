"""The kind of change that answers the findings of each rule that a document can answer."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from migma_contract_tests.patch.fields import allow_missing, declare_new_fields
from migma_contract_tests.patch.observed import Observed
from migma_contract_tests.patch.responses import document_headers, document_media_types, document_statuses
from migma_contract_tests.patch.values import allow_values

Change = Callable[[Observed], None]

_STATUS_RULES = (
    "campaign-status",
    "unknown-id-status",
    "unusual-id-status",
    "invalid-key-status",
    "missing-key-status",
)
_ABOUT_RESPONSES: Mapping[str, Change] = {
    "undocumented-header": document_headers,
    "content-type-wrong": document_media_types,
    **dict.fromkeys(_STATUS_RULES, document_statuses),
}
CHANGES: Mapping[str, Change] = MappingProxyType(
    {
        **_ABOUT_RESPONSES,
        **dict.fromkeys(("required-missing", "field-renamed", "field-moved"), allow_missing),
        **dict.fromkeys(("envelope-success-missing", "envelope-error-missing"), allow_missing),
        **dict.fromkeys(("wrong-type", "null-not-allowed", "wrong-format", "constraint-broken"), allow_values),
        "envelope-error-not-text": allow_values,
        "undocumented-field": declare_new_fields,
    }
)
"""By rule. A rule whose findings no document can answer is not among them."""


def is_about_body(rule: str) -> bool:
    """True if a rule is about fields and values; False if it is about the status or headers."""
    return rule not in _ABOUT_RESPONSES
