"""A fault that may never change a reply is armed with a warning that points to the test."""

import httpx
import pytest

from migma_contract.errors import IneffectiveFaultWarning
from migma_mock import MockServer

HOMES = ("here", "elsewhere")


def status(mock, campaign_id):
    return httpx.get(mock.stats_url(campaign_id), headers=mock.auth_headers).status_code


def test_a_fault_for_an_unknown_campaign_suggests_the_nearest(migma_mock):
    migma_mock.campaign("spring-sale")
    with pytest.warns(
        IneffectiveFaultWarning, match=r"no campaign 'spring-sal'; did you mean 'spring-sale'\?"
    ) as warned:
        migma_mock.fail(503, campaign_id="spring-sal")
    assert warned[0].filename == __file__
    assert len(migma_mock.faults) == 1
    migma_mock.fail(503, campaign_id="spring-sale", times=1)  # a warning would be an error


def test_a_fault_after_one_that_takes_every_reply_is_warned_of(migma_mock):
    migma_mock.fault("timeout", times=1)
    migma_mock.fault("reset")
    with pytest.warns(IneffectiveFaultWarning, match="fault-2 .reset., armed before") as warned:
        migma_mock.fault("truncate")
    assert warned[0].filename == __file__


def test_where_warnings_are_errors_the_fault_is_not_armed(migma_mock):
    with pytest.raises(IneffectiveFaultWarning):
        migma_mock.fail(503, campaign_id="no-such")
    assert migma_mock.faults == []


def test_where_any_id_gets_generated_stats_any_campaign_exists():
    with MockServer(reload=False, unknown_id="generate") as mock:
        mock.fail(503, campaign_id="no-such")
        assert status(mock, "no-such") == 503


def test_the_fault_affects_a_campaign_that_is_added_later(migma_mock):
    with pytest.warns(IneffectiveFaultWarning):
        migma_mock.fail(503, campaign_id="later", times=1)
    migma_mock.campaign("later")
    assert [status(migma_mock, "later") for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(
    ("kind", "arguments"), [("percent-rates", {}), ("undocumented-status", {}), ("drop-field", {"field": "openRate"})]
)
def test_a_fault_that_applies_to_no_reply_of_its_campaign_is_warned_of(migma_mock, kind, arguments):
    reply = {"status": 404, "body": {"success": False, "error": "Gone."}}
    migma_mock.add_campaign({"id": "a", "title": "A", "description": "A.", "reply": reply})
    with pytest.warns(IneffectiveFaultWarning, match=r"'a' .* 404") as warned:
        armed = migma_mock.fault(kind, campaign_id="a", **arguments)
    assert warned[0].filename == __file__
    status(migma_mock, "a")
    assert (migma_mock.faults[0].id, migma_mock.faults[0].applied) == (armed.id, 0)
