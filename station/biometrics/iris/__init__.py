"""Irises: location, quality, code."""
