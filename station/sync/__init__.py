"""Talking to the office: sealed packets up, statuses and records down, each thing once."""
