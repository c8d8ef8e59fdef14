"""Embedded NATS and PostgreSQL and a process supervisor: `make up` and the test fixtures stand on it."""
