"""``migma-contract`` prints and writes no command of a CI system, whatever a server or a user says."""

import json
import re

import pytest
from ci_runners import COMMANDS, commands, controls

from migma_contract_tests.reports import FORMATS

WORST = " ".join(COMMANDS).replace("\r", "").replace("\x1b", "").replace("\u2003", "")
OWN = re.compile(rb"::(error|warning|notice) (file=[^,:]+,line=\d+,)?title=[a-z0-9-]+::[^\r\n]+")


def answers(stage):
    """Servers that put commands in every place that a server fills, by name."""
    envelope = {"success": True, "data": {**stage.stats, "openRate": WORST, WORST: 1, "::set-output name=a::b": 2}}
    body = json.dumps(envelope, ensure_ascii=False).encode()
    lines = "\n".join(["", *COMMANDS, ""]).encode()

    def response(status=f"200 {WORST}", content=body, *headers):
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + content

    every_header = (f"Content-Type: {WORST}", *(f"{name}: {WORST}" for name in ("Server", "Retry-After", "X-A", "Via")))
    return {
        "a success": response(f"200 {WORST}", body, *every_header),
        "lines in place of JSON": response("200 OK", lines, f"Content-Type: application/json; charset={WORST}"),
        "an outage": response(f"503 {WORST}", lines, *every_header),
        "a redirect": response(f"302 {WORST}", b"", f"Location: https://elsewhere.example/{WORST}"),
        "a redirect to a name": response("302 Found", b"", "Location: https://::set-output name=a::b/"),
        "an invalid head": f"HTTP/1.1 200 OK\r\n{WORST}: 1\r\n::a::b\r\n\r\n".encode(),
        "another protocol": lines,
    }


PLACES = [
    "a success",
    "lines in place of JSON",
    "an outage",
    "a redirect",
    "a redirect to a name",
    "an invalid head",
    "another protocol",
]


def found(name, output):
    """The commands in what was printed; the format ``github`` has its own, one in each line."""
    lines = [line for line in output.split(b"\n") if not (name == "github" and OWN.fullmatch(line))]
    own = [line.partition(b"::")[2] for line in output.split(b"\n") if name == "github"]
    return [each for line in [b"\n".join(lines), *own] for each in commands(line.decode())]


@pytest.mark.attack("ci-commands")
@pytest.mark.parametrize("place", PLACES)
def test_no_report_of_a_server_has_a_command(check, stage, tmp_path, place):
    with stage.serve(lambda _: answers(stage)[place]) as server:
        ended = check(*(part for name in FORMATS for part in ("--format", f"{name}={name}.out")), url=server.url)
    assert ended.returncode in {1, 3}
    assert commands(f"{ended.stdout.decode()}\n{ended.stderr.decode()}") == []
    assert controls(ended.stdout.decode()) == set()
    for name in FORMATS:
        assert found(name, (tmp_path / f"{name}.out").read_bytes()) == [], name


@pytest.mark.attack("ci-commands")
@pytest.mark.parametrize("name", FORMATS)
def test_no_format_prints_a_command(check, stage, name):
    with stage.serve(lambda _: answers(stage)["a success"]) as server:
        ended = check("--format", name, url=server.url)
    assert ended.returncode == 1
    assert found(name, ended.stdout) == []
    assert ended.stderr == b""


@pytest.mark.attack("ci-commands")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--{}"),
        ("check", "{}"),
        ("{}",),
        ("rules", "{}"),
        ("check", "--plan", "--campaign-id", "{}"),
        ("check", "--plan", "--base-url", "{}"),
        ("check", "--plan", "--base-url", "https://{}/"),
        ("check", "--plan", "--proxy", "{}"),
        ("check", "--plan", "--rate", "{}"),
        ("check", "--plan", "--format", "{}"),
        ("check", "--plan", "--format", "json={}/report.json"),
        ("check", "--plan", "--baseline", "{}"),
        ("check", "--plan", "--contract", "{}"),
        ("check", "--contract", "broken.json", "--plan"),
        ("check", "--contract", "titled.json", "--plan", "--campaign-id", "abc"),
        ("check", "--plan", "--api-key-file", "{}"),
        ("check", "--plan", "--ca-bundle", "{}", "--base-url", "https://a.example", "--campaign-id", "abc"),
    ],
    ids=" ".join,
)
def test_no_message_on_what_a_user_gave_has_a_command(run, tmp_path, document, arguments):
    worst = "\n".join(COMMANDS)
    document["info"]["title"] = worst
    (tmp_path / "titled.json").write_text(json.dumps(document))
    document["paths"] = {f"/{worst}/{{{worst}}}": {worst: 1}}
    (tmp_path / "broken.json").write_text(json.dumps(document))
    for text in (f"\n{worst}", COMMANDS[0], "::a::b"):
        ended = run(*(part.format(text) if "{}" in part else part for part in arguments), MIGMA_API_KEY="a" * 20)
        output = f"{ended.stdout.decode()}\n{ended.stderr.decode()}"
        assert commands(output) == []
        assert controls(output) == set()
        assert "Traceback" not in output


@pytest.mark.attack("ci-commands")
def test_the_filter_holds_where_the_encoding_is_ascii(run_process):
    """Typer writes past a text stream in ASCII, to the bytes below it, if it can."""
    ended = run_process("check", "--##vso[a.b]\n::c::", PYTHONIOENCODING="ascii")
    assert ended.returncode == 2
    assert commands(ended.stderr.decode("ascii")) == []
    assert b"##vso\\x5ba.b]" in ended.stderr
