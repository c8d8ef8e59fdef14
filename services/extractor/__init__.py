"""Turns a title and its aspects into a type, attributes and a product key."""
