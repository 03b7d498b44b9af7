"""The text of a document, in the encodings that editors and shells write."""

import codecs

from migma_contract.errors import ContractError, Problem

# The longer mark first: that of UTF-16 is the beginning of that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Each document begins with ASCII: where the zero bytes of its first characters are tells the encoding.
_ZEROS = (
    ((False, True, True, True), "utf-32-le"),
    ((True, True, True, False), "utf-32-be"),
    ((False, True, False, True), "utf-16-le"),
    ((True, False, True, False), "utf-16-be"),
)


def decode(raw: bytes, source: str) -> str:
    """Return the text of a document in UTF-8, UTF-16 or UTF-32, without its byte order mark.

    Raises:
        ContractError: It is in none of them, with the line of the first byte that does not fit.
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if raw.startswith(mark)), (b"", ""))
    if not encoding:
        zeros = tuple(byte == 0 for byte in raw[:4])
        encoding = next((name for pattern, name in _ZEROS if pattern == zeros), "utf-8")
    content = raw[len(mark) :]
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, "replace").count("\n") + 1
        got = f"byte 0x{content[error.start]:02x} at line {line}"
        raise ContractError([Problem(source, "", f"text in {encoding.upper()}", got)]) from error
