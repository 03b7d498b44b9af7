"""The mock is checked against its contract: every kind of response, by Schemathesis and by the rules."""
