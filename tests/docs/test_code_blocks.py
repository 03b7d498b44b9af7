"""Every code block of the documentation runs and prints what the page shows, or a comment before it says why not."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from code_blocks import HAND_WRITTEN, ROOT, SOURCES, blocks, difference
from shell_session import session

from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import build_campaign

TOOLS = ("curl", "node")
"""Programs that pages call and this project does not install."""
LANGUAGES = {"console", "sh", "python", "js", "json", "toml", "ini", "yaml", "text", "http"}


def names(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_every_block_names_its_language_and_can_be_tested(path):
    for block in blocks(path):
        assert block.language in LANGUAGES, block.place
        if block.language == "js":
            assert {"file", "not run"} & set(block.said), f"{block.place}: name its file, or say why it is not run"
        if block.language == "console":
            assert block.text.startswith("$ "), f"{block.place}: a command comes first"
        assert block.said.get("not run", "a reason"), f"{block.place}: say why it is not run"


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=names(HAND_WRITTEN))
def test_a_page_runs_as_one_session_and_prints_what_it_shows(path, tmp_path, tool):
    found = blocks(path)
    called = " ".join(
        block.text for block in found if block.language in ("console", "sh") and "not run" not in block.said
    )
    for name in ("bash", *(name for name in TOOLS if f"{name} " in called)):
        tool(name)
    for ran in session(found, tmp_path):
        where = f"{ran.step.place}\n$ {ran.step.command}"
        if ran.step.shown is None:
            assert ran.code == 0, f"{where}\n{ran.output}"
        else:
            assert not (why := difference(ran.step.shown, ran.output)), f"{where}\n{why}"


def test_the_tests_that_pages_show_pass(tmp_path):
    """All of them in one pytest, as a user with the package installed runs it."""
    shown = [
        block
        for path in HAND_WRITTEN
        for block in blocks(path)
        if block.language == "python" and "def test_" in block.text and not {"not run", "file"} & set(block.said)
    ]
    assert shown
    for block in shown:
        (tmp_path / f"test_{re.sub(r'[^a-z0-9]+', '_', block.place.lower())}.py").write_text(block.text, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", "utf-8")
    plugins = ["-p", "migma_mock.pytest_plugin", "-p", "_hypothesis_pytestplugin", "-p", "anyio.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, "-p", "no:cacheprovider", str(tmp_path)]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


READ = {"json": json.loads, "toml": tomllib.loads, "yaml": yaml.safe_load, "python": ast.parse}


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_data_in_a_block_is_of_its_language(path, contract):
    for block in blocks(path):
        read = READ.get(block.language)
        if read is None or "not run" in block.said:
            continue
        whole = block.language != "json" or block.text.count("\n{") == 0
        for text in [block.text] if whole else block.text.splitlines():
            document = read(text)
            if isinstance(document, dict) and {"id", "title", "description"} <= set(document):
                made = build_campaign(document, block.place, contract)
                assert isinstance(made, Campaign), made


@pytest.mark.parametrize(
    ("shown", "got", "alike"),
    [
        ("a\nb", "a\nb", True),
        ("a\n…", "a\nb\nc", True),
        ("a\n…\nc", "a\nc", True),
        ("a … c", "a b c", True),
        ("took 0.31 s", "took 12.4 s", True),
        ("a", "a\nb", False),
        ("a.c", "abc", False),
        ("a\n…\nc", "a\nb", False),
        ("3 s", "4 s", False),
    ],
)
def test_what_is_shown_is_compared_by_lines(shown, got, alike):
    assert (difference(shown, got) == "") is alike
