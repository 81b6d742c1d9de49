"""Modal questions: each returns one typed answer, or None when it was cancelled."""
