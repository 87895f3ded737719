"""The thesaurus goes in, a SKOS concept scheme as Turtle comes out, for other systems to read."""

from __future__ import annotations

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

from matcher.thesaurus import Thesaurus

# A name, not a place: nothing is fetched from it.
BASE = "urn:matcher:thema:"


def turtle(thesaurus: Thesaurus) -> str:
    """Return the themes as a SKOS concept scheme (https://www.w3.org/TR/skos-reference/) in Turtle.

    Labels, definition, scope note and links; the needs and statements stay out, as they teach the engine and are no
    notation of the concept. The same themes give the same text.
    """
    graph = Graph()
    theme_of = Namespace(BASE)
    scheme = URIRef(BASE.rstrip(":"))
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal("Thema's van het lerend netwerk", lang="nl")))
    for theme in thesaurus.themes:
        node = theme_of[theme.id]
        graph.add((node, RDF.type, SKOS.Concept))
        graph.add((node, SKOS.inScheme, scheme))
        graph.add((node, SKOS.prefLabel, Literal(theme.label, lang="nl")))
        # SKOS has one preferred label a language; the first English one is it.
        for n, label in enumerate(theme.english):
            graph.add((node, SKOS.altLabel if n else SKOS.prefLabel, Literal(label, lang="en")))
        for label in (*theme.other_labels, *theme.abbreviations):
            graph.add((node, SKOS.altLabel, Literal(label, lang="nl")))
        if theme.definition:
            graph.add((node, SKOS.definition, Literal(theme.definition, lang="nl")))
        if theme.scope_note:
            graph.add((node, SKOS.scopeNote, Literal(theme.scope_note, lang="nl")))
        if theme.source:
            graph.add((node, DCTERMS.source, Literal(theme.source)))
        if theme.broader:
            graph.add((node, SKOS.broader, theme_of[theme.broader]))
            graph.add((theme_of[theme.broader], SKOS.narrower, node))
        else:
            graph.add((node, SKOS.topConceptOf, scheme))
            graph.add((scheme, SKOS.hasTopConcept, node))
        for other in theme.related:
            graph.add((node, SKOS.related, theme_of[other]))
            graph.add((theme_of[other], SKOS.related, node))
    return graph.serialize(format="turtle")
