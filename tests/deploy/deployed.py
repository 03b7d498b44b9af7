"""The files of deploy/ as data, for their tests."""

import re
from itertools import pairwise
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml*"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
RESOURCES = [resource for path in MANIFESTS for resource in yaml.safe_load_all(path.read_text("utf-8"))]
PASSWORD = "0123456789abcdef"


def resource(kind, name):
    """Return the one resource of a kind and name."""
    (found,) = [each for each in RESOURCES if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    return found


def pod(kind, name):
    """Return the specification of the pods of a Deployment or StatefulSet."""
    return resource(kind, name)["spec"]["template"]["spec"]


PODS = {name: pod(kind, name) for kind, name in (("Deployment", "migma-mock"), ("StatefulSet", "migma-mock-store"))}
MOCK_POD, STORE_POD = PODS.values()


def options(arguments):
    """Return options of ``migma-mock``, which all have a value here, by the name of their setting."""
    pairs = [(flag, value) for flag, value in pairwise(arguments) if flag.startswith("--")]
    assert len(pairs) * 2 == len(arguments)
    return {flag[2:].replace("-", "_"): value for flag, value in pairs}


def mock_environment(variables):
    """Return the variables of the mock's container, with a value in the place of each that comes from elsewhere."""
    return {name: re.sub(r"\$(\{\w+:\?[^}]*\}|\(\w+\))", PASSWORD, value) for name, value in variables.items()}


def environment_of(container):
    """Return the variables of a container of a pod; those that Kubernetes fills in have a value that could be real."""
    return mock_environment({each["name"]: each.get("value", PASSWORD) for each in container["env"]})
