"""Every metric, span and log event, declared once, with what to do about it."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter(
    "dealstream_messages_total",
    "Messages a stage settled, by outcome: ack, retry, dead. Rising dead: look at `dealstream admin dead list`.",
    ("stage", "outcome"),
)
BATCH_SIZE = Histogram(
    "dealstream_stage_batch_size",
    "Messages handled together. Always 256 means that the stage is behind.",
    ("stage",),
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
BATCH_SECONDS = Histogram(
    "dealstream_stage_batch_seconds",
    "Seconds from taking a batch to its last ack.",
    ("stage",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
STAGE_CONNECTED = Gauge(
    "dealstream_stage_connected",
    "1 while the stage's consumer answers. 0 for a minute: run the provisioning command.",
    ("stage",),
)
EVENTS_PUBLISHED = Counter("dealstream_events_published_total", "Events stored, by stream.", ("stream",))
PUBACK_WAITS = Counter(
    "dealstream_puback_waits_total",
    "Waits for publish acknowledgements; one a batch is right, one a message is a fault.",
    ("mode",),
)
STATEMENTS = Counter(
    "dealstream_database_statements_total",
    "Statements sent to PostgreSQL; a handful a batch is right, one a message is a fault.",
    ("service",),
)
NATS_ERRORS = Counter(
    "dealstream_nats_errors_total",
    "Errors NATS reported on the side, such as a missing right. Should stay at zero.",
    ("service",),
)
TABLE_ROWS = Gauge("dealstream_table_rows", "Rows a service holds of a table on the bus.", ("service", "table"))
LISTINGS_SEEN = Counter("dealstream_listings_seen_total", "Listings that were new or had changed.", ("source",))
LISTINGS_SCORED = Counter("dealstream_listings_scored_total", "Listings judged, by verdict.", ("verdict",))
SIGHTINGS_OPEN = Gauge(
    "dealstream_sightings_open", "Sightings not settled yet. Rising while stages are idle: read the audit."
)
SIGHTINGS_REEMITTED = Counter("dealstream_sightings_reemitted_total", "Sightings the sweeper sent again.", ("why",))
ALERTS_RAISED = Counter("dealstream_alerts_raised_total", "Alerts raised.", ("vertical",))
DELIVERIES = Counter(
    "dealstream_deliveries_total", "Delivery attempts, by channel and outcome.", ("channel", "outcome")
)
SOURCE_CALLS = Counter("dealstream_source_calls_total", "Calls to a source, by outcome.", ("source", "outcome"))
EBAY_RATE_LIMIT = Gauge("ebay_rate_limit", "Calls that eBay allows in its present window.")
EBAY_RATE_REMAINING = Gauge(
    "ebay_rate_remaining", "Calls left of them, by eBay's count or ours, whichever is less. Near zero: fewer searches."
)
EBAY_RATE_RESET = Gauge("ebay_rate_reset_timestamp", "When eBay begins a new window, in seconds since 1970.")
SOURCE_UP = Gauge("external_service_up", "1 while a source answers.", ("source",))

SPAN_POLL = "poll"
SPAN_STAGE = "stage {durable}"
SPAN_DELIVER = "deliver {channel}"
