"""API: HTTP for programs and people, and the web console.

Consumes: nothing durable; follows ``listing.scored`` and ``alert.*`` for its event streams and
``source.health`` for the console. Reads schema ``catalog`` as ``dealstream_reader``; asks the poller
and the extractor by RPC. Emits the table ``watch.changed.<id>``. Owns schema ``api``: watches, epochs.
"""
