"""How long a run takes, against a bare loop over the same templates: ``python -m tests.benchmarks``."""
