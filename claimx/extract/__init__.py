"""Finders: text in, spans out; numbers, quantities, times, mentions and metrics, each usable alone."""
