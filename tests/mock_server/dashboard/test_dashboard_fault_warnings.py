"""A fault that may never be applied says so in the list of armed faults."""

from playwright.sync_api import expect


def test_a_warning_is_shown_until_its_reason_is_gone(dashboard, control):
    page = dashboard("faults")
    control.post("/accounts/built-in/faults", json={"kind": "reset"})
    control.post("/accounts/built-in/faults", json={"kind": "truncate"})
    warning = page.locator(".armed .warning")
    expect(warning).to_contain_text("fault-1 (reset), armed before")
    page.get_by_role("button", name="Disarm fault-1").click()
    expect(warning).to_have_count(0)
