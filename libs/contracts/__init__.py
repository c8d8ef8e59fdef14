"""The wire: every event, its id and its shape."""
