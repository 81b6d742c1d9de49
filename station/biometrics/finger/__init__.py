"""Fingerprints: slap segmentation, quality, minutiae, matching."""
