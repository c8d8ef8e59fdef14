"""The simulator: a seeded server-hardware market behind the HTTP of eBay and Discord, for development only.

Consumes: nothing. Emits: nothing. Owns: nothing. It keeps the truth while it runs, and forgets it when it stops.
"""
