"""Judgements and runs go in, figures come out: measures, trials of systems, tuning of weights."""
