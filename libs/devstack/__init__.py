"""Embedded servers and the process supervisor behind `make up` and the tests."""
