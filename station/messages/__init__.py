"""The message catalogue: everything a user sees, Indonesian first, English second.

Texts are Fluent resources, one file per room and language (`id/print.ftl`).
Python names a message by its identifier; nothing here knows who shows it.
"""
