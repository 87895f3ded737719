"""Tests of the pages, one module a task."""
