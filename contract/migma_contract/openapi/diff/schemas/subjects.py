"""SUBJECTS: the parts of schemas that can change, each with rules for requests and for responses."""

from migma_contract.finding import Level
from migma_contract.openapi.diff.change_rule import Effect, Subject

_PATTERN = Level.WARNING, "Few clients depend on the form of a text, but one that reads parts of it does."

TYPE = Subject("type", "type", '"type": ["string", "integer"]', '"type": "string"')
NULLABLE = Subject("nullable", "nullability", '"type": ["string", "null"]', '"type": "string"')
ENUM = Subject("enum", "list of allowed values", '"enum": ["draft", "sent"]', '"enum": ["draft"]')
EXTENSIBLE_ENUM = Subject(
    "extensible-enum",
    "list of known values (x-extensible-enum)",
    '"x-extensible-enum": ["draft", "sent"]',
    '"x-extensible-enum": ["draft"]',
    {
        ("response", Effect.WIDENED): (Level.INFO, "Clients were told to expect values that are not in the list."),
        ("response", Effect.CHANGED): (Level.INFO, "Clients were told to expect values that are not in the list."),
    },
)
FORMAT = Subject("format", "format", '"type": "string"', '"type": "string", "format": "date"')
MINIMUM = Subject("minimum", "minimum", '"minimum": 0', '"minimum": 1')
MAXIMUM = Subject("maximum", "maximum", '"maximum": 100', '"maximum": 50')
MULTIPLE_OF = Subject("multiple-of", "multiple", '"multipleOf": 5', '"multipleOf": 10')
MIN_LENGTH = Subject("min-length", "minimum length", '"minLength": 0', '"minLength": 1')
MAX_LENGTH = Subject("max-length", "maximum length", '"maxLength": 100', '"maxLength": 50')
PATTERN = Subject(
    "pattern",
    "pattern",
    '"type": "string"',
    '"type": "string", "pattern": "^[a-z]+$"',
    {("response", Effect.WIDENED): _PATTERN, ("response", Effect.CHANGED): _PATTERN},
)
CONTENT = Subject(
    "content", "encoded content", '"type": "string"', '"type": "string", "contentMediaType": "application/json"'
)
MIN_ITEMS = Subject("min-items", "minimum number of elements", '"minItems": 0', '"minItems": 1')
MAX_ITEMS = Subject("max-items", "maximum number of elements", '"maxItems": 100', '"maxItems": 50')
UNIQUE_ITEMS = Subject("unique-items", "uniqueness of elements", '"type": "array"', '"uniqueItems": true')
CONTAINS = Subject("contains", "required element", '"type": "array"', '"contains": {"const": 1}')
MIN_CONTAINS = Subject("min-contains", "minimum number of such elements", '"minContains": 1', '"minContains": 2')
MAX_CONTAINS = Subject("max-contains", "maximum number of such elements", '"maxContains": 6', '"maxContains": 5')
REQUIRED = Subject("required", "list of required properties", '"required": []', '"required": ["name"]')
MIN_PROPERTIES = Subject("min-properties", "minimum number of properties", '"minProperties": 0', '"minProperties": 1')
MAX_PROPERTIES = Subject("max-properties", "maximum number of properties", '"maxProperties": 9', '"maxProperties": 5')
ADDITIONAL = Subject(
    "additional-properties", "set of other properties", '"type": "object"', '"additionalProperties": false'
)
DEPENDENT = Subject(
    "dependent",
    "list of properties that require others",
    '"type": "object"',
    '"dependentRequired": {"street": ["zip"]}',
)
NOT = Subject("not", "list of excluded values", '"type": "string"', '"not": {"const": "none"}')
CONDITION = Subject("condition", "condition", '"type": "object"', '"if": {…}, "then": {…}')
ALTERNATIVE = Subject(
    "alternative",
    "list of alternatives",
    '"oneOf": [{"$ref": "…/Cat"}, {"$ref": "…/Dog"}]',
    '"oneOf": [{"$ref": "…/Cat"}]',
)
OTHER = Subject("combination", "combination of schemas", '"anyOf": […]', '"anyOf": […]')

SUBJECTS = (
    TYPE,
    NULLABLE,
    ENUM,
    EXTENSIBLE_ENUM,
    FORMAT,
    MINIMUM,
    MAXIMUM,
    MULTIPLE_OF,
    MIN_LENGTH,
    MAX_LENGTH,
    PATTERN,
    CONTENT,
    MIN_ITEMS,
    MAX_ITEMS,
    UNIQUE_ITEMS,
    CONTAINS,
    MIN_CONTAINS,
    MAX_CONTAINS,
    REQUIRED,
    MIN_PROPERTIES,
    MAX_PROPERTIES,
    ADDITIONAL,
    DEPENDENT,
    NOT,
    CONDITION,
    ALTERNATIVE,
    OTHER,
)
"""Every part, in the order in which the documentation lists them."""
