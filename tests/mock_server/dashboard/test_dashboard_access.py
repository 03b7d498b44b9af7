"""Accessibility: no violation that axe knows, in light and dark, wide and narrow; and use by keyboard alone."""

import pytest
from playwright.sync_api import expect

NEWSLETTER, GROWING = "66b2f0a1c4e5d60012a40101", "66b2f0a1c4e5d60012a40201"
LONG = "x" * 128


@pytest.fixture
def filled(control, ask, mock):
    """A mock with data in every view."""
    control.post("/accounts", json={"name": "Checkout"})
    control.post("/accounts", json={"name": "N" * 200})
    long = {**control.get(f"/accounts/built-in/campaigns/{NEWSLETTER}").json(), "id": LONG, "title": "T" * 100}
    assert control.put(f"/accounts/built-in/campaigns/{LONG}", json=long).is_success
    control.post("/accounts/built-in/faults", json={"kind": "status", "status": 503, "times": 1})
    control.post("/accounts/built-in/faults", json={"kind": "delay", "seconds": 1, "campaign": "none"})
    for id_ in (NEWSLETTER, LONG, "nope"):
        ask(id_)
    return mock


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 1280),
        ("dark", 390),
        *(pytest.param(*each, marks=pytest.mark.long) for each in (("dark", 1280), ("light", 390))),
    ],
)
def test_axe_finds_no_violation(dashboard, filled, axe, scheme, width):
    page = dashboard(scheme=scheme, width=width)
    page.evaluate(axe)
    found = {}
    for view in (
        "campaigns",
        f"campaigns/{NEWSLETTER}",
        f"campaigns/{GROWING}",
        f"campaigns/{LONG}",
        "requests",
        "faults",
        "accounts",
        "draft",
    ):
        page.evaluate("(view) => { location.hash = view; }", view)
        page.locator("main h2:visible, main .item:visible").first.wait_for()
        if view == "requests":
            page.locator("details.request summary").first.click()
        if view == "draft":
            page.get_by_label("uniqueOpens", exact=True).fill("99999")
            expect(page.locator("[aria-invalid]")).to_have_count(1)
        result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        found |= {
            f"{view}: {each['id']}": [(node["html"][:200], node["failureSummary"]) for node in each["nodes"]]
            for each in result["violations"]
        }
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{view} is wider than the window"
    assert found == {}


@pytest.mark.parametrize("width", [320, 390, 768])
def test_every_tab_is_visible_in_full(dashboard, width):
    """From 768 pixels on, all are in one line, whatever the state of the connection says."""
    page = dashboard(width=width)
    page.evaluate("document.getElementById('live').textContent = 'No connection to the mock'")
    nav = page.locator("#views")
    assert nav.evaluate("(nav) => nav.scrollWidth <= nav.clientWidth")
    places = [link.bounding_box() for link in nav.get_by_role("link").all()]
    assert len(places) == 5
    assert width < 768 or len({place["y"] for place in places}) == 1
    assert width < 768 or page.locator(".top").bounding_box()["height"] < 60
    assert all(place["x"] >= 0 and place["x"] + place["width"] <= width for place in places)


_FOCUSED = """(() => {
    const element = document.activeElement;
    return element.ariaLabel || element.labels?.[0]?.textContent || element.textContent;
})()"""


def tab_to(page, name, presses=120):
    """Press Tab until an element with this accessible name has the focus."""
    for _ in range(presses):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUSED) == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")


def test_a_fault_is_armed_and_disarmed_by_keyboard(dashboard, ask):
    page = dashboard()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    tab_to(page, "Faults")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Arm a fault")).to_be_visible()
    expect(page.get_by_label("Kind").locator("option").first).to_be_attached()
    tab_to(page, "Kind")
    page.keyboard.type("html")
    expect(page.get_by_text("An HTML error page")).to_be_visible()
    tab_to(page, "Arm")
    page.keyboard.press("Enter")
    expect(page.locator(".banner")).to_contain_text("html")
    assert ask(NEWSLETTER).status_code == 502
    tab_to(page, "Disarm fault-1")
    page.keyboard.press("Enter")
    expect(page.locator(".banner")).to_have_count(0)
    assert ask(NEWSLETTER).status_code == 200


def test_the_skip_link_moves_the_focus_to_the_content(dashboard):
    page = dashboard("requests")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    expect(page.get_by_role("heading", name="Requests")).to_be_visible()


def test_selecting_a_campaign_by_keyboard_keeps_the_focus_in_the_list(dashboard):
    page = dashboard()
    page.locator(".item").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Seven colleagues")).to_be_visible()
    expect(page.locator(".item").nth(1)).to_be_focused()
