"""Extractor: turns a title and its aspects into a type, attributes, a product key and a unit price.

Consumes ``listing.seen`` and the request ``rpc.extractor.extract``; emits ``listing.extracted``.
Owns, only where a language model is set: its answers, the questions still open, the ledger of what asking cost.
The rules are pure and every answer carries their version; what they leave open is asked later, never waited for.
"""
