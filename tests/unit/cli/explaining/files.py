"""What it finds."""

EXPLAIN = {"SRC-003": ("The file is not YAML", "mend it")}
