"""The dashboard's snippets quote every text for their language; run by Node, with stand-ins for the page."""

import ast
import json
import shlex
import subprocess
from pathlib import Path

import pytest

import migma_mock

SNIPPETS = Path(migma_mock.__file__).parent / "dashboard" / "snippets.js"
PAGE = {
    "api.js": "export const MOCK = 'http://127.0.0.1:4010/it\\'s';",
    "dom.js": "export const clicks = [];"
    "export function h(tag, options = {}) { if (options.onclick) clicks.push(options.onclick);"
    "  return { setAttribute() {}, replaceChildren() {} }; }"
    "export function copyButton() {}",
    "json_view.js": "export const texts = {}; export function codeBlock(text, label) { texts[label] = text; }",
    "run.js": "import { snippets } from './snippets.js'; import { clicks } from './dom.js';"
    "import { texts } from './json_view.js';"
    "snippets(JSON.parse(process.argv[2])); clicks.forEach((click) => click());"
    "let sent; globalThis.fetch = async (url, { headers }) => { sent = [url, headers]; return { json: () => ({}) }; };"
    "await new (async () => {}).constructor(texts['The request in JavaScript'])();"
    "console.log(JSON.stringify({ ...texts, sent }));",
}


@pytest.mark.attack("markup")
@pytest.mark.attack("control-characters")
@pytest.mark.parametrize("text", ["$(id)'\"`\\", "a\nb\r\tc", "\u202egnp\u2066\u2028\x1b", "${id} #{id} {id} %(id)s é"])
def test_each_language_gets_the_url_and_the_header_as_they_are(tool, tmp_path, text):
    for name, content in PAGE.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "snippets.js").write_bytes(SNIPPETS.read_bytes())
    (tmp_path / "package.json").write_text('{"type": "module"}')
    request = {"path": f"/v1/{text}", "header": f"X-{text}", "value": f"Bearer {text}", "headers": []}
    request["caFile"] = f"/tmp/{text}"
    command = [tool("node"), "run.js", json.dumps(request)]
    ran = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, encoding="utf-8")
    shown = json.loads(ran.stdout)
    url, header, value = f"http://127.0.0.1:4010/it's/v1/{text}", f"X-{text}", f"Bearer {text}"
    assert shown["sent"] == [url, {header: value}]
    assert shlex.split(shown["The request in curl"].replace(" \\\n", " ")) == [
        *("curl", "--cacert", f"/tmp/{text}"),
        *("-H", f"{header}: {value}", url),
    ]
    python = ast.parse(shown["The request in Python"])
    call = next(node for node in ast.walk(python) if isinstance(node, ast.Call))
    assert ast.literal_eval(call.args[0]) == url
    assert ast.literal_eval(call.keywords[0].value) == {header: value}
    assert ast.literal_eval(call.keywords[1].value.keywords[0].value) == f"/tmp/{text}"
    assert shown["The request in Python"].isascii()
    assert shown["The request in JavaScript"].isascii()
