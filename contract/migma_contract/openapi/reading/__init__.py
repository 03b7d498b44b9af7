"""From bytes to a document with places: JSON, YAML, and pages in Markdown that contain one of them."""

from migma_contract.openapi.reading.read_document import ReadDocument, read_document

__all__ = ["ReadDocument", "read_document"]
