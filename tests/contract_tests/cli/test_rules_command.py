"""``migma-contract rules`` as a process."""

from migma_contract.rules import RULES


def test_rules_are_listed_and_explained(run):
    listed = run("rules").stdout.decode().splitlines()
    assert {line.split()[0] for line in listed} == {rule.id for rule in RULES}
    explained = run("rules", RULES[0].id).stdout.decode()
    assert all(part in explained for part in (RULES[0].meaning, RULES[0].why, RULES[0].source))


def test_an_unknown_rule_gets_near_matches(run):
    done = run("rules", RULES[0].id[:-1])
    assert done.returncode == 2
    assert f"did you mean {RULES[0].id!r}?" in done.stderr.decode()


def test_an_unknown_rule_like_no_other_gets_none(run):
    done = run("rules", "nope")
    assert done.returncode == 2
    assert "did you mean" not in done.stderr.decode()
    assert b"`migma-contract rules` lists all rules" in done.stderr
