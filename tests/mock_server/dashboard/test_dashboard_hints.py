"""What stands below a field says what leaving it empty means, in words for who fills in a form."""

from playwright.sync_api import expect


def test_fault_says_what_an_empty_field_means(dashboard):
    page = dashboard("faults")
    fields = page.locator(".fields")
    expect(fields).to_contain_text("empty: until disarmed")
    for kind in page.get_by_label("Kind").locator("option").all_text_contents():
        page.get_by_label("Kind").select_option(kind)
        expect(fields).not_to_contain_text("null:")


def test_draft_says_how_to_do_without_what_an_empty_field_would_give(dashboard):
    """An empty share is the default, which the field shows; the word null leaves the member out."""
    page = dashboard("draft")
    page.get_by_role("button", name="Growing").click()
    field = page.locator(".field").filter(has_text="botOpenShare")
    expect(field).to_contain_text("the word null: no botOpens")
    expect(field.get_by_role("textbox")).to_have_attribute("placeholder", "0.03")
