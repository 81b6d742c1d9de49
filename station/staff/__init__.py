"""Staff: who may sign in, what they may do, and the chained log of what they did."""
