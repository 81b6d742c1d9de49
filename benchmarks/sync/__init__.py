"""The link and the office, each measured by a program of its own, since they need arguments and minutes."""
