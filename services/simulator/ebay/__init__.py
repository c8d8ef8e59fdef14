"""eBay over HTTP: OAuth, the Browse API and the rate limit of the Developer Analytics API."""
