"""Biometric samples judged, compared and encoded: pure functions over values, no device, no file, no clock."""
