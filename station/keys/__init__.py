"""Keys: what opens the kit's own data, what signs for the kit, whom packets are sealed to."""
