"""Catalog: the query model that people and programs read.

Consumes ``listing.scored``, ``listing.ended``, ``alert.raised``, ``alert.delivered`` and
``baseline.updated.*``; emits nothing. Owns schema ``catalog``: listings, endings, price points,
products, alerts, deliveries. Others read it as the role ``dealstream_reader``.
"""
