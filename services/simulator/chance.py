"""Seeded randomness: every purpose has a stream of its own, so that one never shifts another."""

from random import Random


def seeded(seed: int, purpose: str) -> Random:
    """Answer a generator that depends on nothing but the seed and the purpose."""
    return Random(f"{seed}/{purpose}")  # noqa: S311 - a market, not a secret
