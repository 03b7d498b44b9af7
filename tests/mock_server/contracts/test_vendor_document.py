"""A whole document like the vendor's is served, whatever else is in it."""

import json

import pytest
from contract_changes import trying
from contract_changes.change import Change
from contract_changes.vendor_document import OPERATIONS, as_json, as_yaml, operations, vendor_document

from migma_mock import Mock


@pytest.mark.parametrize("server_path", ["", "/v1"])
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("write", [as_json, as_yaml], ids=["json", "yaml"])
def test_a_document_with_75_operations_is_served(tmp_path, write, version, server_path):
    """Its campaigns are valid for another validator, and the check conforms, at the same path as ever."""
    document = vendor_document(version, server_path=server_path)
    assert operations(document) == OPERATIONS == 75
    path = tmp_path / "vendor"
    path.write_bytes(write(document))
    mock = Mock(contract=path, reload=False, port=0)
    assert mock.contract.operation.path == "/v1/campaigns/{id}/stats"
    tried = trying.Tried("served", "", mock, document)
    judge, (first, *others) = trying.Judge(tried), trying.ask(tried)
    assert first.json()["data"]["totalSent"] == 12480
    for response in (first, *others):
        assert judge.errors(response.status_code, response.json()) == []
    assert trying.check(tried).verdict == "conforms"


def test_a_part_of_it_that_is_needed_and_elsewhere_is_named_with_what_to_do(tmp_path):
    """The reference is the one in the way, and no other of the many."""
    document = vendor_document("3.1.0")
    document["components"]["responses"]["NotFound"] = {"$ref": "errors.yaml#/NotFound"}
    change = Change("needed", lambda built_in: built_in.update(json.loads(as_json(document))), "refused")
    message = trying.start(change, tmp_path).message
    assert "/components/responses/NotFound/$ref" in message
    assert "errors.yaml" in message
    assert "redocly/cli bundle" in message
