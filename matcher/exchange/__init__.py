"""Files in and out: JSON lines, TREC lines, sheets (XLSX and CSV) and calendars become values, and back."""

from matcher.exchange.files import writing, writing_bytes
from matcher.exchange.jsonlines import T, from_json, read_offers, read_questions, read_regions, to_json
from matcher.exchange.trec import Qrels, Run, read_qrels, read_run, write_qrels, write_run

__all__ = [
    "Qrels",
    "Run",
    "T",
    "from_json",
    "read_offers",
    "read_qrels",
    "read_questions",
    "read_regions",
    "read_run",
    "to_json",
    "write_qrels",
    "write_run",
    "writing",
    "writing_bytes",
]
