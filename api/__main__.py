"""Nothing goes in, the OpenAPI document comes out (`python -m api > openapi.json`), for linters and clients."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from api import create_app
from matcher import Settings, open_desk

with tempfile.TemporaryDirectory(prefix="matcher-") as folder:
    settings = Settings(database=Path(folder) / "leeg.db", cache=Path(folder))
    desk = open_desk(settings)
    app = create_app(desk)
    json.dump(app.spec, sys.stdout, indent=1, ensure_ascii=False)
    desk.close()
