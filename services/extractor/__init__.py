"""Extractor: turns a title and its aspects into a type, attributes, a product key and a unit price.

Consumes ``listing.seen`` and the request ``rpc.extractor.extract``; emits ``listing.extracted``.
Owns nothing yet: the rules are pure, and every answer carries their version.
"""
