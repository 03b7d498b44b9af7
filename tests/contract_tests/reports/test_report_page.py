"""The HTML report: contrast of its colours, and its tree in a browser."""

import re
import subprocess

import pytest

from migma_contract_tests.reports import FORMATS


def contrast(one, other):
    """The contrast ratio of two colours, as WCAG 2.2 defines it."""
    values = []
    for colour in (one, other):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        values.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(values) + 0.05) / (min(values) + 0.05)


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_every_text_colour_has_aa_contrast_on_every_background(reports, scheme):
    page = FORMATS["html"].render(reports["conforms"])
    names = [dict(re.findall(r"--([a-z]+): (#[0-9a-f]+)", root)) for root in re.findall(r":root \{([^}]*)\}", page)]
    colours = {name: value if len(value) == 7 else "#" + value[1] * 6 for name, value in names[scheme].items()}
    for ground in ("page", "card", "code"):
        for text in ("text", "soft", "breaking", "warning", "info", "conforms", "drift", "inconclusive"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


@pytest.mark.attack("markup")
def test_a_browser_builds_the_intended_page(reports, tmp_path, tool):
    """Chromium's tree of the hostile page has all findings and requests, and nothing that loads."""
    (tmp_path / "report.html").write_text(FORMATS["html"].render(reports["nasty"]), "utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    flags += ["--disable-background-networking", "--disable-component-update", f"--user-data-dir={tmp_path / 'user'}"]
    command = [tool("chromium"), *flags, "--dump-dom", (tmp_path / "report.html").as_uri()]
    tree = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert tree.count("<details") == len(reports["nasty"].findings) + len(reports["nasty"].exchanges)
    assert not re.search(r"<(script|img|link|iframe)\b", tree)
