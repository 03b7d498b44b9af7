"""``python -m tools.security_page``: renew the part of docs/security.md that is made from the tests."""

import io
import re
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "security.md"
COMMAND = "python -m tools.security_page"

_PART = re.compile(r"(?<=<!-- made from the tests -->\n).*?(?=<!-- end -->)", re.DOTALL)

Cases = Mapping[str, Mapping[str, Counter[str]]]
"""Number of test cases, quick and long, of each kind and file."""


def with_cases(page: str, attacks: Mapping[str, tuple[str, str]], cases: Cases) -> str:
    """Return the text of the page with these numbers."""
    return _PART.sub(lambda _: _part(attacks, cases), page, count=1)


def _part(attacks: Mapping[str, tuple[str, str]], cases: Cases) -> str:
    sums = {kind: sum(cases[kind].values(), Counter()) for kind in attacks}
    total = sum(sums.values(), Counter())
    lines = [
        "",
        f"{total['quick']:,} test cases try these attacks in each run of `make test`, and {total['long']:,} more in",
        "`make test-long`, with more random input. A case with random input counts once, however many inputs it tries.",
        "",
        "| kind | what is tried | what holds | test cases | long |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind, (tried, holds) in attacks.items():
        lines.append(f"| {kind} | {tried} | {holds} | {sums[kind]['quick']} | {sums[kind]['long'] or '–'} |")
    lines += ["", "Where they are, with the number of cases:", ""]
    for kind in attacks:
        files = ", ".join(f"`{file}` {count.total()}" for file, count in sorted(cases[kind].items()))
        lines.append(f"- {kind}: {files}")
    return "\n".join([*lines, "", ""])


class _Collector:
    """A plugin of pytest that sees all test cases, before those of another length are left out."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        self.items = list(items)


def main() -> int:
    """Renew the page; return pytest's exit code if the tests cannot be collected."""
    sys.path.insert(0, str(ROOT / "tests"))
    from attacks import ATTACKS, attack_cases  # type: ignore[import-not-found]

    collector = _Collector()
    said = io.StringIO()
    with redirect_stdout(said):
        options = ["--collect-only", "-qq", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
        code = pytest.main([*options, str(ROOT / "tests")], plugins=[collector])
    if code:
        sys.stderr.write(said.getvalue())
        return int(code)
    text = with_cases(PAGE.read_text("utf-8"), ATTACKS, attack_cases(collector.items))
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
