"""The simulator: a seeded server-hardware market behind the HTTP of eBay and of Discord, for development and tests.

Consumes: nothing. Emits: nothing. Owns: nothing; it forgets everything when it stops, and keeps the truth while it runs.
"""
