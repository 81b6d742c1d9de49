"""The blank book: double-entry, append-only, chained and signed; the sole writer of its rows."""
