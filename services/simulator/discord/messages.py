"""The messages that arrived, as Discord keeps them."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.simulator.clock import utc_now

DISCORD_EPOCH_MS = 1_420_070_400_000
MOST_MESSAGES = 20_000
NONCE_WINDOW = timedelta(minutes=5)


@dataclass(slots=True)
class Message:
    id: str
    channel_id: str
    author: dict[str, Any]
    content: str
    embeds: list[dict[str, Any]]
    received_at: datetime
    webhook_id: str | None = None
    nonce: str | int | None = None
    edited_at: datetime | None = None
    allowed_mentions: dict[str, Any] = field(default_factory=dict)

    def as_discord(self) -> dict[str, Any]:
        """Answer the message object."""
        answer: dict[str, Any] = {
            "id": self.id,
            "type": 0,
            "channel_id": self.channel_id,
            "author": self.author,
            "content": self.content,
            "embeds": self.embeds,
            "attachments": [],
            "mentions": [],
            "mention_roles": [],
            "mention_everyone": self._mentions_everyone(),
            "pinned": False,
            "tts": False,
            "flags": 0,
            "components": [],
            "timestamp": self.received_at.isoformat(),
            "edited_timestamp": self.edited_at.isoformat() if self.edited_at else None,
        }
        if self.webhook_id is not None:
            answer["webhook_id"] = self.webhook_id
        if self.nonce is not None:
            answer["nonce"] = self.nonce
        return answer

    def _mentions_everyone(self) -> bool:
        """Tell whether people would have been called: `@everyone` counts unless the message forbids it."""
        called = "@everyone" in self.content or "@here" in self.content
        return called and (not self.allowed_mentions or "everyone" in self.allowed_mentions.get("parse", ()))


class Inbox:
    """Messages in order of arrival; ids are snowflakes, so they sort by time."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._messages: OrderedDict[str, Message] = OrderedDict()
        self._nonces: dict[tuple[str, str, str], tuple[str, datetime]] = {}
        self._sequence = 0

    def __len__(self) -> int:
        return len(self._messages)

    def all(self) -> list[Message]:
        """Answer every message, the oldest first."""
        return list(self._messages.values())

    def in_channel(self, channel_id: str) -> list[Message]:
        return [message for message in self._messages.values() if message.channel_id == channel_id]

    def find(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)

    def sent_with(self, author_id: str, channel_id: str, nonce: str | int) -> str | None:
        """Answer the id of the message that this author sent with this nonce in the past few minutes."""
        message_id, at = self._nonces.get((author_id, channel_id, str(nonce)), ("", self._now()))
        return message_id if message_id and self._now() - at <= NONCE_WINDOW else None

    def add(
        self, channel_id: str, author: dict[str, Any], payload: dict[str, Any], webhook_id: str | None = None
    ) -> Message:
        message = Message(
            id=self._snowflake(),
            channel_id=channel_id,
            author=author,
            content=payload.get("content") or "",
            embeds=[as_stored(embed) for embed in payload.get("embeds") or ()],
            received_at=self._now(),
            webhook_id=webhook_id,
            nonce=payload.get("nonce"),
            allowed_mentions=payload.get("allowed_mentions") or {},
        )
        self._messages[message.id] = message
        if message.nonce is not None:
            self._nonces[author["id"], channel_id, str(message.nonce)] = (message.id, message.received_at)
        if len(self._messages) > MOST_MESSAGES:
            self._messages.popitem(last=False)
        return message

    def edit(self, message: Message, payload: dict[str, Any]) -> None:
        if "content" in payload:
            message.content = payload["content"] or ""
        if "embeds" in payload:
            message.embeds = [as_stored(embed) for embed in payload["embeds"] or ()]
        message.edited_at = self._now()

    def delete(self, message: Message) -> None:
        del self._messages[message.id]

    def clear(self) -> None:
        self._messages.clear()
        self._nonces.clear()

    def _snowflake(self) -> str:
        self._sequence = (self._sequence + 1) % 4_194_304
        return str((int(self._now().timestamp() * 1000) - DISCORD_EPOCH_MS << 22) + self._sequence)


def as_stored(embed: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich", **embed}
