"""Producing cards: the queue, one card from blank to confirmed, recovery after any interruption, hand-over."""
