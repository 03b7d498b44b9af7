"""Proposals: what would have to change in the document so that the responses of a check conform to it."""
