"""OpenTelemetry set-up, metric and span names, structured logs."""
