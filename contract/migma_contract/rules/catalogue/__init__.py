"""RULES: the catalogue of rules, one file for each subject."""

from datetime import timedelta

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
from migma_contract.rules.rule import Rule

_RESPONSES = (status, authentication, availability, transport, headers, json_body, envelope, schema)
_STATS = (values, rate_units, stats_relations, campaigns, between_reads, over_time, shape, undocumented_fields)
RULES: tuple[Rule, ...] = tuple(each for subject in (*_RESPONSES, *_STATS) for each in subject.RULES)
"""Every rule, grouped by subject in the order in which a client processes a response. Ids are stable."""


_BY_ID = {each.id: each for each in RULES}


def rules_with_max_age(max_age: timedelta) -> list[Rule]:
    """Return every rule, with the time after which unchanged stats are frozen."""
    frozen = over_time.stats_frozen(max_age)
    return [frozen if each.id == frozen.id else each for each in RULES]


def rule(rule_id: str) -> Rule:
    """Return the rule with an id.

    Raises:
        KeyError: No rule has this id.
    """
    return _BY_ID[rule_id]
