"""compose.yaml and the manifests: settings that the mock takes, names that fit together, and no right too many."""

import re

import pytest
from deployed import (
    COMPOSE,
    DOCKERFILE,
    MOCK_POD,
    PODS,
    RESOURCES,
    STORE_POD,
    environment_of,
    mock_environment,
    options,
    resource,
)

from migma_mock.own_pages import LIVE, READY
from migma_mock.settings import PREFIX, Settings

(MOCK,), (STORE,) = MOCK_POD["containers"], STORE_POD["containers"]
STORE_PORT = 6379


@pytest.mark.parametrize(
    ("arguments", "environment", "store", "seconds"),
    [
        pytest.param(
            COMPOSE["mock"]["command"],
            mock_environment(COMPOSE["mock"]["environment"]),
            "store",
            int(COMPOSE["mock"]["stop_grace_period"].removesuffix("s")),
            id="compose",
        ),
        pytest.param(
            MOCK["args"],
            environment_of(MOCK),
            resource("Service", "migma-mock-store")["metadata"]["name"],
            MOCK_POD["terminationGracePeriodSeconds"],
            id="kubernetes",
        ),
    ],
)
def test_the_mock_takes_its_options_and_variables(monkeypatch, arguments, environment, store, seconds):
    """The store is reached by the name that it has there, and the end of a container leaves time for --drain."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings(**options(arguments))
    assert settings.state.reveal().endswith(f"@{store}:{STORE_PORT}")
    assert settings.control_token
    assert seconds >= 2 * settings.drain > 0
    assert "latest" not in str(COMPOSE) + str(RESOURCES)


def test_kubernetes_sets_no_variable_that_the_mock_takes_for_a_setting():
    """A Service named migma-mock would set MIGMA_MOCK_PORT to its address in each pod."""
    services = [each["metadata"]["name"] for each in RESOURCES if each["kind"] == "Service"]
    assert any(name.upper().replace("-", "_") + "_" == PREFIX for name in services)
    assert all(spec["enableServiceLinks"] is False for spec in PODS.values())


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_as_restricted_as_kubernetes_asks(name):
    """The Pod Security Standard "restricted", a read-only root and no token of the cluster's API."""
    spec = PODS[name]
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
    for container in spec["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"requests", "limits"} == set(container["resources"])


@pytest.mark.parametrize("name", COMPOSE)
def test_a_service_of_compose_has_a_read_only_root_and_no_capability(name):
    service = COMPOSE[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_mock_runs_as_the_user_of_its_image():
    image = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)[-1]
    context = MOCK_POD["securityContext"]
    assert (str(context["runAsUser"]), str(context["runAsGroup"])) == image


def test_probes_ask_the_checks_of_the_mock():
    paths = {name: MOCK[name]["httpGet"]["path"] for name in MOCK if name.endswith("Probe")}
    assert paths == {"startupProbe": READY, "readinessProbe": READY, "livenessProbe": LIVE}


def test_selectors_ports_and_secrets_name_what_there_is():
    """Kubernetes takes a name that nothing has, and waits."""
    templates = [each["spec"]["template"] for each in RESOURCES if each["kind"] in ("Deployment", "StatefulSet")]
    labels = [template["metadata"]["labels"] for template in templates]
    ports = {port["name"] for spec in PODS.values() for each in spec["containers"] for port in each["ports"]}
    secret = resource("Secret", "migma-mock")
    text = str(RESOURCES)
    for selected in re.findall(r"'app\.kubernetes\.io/name': '([^']+)'", text):
        assert {"app.kubernetes.io/name": selected} in labels
    for port in re.findall(r"'(?:targetPort|port)': '([^']+)'", text):
        assert port in ports
    for name, key in re.findall(r"'secretKeyRef': {'name': '([^']+)', 'key': '([^']+)'}", text):
        assert name == secret["metadata"]["name"]
        assert key in secret["stringData"]


def test_the_example_of_a_secret_is_refused_as_it_is(monkeypatch, command):
    """Nobody runs a mock whose token is written in a public file."""
    token = resource("Secret", "migma-mock")["stringData"]["control-token"]
    ended = command("serve", "--control-token", token)
    assert ended.code == 2
    assert "at least 16 characters" in ended.err


def test_a_variable_is_defined_before_another_one_uses_it():
    """Kubernetes leaves ``$(NAME)`` as it is where NAME comes later."""
    for container in (MOCK, STORE):
        known = set()
        for each in container["env"]:
            assert set(re.findall(r"\$\((\w+)\)", each.get("value", ""))) <= known
            known.add(each["name"])


def test_only_the_mock_reaches_the_store():
    policy = resource("NetworkPolicy", "migma-mock-store")["spec"]
    mock = resource("Deployment", "migma-mock")["spec"]["selector"]
    (rule,) = policy["ingress"]
    assert rule["from"] == [{"podSelector": mock}]
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    assert "egress" not in policy
