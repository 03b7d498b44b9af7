"""``make check`` looks at deploy/ with linters that find what is wrong there."""

import shutil

from deployed import DEPLOY

from tools.deployment import lint

MISTAKES = [
    ("Dockerfile", 'ENTRYPOINT ["migma-mock"]', "ENTRYPOINT migma-mock", "DL3025"),
    ("compose.yaml", "read_only: true", "read_onyl: true", "read_onyl"),
    ("kubernetes/mock.yaml", "replicas: 3", "replicas: three", "three"),
    ("kubernetes/secret.yaml.example", "stringData", "stringdata", "stringdata"),
]
"""Files with a text of theirs, what is written in its place, and a word of what the linter says then."""


def test_linters_find_nothing_in_deploy(capfd):
    assert lint(DEPLOY) == 0
    assert capfd.readouterr() == ("ok -- validation done\n", "")


def test_a_mistake_in_a_file_of_deploy_fails_the_check_and_is_shown(tmp_path, capfd):
    """Each of the three linters finds those in its files."""
    folder = shutil.copytree(DEPLOY, tmp_path / "deploy")
    for name, good, bad, _ in MISTAKES:
        text = (folder / name).read_text("utf-8")
        assert good in text
        (folder / name).write_text(text.replace(good, bad), "utf-8")
    assert lint(folder) == 3
    shown = "".join(capfd.readouterr())
    for *_, said in MISTAKES:
        assert said in shown
