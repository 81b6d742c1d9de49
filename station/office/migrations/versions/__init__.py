"""Steps of the office's schema, run by alembic; a table that has shipped changes only by a new step."""
