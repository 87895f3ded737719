"""A list or a value -> an answer: a page with its links, an order, a form (JSON, CSV, XLSX), an ETag, said once.

rows -> ordered -> paged -> JSON with Link        rows -> negotiated -> JSON | CSV | XLSX
value -> etag -> 304 | answer        If-Match -> 412, 428        Idempotency-Key -> the same answer again
"""

from api.lists.forms import CSV, JSON, SUFFIXES, XLSX, form, negotiated, offers, sheet, takes_also, uploaded
from api.lists.once import Answer, Answers, once
from api.lists.paging import Paged, Query, Several, Slice, Truth, Whole, ordered, paged, several, sort_field
from api.lists.tags import canonical, etag, tagged, unchanged

__all__ = [
    "CSV", "JSON", "SUFFIXES", "XLSX", "Answer", "Answers", "Paged", "Query", "Several", "Slice", "Truth", "Whole",
    "canonical", "etag", "form", "negotiated", "offers", "once", "ordered", "paged", "several", "sheet", "sort_field",
    "tagged", "takes_also", "unchanged", "uploaded",
]  # fmt: skip
