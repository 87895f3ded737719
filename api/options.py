"""What the bureau sets for its service goes in, frozen Options come out; read at the door that starts the service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """theme: a municipality's own CSS file, laid over ours. metrics: the token that may read /metrics, "" for nobody.

    demo: the four demo accounts may sign in. address: the address at which people reach the service, for links in mail
    and the description of the API. bureau: who is responsible for the data. contact: an e-mail address for questions
    about access, privacy and what is unsafe. profiles: how many different profiles of people someone may read in an
    hour before it slows down (`reading`); 0 for any number.
    """

    theme: Path | None = None
    metrics: str = ""
    demo: bool = False
    address: str = "http://localhost:8000"
    bureau: str = ""
    contact: str = ""
    profiles: int = 300
