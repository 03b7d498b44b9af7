"""The rules on properties that come, go, or are sent in another direction."""

from migma_contract.openapi.diff.change_rule import Effect, breaking, info, warning

_PROPERTY = '{"properties": {"name": {"type": "string"}}}'

REQUEST_REMOVED = warning(
    "request-property-removed",
    "A property is not in the schema of a request any more.",
    "The server may ignore what a client sends in it.",
    f"before: {_PROPERTY}\nafter:  {{}}",
)
REFUSED = breaking(
    "request-property-refused",
    "A property is not in the schema of a request any more, which allows no others.",
    "The server may refuse a request with it.",
    f'before: {_PROPERTY}\nafter:  {{"additionalProperties": false}}',
    effect=Effect.NARROWED,
)
REQUEST_ADDED = info(
    "request-property-added",
    "A schema of a request has a new property that may be left out.",
    "Clients that do not know it need not change.",
    f"before: {{}}\nafter:  {_PROPERTY}",
)
RESPONSE_REMOVED = warning(
    "response-property-removed",
    "An optional property is not in the schema of a response any more.",
    "A client that reads it when it is there never gets it.",
    f"before: {_PROPERTY}\nafter:  {{}}",
)
REQUIRED_REMOVED = breaking(
    "response-required-property-removed",
    "A required property is not in the schema of a response any more.",
    "A client that relies on it fails.",
    f'before: {_PROPERTY[:-1]}, "required": ["name"]}}\nafter:  {{}}',
    effect=Effect.WIDENED,
)
RESPONSE_ADDED = info(
    "response-property-added",
    "A schema of a response has a new property.",
    "Clients ignore properties that they do not know, since the old schema allows others.",
    f"before: {{}}\nafter:  {_PROPERTY}",
)
UNEXPECTED = breaking(
    "response-unexpected-property-added",
    "A schema of a response has a new property, and the old one allows no others.",
    "A client that was promised that no other property comes may refuse the response.",
    f'before: {{"additionalProperties": false}}\nafter:  {_PROPERTY}',
    effect=Effect.WIDENED,
)
WITH_DEFAULT = warning(
    "request-required-with-default",
    "What may be left out of a request becomes required, but has a default.",
    "A server that applies the default accepts requests without it, a strict one does not.",
    'before: {}\nafter:  {"required": ["name"], "properties": {"name": {"default": ""}}}',
)
WITH_DEFAULT_TEXT = "{place} is required, although it has a default"
UNDECLARED = warning(
    "request-required-undescribed",
    "A request must have a property that its schema does not describe.",
    "Often the name is misspelt; a server that checks requests against the document refuses them without it.",
    'before: {"properties": {"name": {}}}\nafter:  {"properties": {"name": {}}, "required": ["nane"]}',
)
READ_ONLY = warning(
    "request-property-became-read-only",
    "A property of a request becomes readOnly.",
    "The server may ignore or refuse what a client sends in it.",
    'before: {"type": "string"}\nafter:  {"type": "string", "readOnly": true}',
)
NOT_READ_ONLY = info(
    "request-property-became-writable",
    "A property of a request is not readOnly any more.",
    "Clients may send it.",
    'before: {"type": "string", "readOnly": true}\nafter:  {"type": "string"}',
)
WRITABLE = warning(
    "request-required-property-became-writable",
    "A required property of a request is not readOnly any more, so it must be sent.",
    "A server that filled it in itself often goes on to do so; a strict one refuses requests without it.",
    'before: {"required": ["id"], "properties": {"id": {"readOnly": true}}}\n'
    'after:  {"required": ["id"], "properties": {"id": {}}}',
)
WRITE_ONLY = warning(
    "response-property-became-write-only",
    "A property of a response becomes writeOnly.",
    "The server should not send it any more.",
    'before: {"type": "string"}\nafter:  {"type": "string", "writeOnly": true}',
)
NOT_WRITE_ONLY = info(
    "response-property-became-readable",
    "A property of a response is not writeOnly any more.",
    "The server may send it.",
    'before: {"type": "string", "writeOnly": true}\nafter:  {"type": "string"}',
)
TEXTS = {
    REQUEST_REMOVED.id: "{place} is not documented any more",
    REFUSED.id: "{place} is not allowed any more",
    REQUEST_ADDED.id: "{place} is new and optional",
    RESPONSE_REMOVED.id: "{place}, which is optional, is not documented any more",
    REQUIRED_REMOVED.id: "{place}, which was always sent, is not documented any more",
    RESPONSE_ADDED.id: "{place} is new",
    UNEXPECTED.id: "{place} is new, and no other properties were allowed",
    READ_ONLY.id: "{place} is now read-only",
    NOT_READ_ONLY.id: "{place} is not read-only any more",
    WRITE_ONLY.id: "{place} is now write-only, so it should not be sent",
    NOT_WRITE_ONLY.id: "{place} is not write-only any more",
}

RULES = (
    REQUEST_REMOVED,
    REFUSED,
    REQUEST_ADDED,
    RESPONSE_REMOVED,
    REQUIRED_REMOVED,
    RESPONSE_ADDED,
    UNEXPECTED,
    WITH_DEFAULT,
    UNDECLARED,
    READ_ONLY,
    NOT_READ_ONLY,
    WRITABLE,
    WRITE_ONLY,
    NOT_WRITE_ONLY,
)
