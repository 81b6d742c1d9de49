"""The hardware abstraction: an interface per device kind, a driver per real protocol."""
