"""Advice about findings that no change of a document answers."""

from functools import cache

from migma_contract.rules.catalogue import (
    authentication,
    availability,
    between_reads,
    campaigns,
    envelope,
    headers,
    json_body,
    over_time,
    rate_units,
    schema,
    shape,
    stats_relations,
    status,
    transport,
    undocumented_fields,
    values,
)

REPORT = "Report it to the vendor, or accept it in a baseline"
"""The advice that always helps."""

_ADVICE = (
    (stats_relations, f"A schema describes single values, and not how they relate. {REPORT}."),
    (
        rate_units,
        f"Only a description can state the unit of a rate. Check percentages with --rates percent. {REPORT}.",
    ),
    (between_reads, f"A document describes single responses, and not what happens between two reads. {REPORT}."),
    (over_time, f"A document describes single responses, and not what happens between two checks. {REPORT}."),
    (shape, f"A document allows both types then, and the client has to handle both. {REPORT}."),
    (campaigns, f"A document does not say which campaign an answer is about. {REPORT}."),
    (values, f"The check requires this of the stats, whatever the document says. {REPORT}."),
    (envelope, f"The check requires this of every envelope, whatever the document says. {REPORT}."),
    (status, f"The check expects another status for such a request, even if the document has this one. {REPORT}."),
    (authentication, f"The check requires this of keys, whatever the document says. {REPORT}."),
    (headers, f"A document does not say how headers that HTTP defines are used. {REPORT}."),
    (json_body, f"A document does not say how a value is written in JSON. {REPORT}."),
    (availability, "This is about the server and the network, and not about the document. Run the check again later."),
    (transport, f"This is about the connection, and not about the document. {REPORT}."),
    (schema, f"No small change of the schema allows this value and nothing else. Edit the document. {REPORT}."),
    (undocumented_fields, "The object has too many new fields to list them; it may be a map. Edit the document."),
)


@cache
def _by_rule() -> dict[str, str]:
    return {rule.id: advice for subject, advice in _ADVICE for rule in subject.RULES}


def advice(rule: str) -> str:
    """Return what to do about a finding of a rule that the document cannot express."""
    return _by_rule().get(rule, f"{REPORT}.")
