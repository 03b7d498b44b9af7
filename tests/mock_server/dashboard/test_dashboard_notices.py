"""Messages at the bottom of the page: removed with the view, and not used for what the view itself shows."""

from playwright.sync_api import expect


def test_a_message_is_removed_with_its_view(dashboard, mock):
    mock.new_account("Checkout")
    page = dashboard("accounts")
    page.evaluate("setTimeout = () => 0")  # question and message stay, however slow the machine is
    page.get_by_role("button", name="Reset").first.click()
    page.get_by_role("button", name="Reset this account?").click()
    expect(page.locator("#toast")).to_have_text("built-in was reset.")
    page.get_by_role("link", name="Draft", exact=True).click()
    expect(page.get_by_role("heading", name="Draft a campaign")).to_be_visible()
    assert page.locator("#toast").text_content() == ""


def test_an_armed_fault_and_its_warning_are_shown_in_the_list_only(dashboard, control):
    control.post("/accounts/built-in/faults", json={"kind": "reset"})
    page = dashboard("faults", width=390)
    page.get_by_label("Kind").select_option("truncate")
    page.get_by_role("button", name="Arm", exact=True).click()
    heading = page.get_by_role("heading", name="2 faults, 1 with a warning")
    expect(heading).to_be_visible()
    expect(heading).to_have_attribute("aria-live", "polite")
    expect(page.locator(".armed .warning")).to_be_visible()
    assert page.locator("#toast").text_content() == ""


def test_a_new_account_is_reported_in_its_form_only(dashboard):
    page = dashboard("accounts", width=390)
    page.get_by_label("Name").fill("Checkout")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("form").get_by_role("status")).to_contain_text("The dashboard now shows it.")
    assert page.locator("#toast").text_content() == ""
