"""Kinds of attacks that tests try: ``@pytest.mark.attack("markup")``; docs/security.md is made from the marks.

``python -m tools.security_page`` writes it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple


class Attack(NamedTuple):
    """An attack that is tried, and the promise that holds."""

    tried: str
    holds: str


ATTACKS = {
    "ci-commands": Attack(
        "text of a server, or an input of a workflow, that a CI runner would take for a command or an output",
        "no line on standard output or error is a command of GitHub, Azure or TeamCity, but for the annotations of "
        "`--format github`; the action's outputs end with random lines",
    ),
    "control-characters": Attack(
        "control and bidirectional characters in what a terminal or a log shows",
        "they are shown escaped",
    ),
    "markup": Attack(
        "text of a server as HTML, Markdown or XML in reports, dashboard and docs pages",
        "it stays text: no script, link, image or mention",
    ),
    "key-elsewhere": Attack(
        "an API key sent where the user did not say: other origins, redirects, plain HTTP, proxies",
        "the key goes to the origin that the user named; over plain HTTP to other machines only with `--allow-http`",
    ),
    "secrets-in-errors": Attack(
        "secrets in exceptions, tracebacks and the output of pytest",
        "no message, traceback or repr has a secret that a setting carries",
    ),
    "secrets-in-records": Attack(
        "secrets in journal, access log, event stream, reports and fixtures, also in other encodings",
        "they are masked before anything stores or shows them",
    ),
    "hostile-bodies": Attack(
        "bodies and headers that take long to decode, judge, redact or render",
        "work grows with their size alone, and a report has a bounded size",
    ),
    "slow-peers": Attack(
        "servers that drip, clients that do not read, pipes that nobody reads",
        "each wait has an end, and the mock goes on answering others",
    ),
    "framing": Attack(
        "requests that two programs read differently: lengths, chunks, Host, other protocols",
        "they are refused once, and the connection ends",
    ),
    "other-origins": Attack(
        "pages of other origins, and other names that resolve to this machine, at the control API and the mock's pages",
        "they cannot read or change accounts, journals or pages; the mocked API itself answers under any name",
    ),
    "guessed-tokens": Attack(
        "guessed and short tokens of the control API",
        "short tokens are refused at start, and failed ones are slowed down",
    ),
    "memory": Attack(
        "requests that make the mock keep more and more",
        "what it keeps is bounded in bytes",
    ),
    "hostile-input": Attack(
        "ids, paths, control requests, fixtures, contracts and files that are broken on purpose",
        "each gets one clear error, and the mock goes on",
    ),
    "links": Attack(
        "files written through links, over files, or readable for others",
        "nothing is written through a link, and permissions stay",
    ),
    "environment": Attack(
        "variables of the surrounding shell, and modules of the working directory, that change what a test run listens "
        "on, sends or runs",
        "a test run listens on this machine alone, and a CI job with a key runs no module of the working directory",
    ),
}
"""Each kind, by the name that a test's mark has."""


def attack_cases(items: Iterable[Any]) -> dict[str, dict[str, Counter[str]]]:
    """Count the test cases of each kind in each file: those that run always ("quick"), and the others ("long")."""
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for item in items:
        file = item.path.relative_to(item.config.rootpath).as_posix()
        length = "long" if item.get_closest_marker("long") else "quick"
        for kind in {kind for mark in item.iter_markers("attack") for kind in mark.args}:
            found[kind][file][length] += 1
    return found
