"""Faults with one click, and a form whose fields follow the kind."""

import httpx
import pytest
from playwright.sync_api import expect

from migma_mock.faults.catalogue import FAULTS
from migma_mock.faults.kinds import drift

NEWSLETTER, OTHER = "66b2f0a1c4e5d60012a40101", "66b2f0a1c4e5d60012a40102"
DRIFTS = {kind for kind, model in FAULTS.items() if model.__module__ == drift.__name__} | {"undocumented-status"}


@pytest.fixture
def armed(control):
    """Returns the armed faults of the built-in account."""
    return lambda: [each["fault"] for each in control.get("/accounts/built-in/faults").json()]


def test_a_campaign_fails_with_one_click_and_no_other_does(dashboard, ask, armed, control):
    page = dashboard(f"campaigns/{NEWSLETTER}")
    presets = page.locator(".presets button")
    page.get_by_role("button", name="503 twice").click()
    expect(page.locator("#toast")).to_have_text("Armed: 503 twice.")
    assert [ask(each).status_code for each in (OTHER, NEWSLETTER, NEWSLETTER, NEWSLETTER)] == [200, 503, 503, 200]
    page.get_by_role("button", name="429 with Retry-After").click()
    expect(page.locator("#toast")).to_have_text("Armed: 429 with Retry-After.")
    limited = ask(NEWSLETTER)
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "30")
    control.delete("/accounts/built-in/faults")
    for name in presets.all_inner_texts():
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("#toast")).to_contain_text(f"Armed: {name}.")
    expect(page.locator("#toast")).to_contain_text("armed before this fault")
    faults = armed()
    assert {fault["campaign"] for fault in faults} == {NEWSLETTER}
    assert [fault["kind"] for fault in faults[:4]] == ["status", "status", "delay", "reset"]
    assert faults[2]["seconds"] == 2
    assert {fault["kind"] for fault in faults[4:]} == DRIFTS
    page.get_by_role("link", name="More faults").click()
    expect(page.get_by_label("Campaign", exact=True)).to_have_value(NEWSLETTER)


def test_a_delay_of_two_seconds_is_armed_for_a_picked_campaign(dashboard, armed):
    page = dashboard("faults")
    picker = page.get_by_label("Campaign", exact=True)
    picker.fill("Seven")
    expect(page.locator("datalist option")).to_have_attribute("value", OTHER)
    picker.fill(OTHER)
    expect(page.get_by_text("Seven colleagues", exact=True).locator("visible=true")).to_be_visible()
    page.get_by_label("Kind").select_option("delay")
    page.get_by_label("seconds", exact=True).fill("2")
    page.get_by_role("button", name="Arm", exact=True).click()
    expect(page.locator(".banner")).to_contain_text("delay")
    assert armed() == [{"kind": "delay", "campaign": OTHER, "seconds": 2.0, "seed": 7}]


def test_of_fields_that_exclude_each_other_one_is_shown(dashboard, armed):
    page = dashboard("faults")
    page.get_by_label("Kind").select_option("delay")
    page.get_by_label("One of", exact=True).select_option("distribution")
    expect(page.get_by_label("seconds", exact=True)).to_have_count(0)
    expect(page.get_by_label("median")).to_have_value("0.2")
    page.get_by_label("distribution: one of").select_option("uniform")
    page.get_by_label("uniform 1").fill("0.1")
    page.get_by_label("uniform 2").fill("0.3")
    page.get_by_role("button", name="Arm", exact=True).click()
    expect(page.locator(".banner")).to_contain_text("delay")
    assert armed()[0]["distribution"] == {"uniform": [0.1, 0.3]}
    assert "seconds" not in armed()[0]
    page.get_by_label("Kind").select_option("drip")
    expect(page.get_by_label("pieces")).to_be_visible()
    expect(page.get_by_label("One of", exact=True)).to_have_count(0)


def test_a_reset_preset_for_all_campaigns_resets_each(dashboard, ask):
    page = dashboard("faults")
    page.get_by_role("button", name="Connection reset").click()
    expect(page.locator(".banner")).to_contain_text("reset")
    for campaign_id in (NEWSLETTER, OTHER):
        with pytest.raises(httpx.ReadError):
            ask(campaign_id)
