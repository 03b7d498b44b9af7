"""A page of documentation is read for the OpenAPI document in it."""

from pathlib import Path

import pytest

from migma_contract.errors import ContractError
from migma_contract.openapi import load_contract, parse_contract
from migma_contract.openapi.reading import read_document
from migma_contract.resources import openapi_path

PAGE = Path(__file__).parent / "samples/get-campaign-stats.md"
DOCUMENT = "openapi: 3.1.0\ninfo: {title: T}\npaths: {}\n"


def read(text, source="page.md"):
    return read_document(text.encode(), source).root


def test_the_vendors_page_is_the_built_in_contract():
    assert load_contract(PAGE).document == load_contract(openapi_path()).document


@pytest.mark.parametrize("source", ["page.md", "contract", "openapi.yaml", "https://docs.example/stats.md?v=1"])
def test_a_page_is_known_by_its_content(source):
    assert read(f"# Title\n\nText: with a colon\n\n```yaml\n{DOCUMENT}```\n", source)["info"] == {"title": "T"}


@pytest.mark.parametrize(
    "page",
    [
        f"~~~\n{DOCUMENT}~~~\n",
        f"````yaml get /v1/x\n{DOCUMENT}````",
        f"```yaml\n{DOCUMENT}",
        f"```sh\ncurl openapi: x\n```\n\n```\n{DOCUMENT}```\n",
        f"```yaml\n{DOCUMENT}```\n\n```yaml\nopenapi: 3.1.0  # a part\n```\n",
        "- item\n\n  ```yaml\n" + "".join(f"  {line}\n" for line in DOCUMENT.splitlines()) + "  ```\n",
        '```json\n{"openapi": "3.1.0", "info": {"title": "T"},\n "paths": {}}\n```\n',
        f"```yaml\r\n{DOCUMENT}```\r\n".replace("\n", "\r\n"),
    ],
)
def test_fences_of_all_kinds(page):
    assert read(f"# A page\n\n{page}")["info"] == {"title": "T"}


def test_a_document_whose_descriptions_have_code_is_no_page():
    """Descriptions are Markdown themselves, and may come before the version of OpenAPI."""
    text = (
        "info:\n  title: T\n  description: |\n    Use it:\n    ```yaml\n    openapi: 3.1.0\n    ```\nopenapi: 3.1.0\n"
    )
    assert read(text, "mine.yaml")["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("page", "got"),
    [
        (f"```\n{DOCUMENT}```\n\n```\n{DOCUMENT}```\n", "got 2, at the lines 1 and 7"),
        ("# Only text\n", "got none"),
        ("```sh\ncurl x\n```\n", "got none"),
    ],
)
def test_a_page_without_one_document_is_refused(page, got):
    with pytest.raises(ContractError, match="a page with one code block that is an OpenAPI document") as caught:
        read(page)
    assert got in str(caught.value)


def test_errors_have_the_lines_of_the_page():
    """This holds for the parser's errors and for the loader's."""
    with pytest.raises(ContractError, match="line 7, column 3"):
        read("# A page\n\n```\nopenapi: 3.1.0\npaths:\n  /a: 1\n  /a: 2\n```\n")
    lines = PAGE.read_text("utf-8").replace("      operationId: GetCampaignStats\n", "").split("\n")
    text = "\n".join(lines).replace("name: id\n", "name: other\n")
    with pytest.raises(ContractError) as caught:
        parse_contract(text.encode(), source="page.md")
    place = caught.value.problems[0].place
    assert lines[place.line - 1].strip() in ("- name: id", "name: id")
