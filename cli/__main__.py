"""``python -m cli`` is ``dealstream``."""

from cli.app import main

if __name__ == "__main__":
    main()
