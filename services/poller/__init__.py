"""Poller: asks the sources on a shared quota and settles every sighting.

Consumes the table ``watch.changed.*``, ``poll.requested``, ``listing.scored`` and ``dead.>`` (to
settle) and the requests ``rpc.poller.*``; emits ``listing.seen``, ``listing.ended``,
``source.health``. Owns schema ``poller``: searches, known listings, sightings, ingests, quota, epochs.
"""
