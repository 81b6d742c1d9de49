"""The photo: position, pose, light, background, crop."""
