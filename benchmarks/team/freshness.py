"""The promise of freshness, tried beside a proof: a change that was acknowledged is seen by the next request."""

import contextlib
import http.client
import json
import threading
from collections.abc import Iterator

from benchmarks.team.control import Control, ControlError
from benchmarks.team.load_client import MARKED
from benchmarks.team.plan import fixed_stats

_CAMPAIGN = "f" * 24
_LOOKS = 3
"""Requests after each change, each over a new connection, which leads to any process."""


class FreshnessProbe:
    """Puts a campaign again and again, and reads it over other connections.

    Args:
        control: Leads to its control API; it gets a connection of its own.

    Attributes:
        changes: How many changes were acknowledged.
        failures: A sentence for each call or request without a good answer.
        violations: A sentence for each response that does not have the last one.
    """

    def __init__(self, control: Control) -> None:
        self.changes = 0
        self.failures: list[str] = []
        self.violations: list[str] = []
        self._control = Control(control.address, control.token)
        account = self._control.post("/accounts", {"name": "freshness", "empty": True})
        self._path = f"/accounts/{account['id']}"
        self._key: str = account["keys"]["working"]
        self._over = threading.Event()
        # What a response may have: the acknowledged change, and those since then of which nobody knows.
        self._possible = {0}

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Change and read in a thread while the block runs."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self._control.close()

    def delete(self) -> None:
        """Delete its account."""
        with self._control as control:
            control.call("DELETE", self._path)

    def _run(self) -> None:
        number = 0
        while not self._over.is_set():
            number += 1
            self._change(number)
            for _ in range(_LOOKS):
                self._look()

    def _change(self, number: int) -> None:
        self._control.close()
        try:
            document = {"id": _CAMPAIGN, "stats": fixed_stats(number)}
            self._control.call("PUT", f"{self._path}/campaigns/{_CAMPAIGN}", document)
        except ControlError as error:
            self._possible.add(number)
            self.failures.append(f"freshness: {error}")
        else:
            self._possible = {number}
            self.changes += 1

    def _look(self) -> None:
        with contextlib.closing(http.client.HTTPConnection(*self._control.address, timeout=60)) as connection:
            try:
                headers = {"Authorization": f"Bearer {self._key}"}
                connection.request("GET", f"/v1/campaigns/{_CAMPAIGN}/stats", headers=headers)
                response = connection.getresponse()
                body = response.read()
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"freshness: no answer ({error!r})")
                return
        # Without the store, the last copy is what there is.
        if response.getheader(MARKED.decode()) is None:
            seen = json.loads(body)["data"]["totalSent"] if response.status == http.client.OK else 0
            if seen not in self._possible:
                possible = " or ".join(map(str, sorted(self._possible)))
                self.violations.append(f"freshness: a request saw {seen or response.status}, expected {possible}")
            else:
                # Whoever saw a change makes it known.
                self._possible = {each for each in self._possible if each >= seen}
