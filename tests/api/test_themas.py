"""Thema's and regio's: looked up, paged, and the thesaurus whole as SKOS."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("caller", ["verbinder", "regio", "evaluator", "beheerder"])
def test_everyone_who_is_known_reads_the_thesaurus(service, caller):
    page = service.get(caller, "/v1/themas?pageSize=3")
    assert len(page.json["themas"]) == 3
    assert page.json["aantal"] == len(service.bureau().thesaurus)
    one = page.json["themas"][0]
    assert service.get(caller, f"/v1/themas/{one['id']}").json == one
    assert not {"needs", "statements", "behoeften"} & set(one)


def test_a_theme_is_found_by_any_of_its_names(service):
    theme = next(t for t in service.bureau().thesaurus.themes if t.abbreviations)
    for name in (theme.label, theme.abbreviations[0].lower(), theme.label[:4].upper()):
        found = service.get("regio", "/v1/themas", query_string={"label": name, "pageSize": 100})
        assert theme.id in [t["id"] for t in found.json["themas"]]
    assert service.get("regio", "/v1/themas?label=xyzzy").json["aantal"] == 0
    assert service.get("regio", "/v1/themas/xyzzy").status_code == 404
    assert service.get(None, "/v1/themas").status_code == 401


def test_the_thesaurus_goes_out_as_skos(service):
    answer = service.get("beheerder", "/v1/themas", headers={"Accept": "text/turtle"})
    assert answer.mimetype == "text/turtle"
    assert answer.text.count(" a skos:Concept ;") == len(service.bureau().thesaurus)
    assert service.get("beheerder", "/v1/themas", headers={"Accept": "text/csv"}).status_code == 406


def test_regions_are_found_by_name_however_it_is_written(service):
    names = [r["naam"] for r in service.get("regio", "/v1/regios").json["regios"]]
    assert names == ["Almere", "Delft", "Regio Twente"]
    assert service.get("verbinder", "/v1/regios/twente").json["naam"] == "Regio Twente"
    assert service.get("verbinder", "/v1/regios/Regio%20Twente").status_code == 200
    assert service.get("verbinder", "/v1/regios/Atlantis").status_code == 404
    assert service.get("verbinder", "/v1/regios?inspiratieregio=true").json["aantal"] == 0
    assert service.get("evaluator", "/v1/regios").status_code == 403
