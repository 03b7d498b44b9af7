"""What the API promises: the OpenAPI document, the meaning of its numbers, and the rules for its answers."""
