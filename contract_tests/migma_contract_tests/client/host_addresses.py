"""Find the addresses of a host, limited in time."""

import socket
import threading

from migma_contract_tests.client.deadline import Deadline, WireError


def resolve(host: str, port: int, deadline: Deadline, name: str) -> list[str]:
    """Return the addresses of a host, which messages call ``name``.

    The system's resolver has no time-out, so a thread waits for it.
    """
    found: list[str] = []
    failed: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(deadline.remaining())
    deadline.remaining()
    if failed:
        why = failed[0].strerror if isinstance(failed[0], OSError) else "not a valid name"
        raise WireError("unreachable", f"{name} was not found ({why})")
    return found
