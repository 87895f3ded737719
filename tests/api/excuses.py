"""Loaded by schemathesis (SCHEMATHESIS_HOOKS): its check that what the document allows is taken, but for our cases."""

from __future__ import annotations

import re
from typing import Any

import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

# What a JSON schema cannot say, so that a generator walks into it, by what the service answers then.
_EXCUSED = re.compile("|".join((
    # A leervraag, region, form or offer that nobody knows: names are data, and no list of them is in the document.
    "Deze (naam|sleutel) is niet bekend", "Een naam of id in uw verzoek is niet bekend",
    # A file is text or bytes to a schema; whether a sheet or a calendar stands in it, its reader tells.
    "Het bestand is niet overgenomen",
    # What belongs together: a reason with a refusal, an outcome with an end, a period that ends after it began.
    "Deze waarde kan niet; toegestaan: ", "Schrijf hier precies wie u wist",
)))  # fmt: skip


@schemathesis.check
def takes_what_it_allows(ctx: Any, response: Any, case: Any) -> bool | None:
    """Hold as `positive_data_acceptance`, but for what is excused, and for a change without the ETag (412, 428)."""
    if response.status_code in {412, 428}:
        return None
    if response.status_code == 400 and _EXCUSED.search(response.text):
        return None
    return positive_data_acceptance(ctx, response, case)
