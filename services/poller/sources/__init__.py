"""Adapters of the marketplaces: what they offer, asked and parsed."""
