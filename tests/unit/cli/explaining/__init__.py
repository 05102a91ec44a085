"""A package that finds things without rules."""
