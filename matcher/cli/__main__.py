"""Lets `python -m matcher.cli` be the command as well."""

from matcher.cli import main

main()
