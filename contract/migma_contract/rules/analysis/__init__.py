"""Analysis of responses that several rules share."""
