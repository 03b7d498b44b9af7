"""The hints below form fields say what an empty field means."""

from playwright.sync_api import expect


def test_the_fields_of_faults_say_what_empty_means(dashboard):
    page = dashboard("faults")
    fields = page.locator(".fields")
    expect(fields).to_contain_text("empty: until it is disarmed")
    for kind in page.get_by_label("Kind").locator("option").all_text_contents():
        page.get_by_label("Kind").select_option(kind)
        expect(fields).not_to_contain_text("null:")


def test_a_field_with_a_default_says_how_to_enter_null(dashboard):
    """An empty share is the default, which the field shows; the word null omits the field."""
    page = dashboard("draft")
    page.get_by_role("button", name="Growing").click()
    field = page.locator(".field").filter(has_text="botOpenShare")
    expect(field).to_contain_text("the word null: no botOpens")
    expect(field.get_by_role("textbox")).to_have_attribute("placeholder", "0.03")
