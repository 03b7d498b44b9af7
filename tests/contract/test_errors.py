"""The tree in the docstring of ``migma_contract.errors`` has every error."""

import importlib
import pkgutil
import re

import migma_contract
import migma_mock
from migma_contract import errors


def descendants(error):
    for each in error.__subclasses__():
        if each.__module__.partition(".")[0] in {"migma_contract", "migma_mock"}:
            yield each
            yield from descendants(each)


def test_the_tree_has_every_error_under_its_parent():
    for package in (migma_contract, migma_mock):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    path, drawn = ["MigmaError"], {}
    for line in errors.__doc__.splitlines():
        if branch := re.match(r"    ([│ ]*)[├└]── (\w+)", line):
            depth = len(branch[1]) // 4 + 1
            path[depth:] = [branch[2]]
            drawn[branch[2]] = path[depth - 1]
    assert drawn == {each.__name__: each.__base__.__name__ for each in descendants(errors.MigmaError)}
