"""Fields of the library go in, the JSON names under which people sent them come out: for the places of faults."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic.alias_generators import to_camel

from api.wire import aanbod, leervragen

# Where two nouns have one field, its name is the same in both.
NAMES: Mapping[str, str] = MappingProxyType({
    **{there: to_camel(here) for here, there in {**leervragen.FIELDS, **aanbod.FIELDS}.items()},
    "sessions": "bijeenkomsten", "text": "tekst", "summary": "samenvatting",
    "question": "leervraag", "offer": "aanbod", "hours": "uren", "note": "notitie",
    "outcome": "uitkomst", "places": "koppelingen", "aim": "doel", "evenness": "gelijkmatigheid", "end": "afwezig",
    "rule": "regel", "reason": "reden",
})  # fmt: skip
