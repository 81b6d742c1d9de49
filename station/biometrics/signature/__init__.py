"""Signatures: from pen samples to a picture."""
