"""Read the documents that the options of commands name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from migma_contract.errors import ContractError
from migma_contract.openapi import Contract, load_contract
from migma_contract.rate_unit import RateUnit
from migma_contract.resources import openapi_path

if TYPE_CHECKING:
    from migma_contract.openapi.published import PublishedDocument  # loads the comparison of documents


def read_contract(source: str | None, *, strict_nullable: bool, rates: RateUnit, refresh: bool = False) -> Contract:
    """Return the contract in the file or at the URL of ``--contract``, or the built-in one without it.

    Raises:
        ContractError: It cannot be read, or used as the contract.
    """
    with _named("--contract " if source else ""):
        return load_contract(source or openapi_path(), strict_nullable=strict_nullable, rates=rates, refresh=refresh)


def read_published_document(source: str, contract: Contract, *, strict_nullable: bool) -> "PublishedDocument":
    """Return the document in the file or at the URL of ``--published``, compared with the contract.

    Raises:
        ContractError: It cannot be read, or compared with the contract.
    """
    from migma_contract.openapi.published import read_published

    with _named("--published "):
        return read_published(source, contract, strict_nullable=strict_nullable)


@contextmanager
def _named(option: str) -> Iterator[None]:
    """Name the option before the document in the errors of this block."""
    try:
        yield
    except ContractError as error:
        problems = [problem._replace(file=f"{option}{problem.file}") for problem in error.problems]
        raise ContractError(problems, error.hint) from error
