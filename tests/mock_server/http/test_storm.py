"""Thousands of hostile requests neither stop the server nor stay in its memory."""

import contextlib
import random
import socket
from urllib.parse import urlsplit

import httpx
import pytest
from raw_requests import BROKEN, CAMPAIGN, GET, UNUSUAL


@pytest.mark.attack("hostile-input")
def test_thousands_of_hostile_requests_leave_the_server_up_and_its_memory_flat(serve):
    """2,000 requests, half of them mutilated, half of them broken off early; 1,000 before them fill what is bounded."""
    server, chance = serve("--quiet"), random.Random(2026)
    seeds = [*BROKEN.values(), *UNUSUAL.values()]
    _attack(server.url, seeds, chance, 1000)
    before = server.resident_kib()
    _attack(server.url, seeds, chance, 2000)
    grown = server.resident_kib() - before
    assert httpx.get(f"{server.url}{CAMPAIGN.decode()}").status_code == 401
    assert httpx.get(f"{server.url}/__mock__/health").json()["status"] == "ok"
    assert grown < 6 * 1024, f"{grown} KiB more than before"
    _, code, out, err = server.end()
    assert (code, out, err) == (0, server.out, "")


@pytest.mark.attack("memory")
def test_large_requests_do_not_stay_in_memory(serve):
    """Headers by the thousand, each of them empty: what is kept of a request is bounded in number and in size."""
    server = serve("--quiet")
    httpx.get(f"{server.url}/nowhere")
    before = server.resident_kib()
    address = urlsplit(server.url)
    for _ in range(120):
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(GET.replace(CAMPAIGN, b"/nowhere") + b"A:\r\n" * 12_000 + b"\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 404")
    assert server.resident_kib() - before < 80 * 1024


def _attack(url, seeds, chance, count):
    address = urlsplit(url)
    for _ in range(count):
        data = chance.choice(seeds)
        if chance.random() < 0.5:
            data = _mutilated(data, chance)
        with (
            socket.create_connection((address.hostname, address.port)) as connection,
            contextlib.suppress(ConnectionError),
        ):
            connection.sendall(data)
            ending = chance.random()
            if ending < 0.2:  # a reset
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            elif ending < 0.7:
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass


def _mutilated(data, chance):
    place = chance.randrange(len(data) + 1)
    match chance.randrange(4):
        case 0:
            return data[:place]
        case 1:
            return data[:place] + chance.randbytes(chance.randrange(1, 20)) + data[place:]
        case 2:
            return data[:place] + data[place + chance.randrange(1, 20) :]
        case _:
            return data[:place] + data[chance.randrange(len(data) + 1) :]
