"""Errors of the control API: the vendor's error envelope, with a list of problems."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NoReturn

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from migma_contract.errors import Problem
from migma_mock.memory import MemoryLimitError


class ProblemModel(BaseModel):
    """One problem of a request body or of a file."""

    file: str
    pointer: str = Field(description="JSON pointer to the place of the problem.")
    expected: str
    got: str
    message: str = Field(description="What is wrong, as a sentence, with its line if it is known.")

    @classmethod
    def of(cls, problem: Problem) -> "ProblemModel":
        """Return the model of a problem."""
        place = f" (line {problem.place.line}, column {problem.place.column})" if problem.place else ""
        return cls(**problem._asdict() | {"message": f"{problem.text}{place}"})


class ErrorModel(BaseModel):
    """The vendor's error envelope, with the problems of the request if there are any."""

    success: bool = False
    error: str
    code: str
    problems: list[ProblemModel] = []


@dataclass(eq=False)
class ControlError(Exception):
    """A request that the control API refuses."""

    status: int
    message: str
    problems: Iterable[Problem] = ()


def refuse(problems: Iterable[Problem]) -> NoReturn:
    """Refuse a request with 422 and every problem."""
    raise ControlError(422, "The request is invalid.", problems)


@contextmanager
def full_memory_refused() -> Iterator[None]:
    """Refuse a request with 507 if there is no room for what it puts."""
    try:
        yield
    except MemoryLimitError as error:
        raise ControlError(HTTPStatus.INSUFFICIENT_STORAGE, str(error)) from error


def error_response(status: int, message: str, problems: Iterable[Problem] = ()) -> JSONResponse:
    """Return an error in the vendor's envelope, so that a client reads the errors of both APIs alike."""
    code = "INVALID" if status == HTTPStatus.UNPROCESSABLE_ENTITY else HTTPStatus(status).name
    body: dict[str, Any] = {"success": False, "error": message, "code": code}
    models = [ProblemModel.of(problem).model_dump() for problem in problems]
    if models:
        body["problems"] = models
    challenge = {"www-authenticate": 'Bearer realm="migma-mock"'} if status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(body, status, challenge)
