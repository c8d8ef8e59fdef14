"""What can go wrong with a development stack, said to the person who started it."""


class StackError(Exception):
    """The stack cannot do what was asked; the text says why and what would help."""
