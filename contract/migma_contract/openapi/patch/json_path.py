"""JSON pointers as JSONPath (RFC 9535), which an Overlay names its targets with."""

import json
import re
from typing import Any

from migma_contract.json_pointer import tokens

_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")


def json_path(document: Any, pointer: str) -> str:
    """Return the JSONPath of the value at a JSON pointer that exists: ``$.paths['/v1/x'].get``."""
    path, node = "$", document
    for token in tokens(pointer):
        if isinstance(node, list):
            path, node = f"{path}[{token}]", node[int(token)]
        else:
            path, node = f"{path}.{token}" if _NAME.fullmatch(token) else f"{path}[{_quoted(token)}]", node[token]
    return path


def _quoted(name: str) -> str:
    """Return a name in single quotes, as most writers of Overlays have it."""
    inner = json.dumps(name, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"
