"""Whatever handlers a process installs, the logs of the libraries below the mock and the check have no key."""

import logging
import os
import subprocess
import sys

import httpx
import pytest

from migma_contract.openapi.sources.fetch import fetch
from migma_mock import MockServer

pytestmark = pytest.mark.attack("secrets-in-records")

KEY = "swordfish-in-a-path-swordfish"
TRACE = 5


@pytest.mark.parametrize("fast_path", [True, False])
def test_a_root_logger_that_takes_everything_gets_no_path(caplog, fast_path):
    with MockServer(reload=False, fast_path=fast_path) as mock:
        handler = logging.NullHandler()
        loggers = [logging.getLogger(name) for name in ("uvicorn.access", "uvicorn.error", "uvicorn.asgi")]
        before = [(logger.level, logger.propagate) for logger in loggers]
        try:
            for logger in loggers:
                logger.addHandler(handler)
                logger.setLevel(TRACE)
                logger.propagate = True
            with caplog.at_level(TRACE):
                for path in ("nope", "v1/campaigns", "__mock__", "docs", "v1/campaigns/x/stats"):
                    httpx.post(f"{mock.base_url}/{path}/{KEY}?api_key={KEY}", headers={"Authorization": KEY})
                    httpx.get(f"{mock.base_url}/{path}/{KEY}", headers={"X-Mock-Token": KEY, "X-Other": KEY})
        finally:
            for logger, (level, propagate) in zip(loggers, before, strict=True):
                logger.removeHandler(handler)
                logger.setLevel(level)
                logger.propagate = propagate
    # httpx logs the client's own requests, which is the client's choice.
    said = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert [line for line in said if KEY in line] == []


def test_uvicorns_access_log_of_other_servers_stays_on():
    logger = logging.getLogger("uvicorn.access")
    handler, before = logging.NullHandler(), logger.propagate
    logger.addHandler(handler)
    try:
        with MockServer(reload=False):
            assert handler in logger.handlers
            assert logger.propagate is before
    finally:
        logger.removeHandler(handler)


def test_fetching_a_contract_logs_no_url(caplog):
    with MockServer(reload=False) as mock, caplog.at_level(logging.DEBUG):
        fetch(f"{mock.base_url}/openapi.json?token={KEY}", 2**20)
    assert KEY not in caplog.text


PROGRAM = """
import asyncio, logging, os, urllib.error, urllib.request
logging.basicConfig(level=1)
from migma_mock import MockServer
with MockServer(reload=False, control_token=os.environ["TOKEN"]) as mock:
    for path in ("/nope/", "/__mock__/", "/docs/"):
        key = os.environ["KEY"]
        request = urllib.request.Request(mock.base_url + path + key, headers={"X-Mock-Token": key})
        try:
            urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            error.close()
"""


def test_a_process_that_logs_everything_from_its_start_prints_no_key():
    env = os.environ | {"KEY": KEY, "TOKEN": "hunter2-hunter2-hunter2", "PYTHONASYNCIODEBUG": "1"}
    run = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=True)
    assert (KEY in run.stderr, "hunter2" in run.stderr) == (False, False)
