"""Recording one person and one school session, and keeping what was captured."""
