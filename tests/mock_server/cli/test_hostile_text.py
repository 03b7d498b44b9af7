"""``migma-mock`` prints no control character and no command of a CI system from files, settings and servers."""

import html
import json
import shlex
import socket
import sys

import httpx
import pytest
from ci_runners import COMMANDS, commands, controls

from migma_contract.resources import fixtures_path
from migma_contract.safe_output import SafeStream
from migma_mock.cli.banner import campaign_line
from migma_mock.http.log_writer import LogWriter

NEWSLETTER = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
HIDDEN = "\x1b[2J\x1b]0;title\x07\u202egnp.exe\u2066\x9b31m\u2028\x00\r"
LINES = "\n".join(["", *COMMANDS, HIDDEN, ""])


def is_safe(text):
    assert commands(text) == []
    assert controls(text) == set()
    return True


@pytest.mark.attack("ci-commands")
@pytest.mark.attack("control-characters")
def test_banner_log_and_errors_show_no_control_and_no_command(serve, document, write_contract, tmp_path):
    document["info"] |= {"title": f"Title {LINES}", "version": f"1 {LINES}"}
    contract, folder = write_contract(document), tmp_path / "own"
    folder.mkdir()
    titles = ["##vso[task.prependpath]/evil", f"a {HIDDEN} b", "a\n::set-output name=a::b", "a\n--- hidden"]
    for number, title in enumerate(titles):
        campaign = NEWSLETTER | {"id": f"own-{number}", "title": title}
        (folder / f"{number}.json").write_text(json.dumps(campaign))
    server = serve("--contract", contract, "--fixtures", folder)
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as client:
        client.sendall(
            b"GET /##vso[task.prependpath]/evil::a::b HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )
        while client.recv(4096):
            pass
    _, _, out, err = server.end()
    assert is_safe(out)
    assert is_safe(err)
    assert "own-0" in err
    assert "\\u202egnp.exe" in err


@pytest.mark.attack("control-characters")
def test_doctor_shows_what_another_server_says_without_controls(command, answering):
    bad = f"Server: evil {HIDDEN.replace(chr(0), '').replace(chr(13), '')} ##vso[a b]c"
    with answering(f"HTTP/1.1 200 OK\r\n{bad}\r\nContent-Length: 2\r\n\r\n{{}}".encode()) as port:
        outcome = command("doctor", "--port", port)
    assert outcome.code == 2
    assert is_safe(outcome.out + outcome.err)


@pytest.mark.attack("ci-commands")
@pytest.mark.parametrize(
    "arguments",
    [
        ("wait", "{}", "--timeout", "0"),
        ("wait", "http://127.0.0.1:1/{}", "--timeout", "0"),
        ("serve", "--host", "{}"),
        ("serve", "--port", "{}"),
        ("serve", "--{}"),
        ("{}",),
        ("fixtures", "--fixtures", "{}"),
        ("fixtures", "--contract", "{}"),
        ("fixtures", "--fixtures", "broken"),
        ("fixtures", "--contract", "broken.json"),
        ("doctor", "--fixtures", "broken"),
        ("doctor", "--contract", "broken.json"),
    ],
    ids=" ".join,
)
def test_no_message_on_what_a_user_gave_is_a_command(command, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "##vso[task.prependpath]\n::a::b\u202e.json").write_text(json.dumps({LINES: LINES}))
    (tmp_path / "broken.json").write_text(json.dumps({"openapi": LINES, "paths": {LINES: LINES}}))
    for text in (LINES.replace("\0", ""), COMMANDS[0], "::a::b"):
        outcome = command(*(part.format(text) if "{}" in part else part for part in arguments))
        assert outcome.code in {0, 1, 2}
        assert is_safe(outcome.out + outcome.err)
        assert "Traceback" not in outcome.err


@pytest.mark.attack("ci-commands")
def test_what_libraries_and_warnings_write_into_the_log_is_filtered_once(capfd):
    """The log goes to the descriptor of standard error, past the stream that is filtered."""
    writer = LogWriter(SafeStream(sys.stderr))
    for piece in ("a #", "#vso[b]", " c\n ", "::", "d::e\n", "\x1b[31mred\n"):
        writer.write(piece)
    writer.drain()
    assert capfd.readouterr().err == "a ##vso\\x5bb] c\n :\\x3ad::e\n\\x1b[31mred\n"


@pytest.mark.attack("markup")
@pytest.mark.parametrize("key_header", ["X-Key", "X-It's-a-key"])
def test_the_printed_commands_are_quoted_for_a_shell(serve, document, write_contract, key_header):
    scheme = {"type": "apiKey", "in": "header", "name": key_header}
    for name in document["components"]["securitySchemes"]:
        document["components"]["securitySchemes"][name] = scheme
    server = serve("--contract", write_contract(document))
    page = httpx.get(f"{server.url}/docs").text
    banner = server.err_with("/stats\n")
    line = next(line for line in banner.splitlines() if " curl " in line)
    curl, option, header, url = shlex.split(line)
    assert (curl, option) == ("curl", "-H")
    assert header.startswith(f"{key_header}: ")
    assert url.startswith(f"{server.url}/v1/campaigns/")
    shown = html.unescape(page.partition('<pre class="command">')[2].partition("</pre>")[0])
    assert shlex.split(shown.replace("\\\n", "")) == [curl, option, header, url]


@pytest.mark.attack("control-characters")
def test_a_title_gets_no_colour_of_its_own_on_a_terminal():
    line = campaign_line("own", "200", "\x1b[32mgreen\x1b[0m\rrest")
    assert line.endswith("\\x1b[32mgreen\\x1b[0m\\rrest")
