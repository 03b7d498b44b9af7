"""Adapt the built-in campaign files to another contract, as far as that is possible."""

from collections.abc import Mapping
from typing import Any

from migma_contract.openapi import Contract
from migma_contract.stats import unit_of_rates, with_rates_in
from migma_mock.messages.body_forms import forms_of


def adapted_campaign(document: Any, contract: Contract) -> Any:
    """Return the content of a built-in file in the form of a contract; with the vendor's contract it is the same.

    Its id is one that the contract allows, its stats are those of the contract, and the bodies of its errors have the
    contract's form. What cannot be adapted stays, so that the check of the file finds it.
    """
    if not isinstance(document, dict):
        return document
    adapted = {**document, "id": contract.allowed_id(str(document.get("id")))}
    seed = str(document.get("id"))
    for name in ("reply", "before"):
        if adapted.get(name):
            adapted[name] = _reply(adapted[name], contract, seed)
    if isinstance(adapted.get("stats"), dict):
        adapted["stats"] = _stats(adapted["stats"], contract, seed)
    if adapted.get("script"):
        steps = [_step(step, contract, seed) for step in adapted["script"]["replies"]]
        adapted["script"] = {**adapted["script"], "replies": steps}
    statuses = {reply["status"] for reply in _replies(adapted)}
    if any(contract.operation.response(status) is None for status in statuses):
        adapted["undocumented"] = True
    return adapted


def _step(step: dict[str, Any], contract: Contract, seed: str) -> dict[str, Any]:
    changed = dict(step)
    if step.get("stats"):
        changed["stats"] = _stats(step["stats"], contract, seed)
    if step.get("reply"):
        changed["reply"] = _reply(step["reply"], contract, seed)
    return changed


def _stats(stats: Mapping[str, Any], contract: Contract, seed: str) -> dict[str, Any]:
    form = forms_of(contract).stats
    if form.is_plain:
        return dict(stats)
    unit = unit_of_rates(stats, "fraction") or "fraction"
    return form.fit(with_rates_in(stats, unit, contract.rates), seed)


def _reply(reply: dict[str, Any], contract: Contract, seed: str) -> dict[str, Any]:
    status, body = reply["status"], reply["body"]
    response = contract.operation.response(status) or contract.operation.error
    if isinstance(body.get("data"), dict) and status < 300:
        body = forms_of(contract).success(_stats(body["data"], contract, seed))
    elif response.violations(body):
        body = forms_of(contract).error(status, str(body.get("code", "ERROR")), str(body.get("error", "Error.")))
    return {**reply, "body": body}


def _replies(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    steps = document["script"]["replies"] if document.get("script") else []
    own = [document.get("reply"), document.get("before"), *(step.get("reply") for step in steps)]
    return [each for each in own if each]
