"""The kit that judges a server by the contract: probe, rules, reports, Schemathesis suites."""
