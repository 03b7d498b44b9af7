"""Get a document from a file, or from a URL whose document is fetched once and kept."""

from migma_contract.openapi.sources.content import MAX_CONTRACT_BYTES, SourceContent
from migma_contract.openapi.sources.source import is_url, read_source

__all__ = ["MAX_CONTRACT_BYTES", "SourceContent", "is_url", "read_source"]
