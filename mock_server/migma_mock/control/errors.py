"""Shapes that the control API answers with, and its errors in the vendor's form with every problem listed."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, NoReturn

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from migma_contract.errors import Problem


class ProblemModel(BaseModel):
    """One thing that is wrong with what was sent, or with a file."""

    file: str
    pointer: str = Field(description="JSON pointer to the place.")
    expected: str
    got: str
    message: str = Field(description="What is wrong, as a sentence.")

    @classmethod
    def of(cls, problem: Problem) -> "ProblemModel":
        """The same, for JSON."""
        return cls(**problem._asdict() | {"message": problem.text})


class ErrorModel(BaseModel):
    """The vendor's error envelope, with the problems if there are several."""

    success: bool = False
    error: str
    code: str
    problems: list[ProblemModel] = []


class ControlError(Exception):
    """A request to the control API that cannot be carried out."""

    def __init__(self, status: int, message: str, problems: Iterable[Problem] = ()) -> None:
        self.status = status
        self.message = message
        self.problems = list(problems)
        super().__init__(message)

    def response(self) -> JSONResponse:
        """As it is sent."""
        return error_response(self.status, self.message, self.problems)


def refuse(problems: Iterable[Problem]) -> NoReturn:
    """Answer 422, with every problem."""
    raise ControlError(422, "What was sent cannot be used.", problems)


def error_response(status: int, message: str, problems: Iterable[Problem] = ()) -> JSONResponse:
    """An error in the vendor's envelope, so that one client reads both APIs."""
    code = "INVALID" if status == HTTPStatus.UNPROCESSABLE_ENTITY else HTTPStatus(status).name
    body: dict[str, Any] = {"success": False, "error": message, "code": code}
    listed = [ProblemModel.of(problem).model_dump() for problem in problems]
    challenge = {"www-authenticate": 'Bearer realm="migma-mock"'} if status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(body | ({"problems": listed} if listed else {}), status, challenge)
