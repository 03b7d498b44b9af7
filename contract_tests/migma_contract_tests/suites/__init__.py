"""The Schemathesis suites, and the hooks for plain ``schemathesis run``."""
