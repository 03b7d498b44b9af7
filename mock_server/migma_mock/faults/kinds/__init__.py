"""The kinds of faults, one file for each part of a response that they change."""
