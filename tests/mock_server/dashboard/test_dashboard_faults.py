"""The Faults view: arm and disarm faults, and the banner of armed faults."""

from playwright.sync_api import expect

NEWSLETTER = "66b2f0a1c4e5d60012a40101"


def test_an_armed_fault_has_a_banner_until_it_is_exhausted(dashboard, ask):
    page = dashboard("faults")
    page.get_by_label("Kind").select_option("status")
    page.get_by_label("status", exact=True).fill("500")
    page.get_by_label("times").fill("1")
    page.get_by_role("button", name="Arm", exact=True).click()
    banner = page.locator(".banner")
    expect(banner).to_contain_text("1 fault armed in built-in")
    page.get_by_role("link", name="Campaigns", exact=True).click()
    expect(banner).to_be_visible()
    assert ask(NEWSLETTER).status_code == 500
    expect(banner).to_have_count(0)
    assert ask(NEWSLETTER).status_code == 200


def test_every_kind_of_fault_can_be_armed_from_its_example(dashboard, control):
    page = dashboard("faults")
    kinds = [each["kind"] for each in control.get("/faults").json()]
    expect(page.get_by_label("Kind").locator("option")).to_have_count(len(kinds))
    for number, kind in enumerate(kinds, 1):
        page.get_by_label("Kind").select_option(kind)
        page.get_by_role("button", name="Arm", exact=True).click()
        expect(page.locator(".armed li:not(.empty)")).to_have_count(number)
    armed = control.get("/accounts/built-in/faults").json()
    assert [each["fault"]["kind"] for each in armed] == kinds
    page.get_by_role("button", name="Disarm all").click()
    expect(page.get_by_role("heading", name="No faults armed")).to_be_visible()
    assert control.get("/accounts/built-in/faults").json() == []


def test_an_invalid_fault_is_refused_with_a_message(dashboard):
    page = dashboard("faults", complaints=["422"])
    page.get_by_label("Kind").select_option("delay")
    page.get_by_label("seconds").fill("-1")
    page.get_by_role("button", name="Arm", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("at least 0")


def test_a_fault_that_a_test_arms_is_shown_without_a_reload(dashboard, control):
    page = dashboard()
    control.post("/accounts/built-in/faults", json={"kind": "timeout"})
    expect(page.locator(".banner")).to_contain_text("timeout")


def test_a_scenario_is_armed_for_a_campaign_and_disarmed_as_one_thing(dashboard, control, ask):
    page = dashboard("faults")
    page.get_by_label("Scenario", exact=True).select_option("stale-cache")
    expect(page.get_by_text("What a client should do: Compare lastUpdated")).to_be_visible()
    page.get_by_label("Campaign", exact=True).fill(NEWSLETTER)
    page.get_by_role("button", name="Arm scenario").click()
    expect(page.locator("#toast")).to_have_text("Armed: stale-cache.")
    expect(page.locator(".banner li")).to_have_text([f'scenario stale-cache · campaign "{NEWSLETTER}"'])
    assert [each["campaign"] for each in control.get("/accounts/built-in/scenarios").json()] == [NEWSLETTER]
    assert ask(NEWSLETTER).json()["data"]["totalSent"] == 12_000
    page.get_by_role("button", name="Disarm stale-cache").click()
    expect(page.get_by_role("heading", name="No faults armed")).to_be_visible()
    assert control.get("/accounts/built-in/faults").json() == []
