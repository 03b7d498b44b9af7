"""``migma-contract rules`` lists and explains the rules."""

from migma_contract.rules import RULES


def test_rules_are_listed_and_explained(run):
    listed = run("rules").stdout.decode().splitlines()
    assert {line.split()[0] for line in listed} == {rule.id for rule in RULES}
    explained = run("rules", RULES[0].id).stdout.decode()
    assert all(part in explained for part in (RULES[0].summary, RULES[0].why, RULES[0].source))


def test_an_unknown_rule_gets_a_suggestion(run):
    done = run("rules", RULES[0].id[:-1])
    assert done.returncode == 2
    assert f"did you mean {RULES[0].id!r}?" in done.stderr.decode()


def test_an_unknown_rule_without_a_similar_one_gets_no_suggestion(run):
    done = run("rules", "nope")
    assert done.returncode == 2
    assert "did you mean" not in done.stderr.decode()
    assert b"`migma-contract rules` lists all rules" in done.stderr
