"""Data only: the reference corpus of Matcher; see README.md in this folder."""
