"""The mock by its contract: every path a reply can take, judged by Schemathesis and by the rules."""
