"""One request on plain values, without input or output: from request to reply."""
