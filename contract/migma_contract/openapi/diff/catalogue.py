"""CHANGE_RULES: the catalogue of changes between two documents, from the files of their subjects."""

from migma_contract.openapi.diff import (
    bodies,
    content,
    deprecation,
    operation,
    parameters,
    responses,
    security,
    servers,
)
from migma_contract.openapi.diff.change_rule import ChangeRule
from migma_contract.openapi.diff.schemas import SUBJECTS, alternatives, annotations, property_rules

_OPERATIONS = (operation, security, servers, parameters, bodies, responses, content, deprecation)
CHANGE_RULES: tuple[ChangeRule, ...] = (
    *(rule for subject in _OPERATIONS for rule in subject.RULES),
    *property_rules.RULES,
    *annotations.RULES,
    *alternatives.RULES,
    *(rule for subject in SUBJECTS for rule in subject.rules()),
)
"""Every rule, grouped by subject: operations and their parts, then schemas. Ids are stable."""

_BY_ID = {rule.id: rule for rule in CHANGE_RULES}


def change_rule(rule_id: str) -> ChangeRule:
    """Return the rule with an id.

    Raises:
        KeyError: No rule has this id.
    """
    return _BY_ID[rule_id]
