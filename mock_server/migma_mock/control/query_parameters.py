"""Query parameters that a route does not have are refused, as unknown fields of bodies are."""

from fastapi import Request

from migma_contract.errors import Problem
from migma_mock.control.errors import refuse
from migma_mock.input_models import unknown_name

_SHOWN = 128


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse a request with a parameter that its route does not have; it is probably misspelt.

    Raises:
        ControlError: With the nearest name, and all.
    """
    if not request.query_params:
        return
    known = [parameter.alias for parameter in request.scope["route"].dependant.query_params]
    unknown = [name[:_SHOWN] for name in request.query_params if name not in known]
    if not unknown:
        return
    if known:
        refuse(unknown_name("query", "parameter", name, known) for name in unknown)
    refuse(
        Problem("query", "", "no parameters", name, f"no parameters are known here, got {name!r}") for name in unknown
    )
