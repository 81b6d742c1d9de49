"""Reads foreign workbooks and text tables into plain cells, in a process of their own with limits."""
