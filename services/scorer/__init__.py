"""Scorer: judges one listing against what its product usually costs.

Consumes ``listing.extracted`` and the table ``baseline.updated.*``; emits ``listing.scored``.
Owns nothing: a pure function with a table in memory.
"""
