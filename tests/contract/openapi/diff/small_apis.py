"""Makes small documents of an API, to compare two of them."""

OK = {"responses": {"200": {"description": "OK"}}}
STRING = {"schema": {"type": "string"}}


def api(paths, **members):
    """Return a document with these paths."""
    return {"openapi": "3.0.3", "paths": paths, **members}


def get(**members):
    """Return a path with GET."""
    return {"get": {**OK, **members}}


def parameter(name, where="query", **members):
    """Return a parameter that is a text, unless changed."""
    return {"name": name, "in": where, **STRING, **members}


def query(*parameters):
    """Return a document whose operation has these parameters."""
    return api({"/pets": get(parameters=list(parameters))})


def body(content=None, **members):
    """Return a document whose operation takes such a body."""
    content = content or {"application/json": STRING}
    return api({"/pets": {"post": {**OK, "requestBody": {"content": content, **members}}}})
