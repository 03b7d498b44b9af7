"""The Accounts view: create and reset accounts; and the control token."""

import re

import httpx
from playwright.sync_api import expect

from migma_mock import MockServer

NEWSLETTER = "66b2f0a1c4e5d60012a40101"


def test_a_new_account_is_selected_and_its_key_works(dashboard, control, mock):
    page = dashboard("accounts")
    page.get_by_label("Name").fill("Team blue")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_label("Account", exact=True)).to_have_value(re.compile("account-"))
    key = control.get("/accounts").json()[1]["keys"]["working"]
    expect(page.get_by_text(key)).to_be_visible()
    assert httpx.get(mock.stats_url(NEWSLETTER), headers={"authorization": f"Bearer {key}"}).status_code == 200
    expect(page.locator(".card.shown")).to_contain_text("Team blue")


def test_reset_asks_for_confirmation(dashboard, control, ask):
    ask(NEWSLETTER)
    control.post("/accounts/built-in/faults", json={"kind": "timeout"})
    page = dashboard("accounts")
    page.evaluate("setTimeout = () => 0")  # the question stays, however slow the machine is
    page.get_by_role("button", name="Reset").click()
    assert control.get("/accounts/built-in").json()["requests"] == 1
    page.get_by_role("button", name="Reset this account?").click()
    expect(page.locator(".banner")).to_have_count(0)
    assert control.get("/accounts/built-in").json()["requests"] == 0


def test_the_page_asks_for_the_token_and_keeps_it_for_the_tab(dashboard):
    with MockServer(reload=False, control_token="a-token-of-tests") as mock:
        page = dashboard(base_url=mock.base_url, live=False, complaints=["401"])
        page.get_by_label("Token", exact=True).fill("a-wrong-one")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("This token is wrong.")
        expect(page.get_by_label("Token", exact=True)).to_have_value("")
        page.get_by_label("Token", exact=True).fill("a-token-of-tests")
        page.keyboard.press("Enter")
        expect(page.locator(".live")).to_have_text("Live")
        page.reload()
        expect(page.locator(".live")).to_have_text("Live")
        assert page.evaluate("localStorage.length") == 0
