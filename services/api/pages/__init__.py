"""The web console: rendered on the server, kept current by htmx over server-sent events."""
