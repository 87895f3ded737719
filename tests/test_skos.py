"""What is exported reads back as SKOS that keeps the rules of SKOS."""

from __future__ import annotations

from rdflib import Graph
from rdflib.namespace import RDF, SKOS

from matcher import reference
from matcher.skos import BASE, turtle


def test_every_theme_comes_back_with_its_links():
    thesaurus = reference.themes()
    graph = Graph().parse(data=turtle(thesaurus), format="turtle")
    assert {str(c).removeprefix(BASE) for c in graph.subjects(RDF.type, SKOS.Concept)} == set(thesaurus.position)
    for theme in thesaurus.themes[::40]:
        (node,) = [c for c in graph.subjects(RDF.type, SKOS.Concept) if str(c) == BASE + theme.id]
        assert {str(o).removeprefix(BASE) for o in graph.objects(node, SKOS.broader)} == {theme.broader} - {None}
        assert set(theme.related) <= {str(o).removeprefix(BASE) for o in graph.objects(node, SKOS.related)}
        languages = [label.language for label in graph.objects(node, SKOS.prefLabel)]
        assert sorted(languages) == sorted(set(languages))
        assert (node, SKOS.prefLabel, None) in graph


def test_related_is_never_also_broader():
    """SKOS S27: related is disjoint with the transitive broader."""
    thesaurus = reference.themes()
    for theme in thesaurus.themes:
        above, at = set(), theme.broader
        while at:
            above.add(at)
            at = thesaurus[at].broader
        assert not above & set(theme.related), theme.id


def test_the_same_themes_give_the_same_text():
    assert turtle(reference.themes()) == turtle(reference.themes())
