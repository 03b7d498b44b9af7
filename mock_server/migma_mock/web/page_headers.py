"""Response headers of the mock's own pages."""

from collections.abc import Mapping

_POLICY = {
    "default-src": "'none'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def page_headers(allowed: Mapping[str, str], cache_control: str) -> dict[str, str]:
    """Return the headers of a page that nothing may frame, and that sends no one its address.

    Args:
        allowed: Directives of the Content-Security-Policy in addition to those of every page.
        cache_control: The value of Cache-Control.
    """
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in (_POLICY | dict(allowed)).items()),
        "cache-control": cache_control,
        "referrer-policy": "no-referrer",
    }
