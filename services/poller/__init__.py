"""Asks the sources, on a shared quota, and settles every sighting."""
