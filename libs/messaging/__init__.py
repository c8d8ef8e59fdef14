"""JetStream through FastStream; the only place that knows ack and nak."""
