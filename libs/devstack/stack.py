"""What the development stack consists of."""

SERVICES = ("simulator", "poller", "extractor", "baseliner", "scorer", "notifier", "catalog", "api")
PROVISION = "provision"
BUS_USERS = (PROVISION, *SERVICES)
