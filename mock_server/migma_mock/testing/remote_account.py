"""RemoteAccount: the backend of a handle whose mock runs elsewhere, over its control API."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from migma_contract.errors import Problem, RemoteMockError
from migma_contract.redaction import Secret
from migma_mock.accounts.account import BUILT_IN, AccountKeys
from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.accounts.state import TooManyCampaignsError
from migma_mock.accounts.verification import RequestExpectation
from migma_mock.faults import FAULTS, ArmedFault, TooManyFaultsError
from migma_mock.generation import Profile
from migma_mock.input_models import is_campaign_id
from migma_mock.testing.account_backend import Armed, ArmedTogether, RequestLog, gone_error
from migma_mock.testing.arguments import HIDDEN
from migma_mock.testing.control_client import ControlClient
from migma_mock.testing.control_routes import ControlRoutes
from migma_mock.testing.remote_request import RemoteRequest

__tracebackhide__ = HIDDEN

_PAGE = "10000"
_NAME_LENGTH = 200
_ID_PLACEHOLDER = "{campaignId}"


def connect(url: str, token: str | None, ca_file: str | Path | None) -> "RemoteAccount":
    """Return the built-in account of a mock that runs elsewhere; see :meth:`migma_mock.MigmaMock.connect`."""
    secret = None if token is None else Secret(token)
    del token  # not among the variables that pytest -l shows
    client = ControlClient(url, secret, ca_file)
    client.check()
    return RemoteAccount(client)


class RemoteAccount:
    """An account of a mock that runs elsewhere; each operation is a request to its control API, and nothing is kept.

    Its members are those of :class:`~migma_mock.testing.account_backend.AccountBackend`.

    Args:
        client: Reaches the control API of the mock.
        account_id: The id of the account.
        name: Its name for people.
        keys: Its keys; None for the built-in account, whose keys may change.
    """

    def __init__(
        self, client: ControlClient, account_id: str = BUILT_IN, name: str = "", keys: AccountKeys | None = None
    ) -> None:
        self._client = client
        self._mock_routes = ControlRoutes(client)
        self._account_routes = ControlRoutes(client, f"/accounts/{quote(account_id, safe='')}")
        self._id = account_id
        self._name = name or account_id
        self._keys = keys
        self._is_deleted = False

    @property
    def account_id(self) -> str:
        return self._id

    @property
    def account_name(self) -> str:
        return self._name

    @property
    def keys(self) -> AccountKeys:
        self._require_account()
        return self._keys or self._shown_keys(self._connection())

    @property
    def base_url(self) -> str:
        self._require_account()
        return self._client.base_url

    @property
    def ca_file(self) -> str | None:
        return self._client.ca_file

    @property
    def version_path(self) -> str:
        path: str = self._connection()["versionPath"]
        return path

    @property
    def auth_headers(self) -> dict[str, str]:
        connection = self._connection()
        self._shown_keys(connection)
        request = connection["request"]
        key = {request["header"]: request["value"]} if request["header"] else {}
        return {**key, **dict(request["headers"])}

    @property
    def example_id(self) -> str:
        example_id: str = self._connection()["exampleId"]
        return example_id

    def request_path(self, segment: str) -> str:
        connection = self._connection()
        self._shown_keys(connection)
        path: str = connection["statsPath"]
        return path.replace(_ID_PLACEHOLDER, segment)

    def create_account(
        self, name: str, *, empty: bool, plan: str, key_seed: str | None, start: datetime | None
    ) -> "RemoteAccount | list[Problem]":
        shown = name[:_NAME_LENGTH]  # for people only: the control API refuses a longer one, such as the id of a test
        document = {"name": shown, "empty": empty, "plan": plan, "keySeed": key_seed}
        document["start"] = None if start is None else start.isoformat()
        self._require_account()
        created = self._mock_routes.post("/accounts", document)
        if isinstance(created, list):
            return created
        keys = AccountKeys(**{kind: Secret(key) for kind, key in created["keys"].items()})
        return RemoteAccount(self._client, created["id"], name, keys)

    def delete_account(self, account_id: str) -> None:
        if account_id == BUILT_IN:
            return
        with suppress(UnknownAccountError):
            self._mock_routes.request("DELETE", f"/accounts/{quote(account_id, safe='')}")
        self._is_deleted = self._is_deleted or account_id == self._id

    def reset(self) -> None:
        self._routes.request("POST", "/reset")

    def put_campaign(self, document: Any) -> list[Problem]:
        added = self._routes.post("/campaigns", document, TooManyCampaignsError)
        return added if isinstance(added, list) else []

    def put_completed_campaign(self, document: Mapping[str, Any]) -> dict[str, Any] | list[Problem]:
        added = self._routes.post("/campaigns", document, TooManyCampaignsError, query={"fill": "true"})
        return added if isinstance(added, list) else added["stats"]

    def put_generated_campaign(
        self, campaign_id: str | None, profile: Profile | None, seed: int | None, number: int
    ) -> str | list[Problem]:
        document = {"id": campaign_id, "profile": profile, "seed": seed, "number": number}
        added = self._routes.post("/generated-campaigns", document, TooManyCampaignsError)
        return added if isinstance(added, list) else added["id"]

    def delete_campaign(self, campaign_id: str) -> bool:
        # No campaign can have another id, which might be no segment of a path.
        return (
            self._routes.delete(f"/campaigns/{quote(campaign_id, safe='')}") if is_campaign_id(campaign_id) else False
        )

    def arm(self, document: Mapping[str, Any]) -> Armed | list[Problem]:
        armed = self._routes.post("/faults", document, TooManyFaultsError)
        return armed if isinstance(armed, list) else Armed(_armed_fault(armed), armed["warnings"])

    @property
    def faults(self) -> list[ArmedFault]:
        return [_armed_fault(each) for each in self._routes.request("GET", "/faults")]

    def disarm(self, fault_id: str) -> None:
        self._routes.delete(f"/faults/{quote(fault_id, safe='')}")

    def clear_faults(self) -> None:
        self._routes.request("DELETE", "/faults")

    def arm_scenario(self, document: Mapping[str, Any]) -> ArmedTogether | list[Problem]:
        armed = self._routes.post("/scenarios", document, TooManyFaultsError)
        if isinstance(armed, list):
            return armed
        warnings = [warning for fault in armed["faults"] for warning in fault["warnings"]]
        return ArmedTogether([_armed_fault(fault) for fault in armed["faults"]], list(dict.fromkeys(warnings)))

    def disarm_scenario(self, name: str, campaign: str | None) -> None:
        self._routes.delete(
            f"/scenarios/{quote(name, safe='')}", query=None if campaign is None else {"campaign": campaign}
        )

    def set_rate_limit(self, plan: str) -> None:
        self._routes.request("PUT", "/rate-limit", body={"plan": plan})

    def pause_refresh(self, duration: timedelta) -> datetime:
        paused = self._routes.request("POST", "/pause-refresh", body={"seconds": duration.total_seconds()})
        return datetime.fromisoformat(paused["pausedUntil"])

    def now(self) -> datetime:
        return datetime.fromisoformat(self._routes.request("GET", "/clock")["now"])

    def advance_clock(self, duration: timedelta) -> datetime:
        return self._change_clock(advanceSeconds=duration.total_seconds())

    def set_clock(self, at: datetime) -> datetime:
        return self._change_clock(set=at.isoformat())

    def freeze_clock(self, at: datetime | None) -> datetime:
        return self._change_clock(frozen=True, set=None if at is None else at.isoformat())

    def resume_clock(self) -> datetime:
        return self._change_clock(frozen=False)

    def requests(self) -> RequestLog:
        return _log(self._routes, "/journal")

    def unknown_key_requests(self) -> RequestLog:
        self._require_account()
        return _log(self._mock_routes, "/unknown-key-requests")

    def verify(self, expectation: RequestExpectation, timeout: float = 0) -> str:
        document = expectation.model_dump(mode="json", exclude_unset=True)
        result = self._routes.request("POST", "/verify", query={"timeout": f"{timeout}"}, body=document)
        return "" if result["ok"] else result["explanation"]

    @property
    def _routes(self) -> ControlRoutes:
        self._require_account()
        return self._account_routes

    def _require_account(self) -> None:
        if self._is_deleted:
            raise gone_error(self._name)

    def _connection(self) -> dict[str, Any]:
        connection: dict[str, Any] = self._routes.request("GET", "/connection")
        return connection

    def _shown_keys(self, connection: dict[str, Any]) -> AccountKeys:
        """Return the keys of the account.

        Raises:
            RemoteMockError: They may be real ones, and the mock does not show them.
        """
        if not all(key["isShown"] for key in connection["keys"]):
            raise RemoteMockError(
                f"The mock at {self._client.base_url} does not show the keys of its fixtures, which may be real ones. "
                "Use an account of its own: with MigmaMock.connect(…).new_account() as mock."
            )
        shown = {key["kind"]: Secret(key["key"]) for key in connection["keys"]}
        return AccountKeys(*(shown.get(kind, Secret("")) for kind in AccountKeys._fields))

    def _change_clock(self, **changes: object) -> datetime:
        given = {name: value for name, value in changes.items() if value is not None}
        return datetime.fromisoformat(self._routes.request("PATCH", "/clock", body=given)["now"])


def _log(routes: ControlRoutes, path: str) -> RequestLog:
    """Return all requests of a journal, page by page."""
    page = routes.request("GET", path, query={"limit": _PAGE})
    entries, oldest = page["entries"], page["dropped"] + 1
    while page["entries"] and entries[-1]["number"] > oldest:
        page = routes.request("GET", path, query={"limit": _PAGE, "before": str(entries[-1]["number"])})
        entries += page["entries"]
    return RequestLog([RemoteRequest(entry) for entry in reversed(entries)], page["gap"], page["unknownKeyNote"])


def _armed_fault(model: dict[str, Any]) -> ArmedFault:
    spec = FAULTS[model["fault"]["kind"]].model_validate(model["fault"])
    return ArmedFault(model["id"], spec, model["eligible"], model["applied"], model["scenario"])
