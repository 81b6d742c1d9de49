"""School rosters: messy workbooks in, a checked list of students out."""
