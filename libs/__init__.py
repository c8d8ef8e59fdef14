"""Shared libraries, layered: contracts, domain, then adapters, then process start."""
