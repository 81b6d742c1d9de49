"""A retransfer card printer with encoder station: its physical truth, its network agent, and an attendant's hands."""
