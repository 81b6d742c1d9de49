workbooks-kind = { $file } is no workbook or table. Use XLSX, XLS, ODS or CSV.
workbooks-too-large = { $file } is too large (limit 32 MB). Split it, then try again.
workbooks-sheet-too-large = { $file }: sheet { $sheet } is too large. Delete empty rows and columns outside the table, then save again.
workbooks-too-much = { $file } needs more memory than is reasonable, so it is not opened. Ask the sender for a new file.
workbooks-took-too-long = { $file } takes too long to read, so reading was stopped. Ask the sender for a new file.
workbooks-missing = There is no file { $file }.
workbooks-locked = { $file } is locked by a password. Save it without one, then try again.
workbooks-unreadable = { $file } cannot be read: { $reason }
