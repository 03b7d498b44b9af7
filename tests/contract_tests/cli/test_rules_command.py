"""``migma-contract rules`` lists and explains the rules."""

from migma_contract.rules import RULES


def test_rules_are_listed_and_explained(run):
    listed = run("rules").stdout.decode().splitlines()
    assert {line.split()[0] for line in listed} == {rule.id for rule in RULES}
    explained = run("rules", RULES[0].id).stdout.decode()
    assert all(part in explained for part in (RULES[0].summary, RULES[0].why, RULES[0].source))


def test_a_variable_that_is_probably_misspelt_is_noted(run, monkeypatch):
    for name in ("MIGMA_BASE_UR", "MIGMA_PROJECT", "MIGMA_MOCK_BASE_UR"):
        monkeypatch.setenv(name, "x")
    noted = "migma-contract: MIGMA_BASE_UR is set, but nothing reads it; did you mean 'MIGMA_BASE_URL'?\n"
    assert run("rules").stderr.decode() == noted


def test_an_unknown_rule_gets_a_suggestion(run):
    done = run("rules", RULES[0].id[:-1])
    assert done.returncode == 2
    assert f"did you mean {RULES[0].id!r}?" in done.stderr.decode()


def test_an_unknown_rule_without_a_similar_one_gets_no_suggestion(run):
    done = run("rules", "nope")
    assert done.returncode == 2
    assert "did you mean" not in done.stderr.decode()
    assert b"`migma-contract rules` lists all rules" in done.stderr
