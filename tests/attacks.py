"""Kinds of attacks that tests try: ``@pytest.mark.attack("markup")``; docs/security.md is made from the marks."""

ATTACKS = {
    "ci-commands": "text of a server that a CI runner would take for a command",
    "control-characters": "control and bidirectional characters in what a terminal or a log shows",
    "markup": "text of a server as HTML, Markdown or XML in reports, dashboard and docs pages",
    "key-elsewhere": "an API key sent where the user did not say: other origins, redirects, plain HTTP, proxies",
    "secrets-in-errors": "secrets in exceptions, tracebacks and the output of pytest",
    "secrets-in-records": "secrets in journal, access log, event stream, reports and fixtures",
    "hostile-bodies": "bodies and headers that take long to decode, judge, redact or render",
    "slow-peers": "servers that drip, clients that do not read, pipes that nobody reads",
    "framing": "requests that two programs read differently: lengths, chunks, Host, other protocols",
    "other-origins": "pages of other origins, and names that resolve to this machine",
    "guessed-tokens": "guessed and short tokens of the control API",
    "memory": "requests that make the mock keep more and more",
    "hostile-input": "ids, paths, control requests, fixtures and contracts that are broken on purpose",
    "links": "files written through links, over files, or readable for others",
    "environment": "variables of the surrounding shell that change what a test run listens on or sends",
}
