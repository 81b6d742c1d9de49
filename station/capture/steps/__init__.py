"""The six steps of a sitting: each asks its device, has the picture judged, and hands what is good to the desk."""
