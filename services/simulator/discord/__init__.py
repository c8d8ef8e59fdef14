"""Discord over HTTP: webhooks, a bot's channel messages, and a page that shows what arrived."""
