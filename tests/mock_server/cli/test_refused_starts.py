"""The mock does not start on invalid input: each problem once, with its file and place."""

import pytest

from migma_contract.errors import ContractError
from migma_mock import create_app
from migma_mock.campaigns.campaign_builder import build_campaign


def test_a_step_with_only_a_fault_does_not_repeat_the_problems_of_its_reply(contract):
    script = {"replies": [{"fault": {"kind": "truncate"}}, {"stats": {"totalSent": -1}}]}
    file = {"id": "abc", "title": "t", "description": "d", "script": script}
    problems = build_campaign(file, "mine.json", contract)
    assert problems
    assert {problem.pointer.split("/")[3] for problem in problems} == {"1"}
    assert len(set(problems)) == len(problems)


def test_a_contract_that_the_error_replies_do_not_satisfy_is_refused_with_the_place(write_contract, document):
    document["components"]["schemas"]["ApiError"]["required"].append("traceId")
    with pytest.raises(ContractError) as refused:
        create_app(contract=write_contract(document), reload=False)
    problem = refused.value.problems[0]
    assert problem.pointer == "/components/schemas/ApiError/required"
    assert problem.expected == "a schema that admits the mock's own error replies"
    assert problem.got == "the field 'traceId'"
