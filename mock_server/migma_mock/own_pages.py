"""The paths of the mock's own pages and of its control API; every other path belongs to the API that it mocks."""

PREFIX = "/__mock__"
"""Prefix of the paths of the control API."""

HEALTH = f"{PREFIX}/health"
"""Path of the health check, whose status, version and instance are open to all."""

LIVE = f"{PREFIX}/live"
"""Path of the liveness check: the process answers."""

READY = f"{PREFIX}/ready"
"""Path of the readiness check: the mock can take requests now."""

CHECKS = frozenset({HEALTH, LIVE, READY})
"""Checks of the mock itself: they need no token, no control API and no store, and tell everyone how it is."""

METRICS = f"{PREFIX}/metrics"
"""Path of the counts for Prometheus."""

ROOT = "/"
ICON = "/favicon.ico"
DOCS = "/docs"
CONTRACT = "/openapi.json"
DASHBOARD = f"{PREFIX}/"
CONTROL_DOCS = f"{PREFIX}/docs"
CONTROL_DOCUMENT = f"{PREFIX}/openapi.json"

WITHOUT_DATA = frozenset({ROOT, ICON, PREFIX, DASHBOARD, CONTROL_DOCS, CONTROL_DOCUMENT})
"""Pages that are the same for every mock of a release, and redirects to pages."""

PAGES = frozenset({*WITHOUT_DATA, DOCS, CONTRACT})
"""Everything that people open in a browser, by its address or by a link."""

_FIRST_SEGMENTS = frozenset({PREFIX[1:], ICON[1:], DOCS[1:], CONTRACT[1:]})


def is_own_page(path: str) -> bool:
    """True if a path belongs to the mock's own pages and control API, and not to the API that it mocks."""
    return path == ROOT or path[1:].partition("/")[0] in _FIRST_SEGMENTS


def is_control(path: str) -> bool:
    """True if a path belongs to the control API or the pages about it."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")
