"""What users write (`models`), and what follows from it (`intent`, `resolve`)."""
