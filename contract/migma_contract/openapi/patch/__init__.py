"""Changes of a document: made from what was seen, as JSON Patch, as an Overlay, and in the text of a file."""
