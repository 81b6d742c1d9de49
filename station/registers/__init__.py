"""What was paper: registers, reports and official records, as documents that are shown, printed and calculated."""
