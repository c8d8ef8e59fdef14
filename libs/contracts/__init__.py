"""The wire: every event, its id and its shape.

An event class is added here, listed in ``registry.EVENTS``, given an example under
``contracts/examples`` and published by ``make contracts``. Within a major version only
optional fields are added; a new meaning is a new subject.
"""
