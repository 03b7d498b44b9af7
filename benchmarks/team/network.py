"""Network namespaces on a bridge: machines of their own, as far as the network goes, whose cable can be pulled."""

import os
import subprocess
from contextlib import suppress
from typing import Self

_NAMES = os.getpid() % 250
"""Tells the networks of two proofs on one machine apart."""


class NetworkError(Exception):
    """This machine has no network namespaces, or this user may not create them."""


class Machine:
    """A network namespace with an address of its own.

    Attributes:
        host: Its address.
        prefix: The command that runs another one in it.
    """

    def __init__(self, name: str, bridge: str, host: str, number: int) -> None:
        self.host = host
        self.prefix = ("ip", "netns", "exec", name)
        self._name, self._cable = name, f"{bridge}c{number}"
        _ip("netns", "add", name)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("link", "set", self._cable, "master", bridge, "up")
        _ip("-n", name, "addr", "add", f"{host}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip("-n", name, "link", "set", device, "up")

    def cut(self) -> None:
        """Pull the cable: packets in both directions are lost."""
        _ip("link", "set", self._cable, "down")

    def repair(self) -> None:
        """Put the cable back."""
        _ip("link", "set", self._cable, "up")

    def remove(self) -> None:
        """Remove it."""
        with suppress(NetworkError):
            _ip("link", "del", self._cable)
        with suppress(NetworkError):
            _ip("netns", "del", self._name)


class Network:
    """A bridge, and the machines on it; used as a context manager, all of it is removed at the end.

    Raises:
        NetworkError: It cannot be created here.

    Attributes:
        host: The address of this machine on it.
    """

    def __init__(self) -> None:
        self._bridge = f"mgm{_NAMES}"
        self.host = f"10.87.{_NAMES}.1"
        self._machines: list[Machine] = []
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("addr", "add", f"{self.host}/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._machines:
            each.remove()
        with suppress(NetworkError):
            _ip("link", "del", self._bridge)

    def machine(self, name: str) -> Machine:
        """Add a machine."""
        number = len(self._machines) + 2
        made = Machine(f"{self._bridge}-{name}", self._bridge, f"10.87.{_NAMES}.{number}", number)
        self._machines.append(made)
        return made


def is_possible() -> bool:
    """Return True if this machine has network namespaces, and this user may create them."""
    try:
        with Network() as network:
            network.machine("try")
    except NetworkError:
        return False
    return True


def _ip(*arguments: str) -> None:
    try:
        subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise NetworkError("the command 'ip' is not installed (apt install iproute2)") from error
    except subprocess.CalledProcessError as error:
        raise NetworkError(f"ip {' '.join(arguments)}: {error.stderr.strip()}") from error
