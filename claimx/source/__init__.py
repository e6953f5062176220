"""Bytes to text: encodings, formats and metadata; the folded view; sentences and clauses."""
