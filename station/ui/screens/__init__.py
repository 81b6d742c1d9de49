"""One file per screen; each is imported when first opened."""
