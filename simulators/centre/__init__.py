"""The national side as an office sees it: SIAK, enrolment, uniqueness, print authorisation.

Does not simulate: the real centre's closed interface, its queues of weeks, its staff.
"""
