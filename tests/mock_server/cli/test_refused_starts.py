"""The mock does not start on invalid input: each problem once, with its file and place."""

import os

import pytest

from migma_contract.errors import ContractError
from migma_contract.resources import openapi_path
from migma_mock import create_app
from migma_mock.campaigns.campaign_builder import build_campaign


def test_a_step_with_only_a_fault_does_not_repeat_the_problems_of_its_reply(contract):
    script = {"replies": [{"fault": {"kind": "truncate"}}, {"stats": {"totalSent": -1}}]}
    file = {"id": "abc", "title": "t", "description": "d", "script": script}
    problems = build_campaign(file, "mine.json", contract)
    assert problems
    assert {problem.pointer.split("/")[3] for problem in problems} == {"1"}
    assert len(set(problems)) == len(problems)


def test_a_contract_that_no_error_reply_satisfies_is_refused_with_the_place(write_contract, document):
    impossible = {"type": "string", "minLength": 1, "maxLength": 0}
    document["components"]["schemas"]["ApiError"]["properties"]["error"] = impossible
    with pytest.raises(ContractError) as refused:
        create_app(contract=write_contract(document), reload=False)
    assert refused.value.problems[0].pointer.startswith("/components/schemas/ApiError/properties/error")


@pytest.mark.attack("hostile-input")
@pytest.mark.skipif(os.name == "nt", reason="devices of POSIX")
@pytest.mark.parametrize("subcommand", ["serve", "fixtures", "generate", "doctor"])
def test_a_device_or_a_huge_file_as_the_contract_is_one_problem_and_exit_2(command, tmp_path, subcommand):
    """``--contract /dev/zero`` took all memory of the machine."""
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(60_000_000_000)
    for name, got in (("/dev/zero", "a device"), (tmp_path / "huge.json", "more than 2 MiB"), (tmp_path, "a folder")):
        ended = command(subcommand, "--contract", name)
        assert ended.code == 2
        assert f"{name}: expected a readable OpenAPI document, got {got}" in ended.out + ended.err


@pytest.mark.attack("hostile-input")
def test_a_contract_comes_through_a_pipe_of_a_shell(command):
    """``migma-mock fixtures --contract <(curl …)``."""
    reading, writing = os.pipe()
    os.write(writing, openapi_path().read_bytes())
    os.close(writing)
    assert command("fixtures", "--contract", f"/dev/fd/{reading}").code == 0
    os.close(reading)
