"""What the page says in passing ends with the view, and is not said over what the view itself shows."""

from playwright.sync_api import expect


def test_notice_ends_with_the_view(dashboard, mock):
    mock.new_account("Checkout")
    page = dashboard("accounts")
    page.get_by_role("button", name="Reset").first.click()
    page.get_by_role("button", name="Really begin anew?").click()
    expect(page.locator("#toast")).to_have_text("built-in begins anew.")
    page.get_by_role("link", name="Draft", exact=True).click()
    expect(page.get_by_role("heading", name="Draft a campaign")).to_be_visible()
    expect(page.locator("#toast")).to_be_empty(timeout=1000)


def test_armed_fault_and_its_warning_are_told_by_the_list_alone(dashboard, control):
    control.post("/accounts/built-in/faults", json={"kind": "reset"})
    page = dashboard("faults", width=390)
    page.get_by_label("Kind").select_option("truncate")
    page.get_by_role("button", name="Arm", exact=True).click()
    heading = page.get_by_role("heading", name="2 faults, 1 with a warning")
    expect(heading).to_be_visible()
    expect(heading).to_have_attribute("aria-live", "polite")
    expect(page.locator(".armed .warning")).to_be_visible()
    expect(page.locator("#toast")).to_be_empty(timeout=1000)


def test_new_account_is_told_in_its_form(dashboard):
    page = dashboard("accounts", width=390)
    page.get_by_label("Name").fill("Checkout")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("form").get_by_role("status")).to_contain_text("and is shown from now on")
    expect(page.locator("#toast")).to_be_empty(timeout=1000)
