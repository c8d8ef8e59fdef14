"""Metrics of the simulator, in a registry of its own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.simulator.discord.messages import Inbox
from services.simulator.market import Market

APIS = {"buy": "ebay", "identity": "ebay", "developer": "ebay", "api": "discord"}


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.answers = Counter(
            "dealstream_simulator_answers_total",
            "Answers by API and status",
            ["api", "status"],
            registry=self._registry,
        )
        self._active = Gauge("dealstream_simulator_active_listings", "Listings on the market", registry=self._registry)
        self._messages = Gauge(
            "dealstream_simulator_discord_messages", "Messages that arrived", registry=self._registry
        )

    def watch(self, market: Market, inbox: Inbox) -> None:
        self._active.set(len(market.active))
        self._messages.set(len(inbox))

    def text(self) -> bytes:
        return bytes(generate_latest(self._registry))


class Counted:
    """ASGI layer that counts answers by API and status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        api = APIS.get(scope["path"].split("/")[1], "simulator")

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.answers.labels(api, str(message["status"])).inc()
            await send(message)

        await self._app(scope, receive, counting)
