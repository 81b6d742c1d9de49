"""The local database: one file, encrypted, one writer; each room has a module of tables and statements."""
