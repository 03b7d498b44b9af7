"""What the tests of rules judge."""
