"""Failures the core can name."""


class PermanentError(Exception):
    """Trying again cannot help: set the message aside instead of retrying it."""
