"""What a command ends with when it cannot do what was asked."""

REFUSED = 1
UNREACHABLE = 3
INCOMPLETE = 4


class CommandError(Exception):
    """A sentence for the person at the terminal, and the exit code."""

    def __init__(self, sentence: str, exit_code: int = REFUSED) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
