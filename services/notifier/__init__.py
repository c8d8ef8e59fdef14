"""Notifier: decides who should know about a listing, and tells them once.

Consumes ``listing.scored`` and the table ``watch.changed.*``; emits ``alert.raised`` and ``alert.delivered``.
Owns schema ``notifier``: alerts, matches, deliveries, routes, epochs.
"""
