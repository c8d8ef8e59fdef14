"""Baseliner: keeps what each product usually costs.

Consumes ``listing.extracted`` and ``listing.ended``; emits the table ``baseline.updated.<key>``.
Owns schema ``baseliner``: observations, baselines (every version), heads, epochs.
"""
