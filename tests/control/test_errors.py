"""The tree of errors in ``mock_server.errors`` is the one there is."""

import importlib
import pkgutil
import re

import mock_server
from mock_server import errors


def descendants(error):
    for each in error.__subclasses__():
        if each.__module__.startswith("mock_server."):
            yield each
            yield from descendants(each)


def test_the_tree_names_every_error_under_its_parent():
    for module in pkgutil.walk_packages(mock_server.__path__, "mock_server."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    path, drawn = ["MigmaError"], {}
    for line in errors.__doc__.splitlines():
        if branch := re.match(r"    ([│ ]*)[├└]── (\w+)", line):
            depth = len(branch[1]) // 4 + 1
            path[depth:] = [branch[2]]
            drawn[branch[2]] = path[depth - 1]
    assert drawn == {each.__name__: each.__base__.__name__ for each in descendants(errors.MigmaError)}
