"""Documents out: JSON Lines, rows and CSV, tables for people, HTML."""
