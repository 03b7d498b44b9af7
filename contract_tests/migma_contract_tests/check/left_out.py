"""Say in words which values of large responses were not judged."""

from collections.abc import Sequence

from migma_contract.deep_json import MAX_DEPTH
from migma_contract.exchange import Exchange
from migma_contract.json_cut import MAX_VALUES
from migma_contract.rules.analysis.locations import stable_pointer


def describe_left_out(exchanges: Sequence[Exchange]) -> str:
    """Return in sentences which bodies and values were not judged, since they are too many; "" if all were."""
    return " ".join(filter(None, (_bodies(exchanges), _values(exchanges), _deep(exchanges))))


def _bodies(exchanges: Sequence[Exchange]) -> str:
    number = sum(each.failure is not None and each.failure.kind == "not-read" for each in exchanges)
    if not number:
        return ""
    bodies = "one body" if number == 1 else f"{number} bodies"
    return f"Not judged: {bodies} above 64 KiB, since such bodies had 2 MiB together before."


def _deep(exchanges: Sequence[Exchange]) -> str:
    number = sum(each.failure is None and each.json.cut.is_deep for each in exchanges)
    if not number:
        return ""
    responses = "one response" if number == 1 else f"{number} responses"
    return f"Not judged: values within more than {MAX_DEPTH} objects and lists, in {responses}."


def _values(exchanges: Sequence[Exchange]) -> str:
    cuts = [cut for each in exchanges if each.failure is None and (cut := each.json.cut).left_out]
    if not cuts:
        return ""
    count, number = sum(cut.left_out for cut in cuts), len(cuts)
    places = [at for cut in cuts for at in cut.sizes if at]
    where = f", such as those in {stable_pointer(places[0])}" if places else ""
    responses = "one response" if number == 1 else f"{number} responses"
    return f"Not judged: {count:,} values{where}, since {responses} had more than {MAX_VALUES:,}."
