"""The contract of the API: the OpenAPI document, the relations between its numbers, and rules for its responses."""
