"""The routes of Discord: webhooks that anybody with the address may use, and channels for the bot."""

# ruff: noqa: FAST003 - the dependency `webhook_id` reads the webhook and its token from the path

import asyncio
import re
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from services.simulator.answers import JsonResponse
from services.simulator.discord.limits import complaints, form_error, is_empty
from services.simulator.discord.messages import Message
from services.simulator.discord.rates import Verdict
from services.simulator.drop import drop_connection
from services.simulator.state import TheWorld
from services.simulator.world import World

router = APIRouter(tags=["Discord"])
WEBHOOK_TOKEN = re.compile(r"simulator[\w-]*")
BOT_TOKEN = "simulator"  # noqa: S105 - the simulator's only, and public, token
BOT = {"id": "900000000000000001", "username": "Dealstream", "discriminator": "0000", "avatar": None, "bot": True}


class Refused(Exception):  # noqa: N818 - an answer on its way, not an error
    """Discord turns a request down with a code of its own."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.response = JsonResponse({"message": message, "code": code}, status)


async def webhook_id(world: TheWorld, webhook: str, token: str) -> str:
    """Answer the id of a webhook that exists: any number, with a token that starts with `simulator`."""
    if world.faults.discord.gone or not webhook.isdecimal() or not WEBHOOK_TOKEN.fullmatch(token):
        raise Refused(404, 10015, "Unknown Webhook")
    return webhook


async def check_bot(request: Request) -> None:
    if request.headers.get("Authorization") != f"Bot {BOT_TOKEN}":
        raise Refused(401, 0, "401: Unauthorized")


WebhookId = Annotated[str, Depends(webhook_id)]
FromBot = Depends(check_bot)


@router.get("/api/webhooks/{webhook}/{token}")
@router.get("/api/v10/webhooks/{webhook}/{token}")
async def get_webhook(hook: WebhookId, token: str) -> Response:
    return JsonResponse(
        {
            "id": hook,
            "type": 1,
            "channel_id": hook,
            "guild_id": "1",
            "name": "Dealstream",
            "avatar": None,
            "token": token,
        }
    )


@router.post("/api/webhooks/{webhook}/{token}")
@router.post("/api/v10/webhooks/{webhook}/{token}")
async def execute_webhook(request: Request, world: TheWorld, hook: WebhookId, *, wait: bool = False) -> Response:
    payload = await _read(request)
    if stopped := await _before_writing(world, f"webhook/{hook}", payload):
        return stopped
    verdict = world.buckets.take(f"webhook/{hook}")
    if not verdict.allowed:
        return _too_many(verdict)
    author = {
        "id": hook,
        "username": payload.get("username") or "Dealstream",
        "avatar": None,
        "discriminator": "0000",
        "bot": True,
    }
    payload.pop("nonce", None)
    message = world.inbox.add(hook, author, payload, webhook_id=hook)
    if lost := await _after_writing(request, world):
        return lost
    return _answer(message, verdict) if wait else Response(status_code=204, headers=verdict.headers)


@router.post("/api/v10/channels/{channel}/messages", dependencies=[FromBot])
async def create_message(request: Request, world: TheWorld, channel: str) -> Response:
    payload = await _read(request)
    if stopped := await _before_writing(world, f"channel/{channel}", payload):
        return stopped
    verdict = world.buckets.take(f"channel/{channel}")
    if not verdict.allowed:
        return _too_many(verdict)
    if message := _sent_before(world, channel, payload):
        return _answer(message, verdict)
    message = world.inbox.add(channel, BOT, payload)
    return await _after_writing(request, world) or _answer(message, verdict)


@router.get("/api/v10/channels/{channel}/messages", dependencies=[FromBot])
async def list_messages(
    world: TheWorld,
    channel: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    after: int = 0,
    before: int | None = None,
) -> Response:
    """Answer the newest first; `after` and `before` are snowflakes."""
    found = [
        message
        for message in world.inbox.in_channel(channel)
        if after < int(message.id) and (before is None or int(message.id) < before)
    ]
    nearest = found[:limit] if after else found[-limit:]
    return JsonResponse([message.as_discord() for message in reversed(nearest)])


@router.get("/api/webhooks/{webhook}/{token}/messages/{message_id}")
@router.get("/api/v10/webhooks/{webhook}/{token}/messages/{message_id}")
async def get_webhook_message(world: TheWorld, hook: WebhookId, message_id: str) -> Response:
    return JsonResponse(_find(world, hook, message_id).as_discord())


@router.patch("/api/webhooks/{webhook}/{token}/messages/{message_id}")
@router.patch("/api/v10/webhooks/{webhook}/{token}/messages/{message_id}")
async def edit_webhook_message(request: Request, world: TheWorld, hook: WebhookId, message_id: str) -> Response:
    return await _edit(request, world, _find(world, hook, message_id))


@router.delete("/api/webhooks/{webhook}/{token}/messages/{message_id}")
@router.delete("/api/v10/webhooks/{webhook}/{token}/messages/{message_id}")
async def delete_webhook_message(world: TheWorld, hook: WebhookId, message_id: str) -> Response:
    world.inbox.delete(_find(world, hook, message_id))
    return Response(status_code=204)


@router.get("/api/v10/channels/{channel}/messages/{message_id}", dependencies=[FromBot])
async def get_message(world: TheWorld, channel: str, message_id: str) -> Response:
    return JsonResponse(_find(world, channel, message_id).as_discord())


@router.patch("/api/v10/channels/{channel}/messages/{message_id}", dependencies=[FromBot])
async def edit_message(request: Request, world: TheWorld, channel: str, message_id: str) -> Response:
    return await _edit(request, world, _find(world, channel, message_id))


@router.delete("/api/v10/channels/{channel}/messages/{message_id}", dependencies=[FromBot])
async def delete_message(world: TheWorld, channel: str, message_id: str) -> Response:
    world.inbox.delete(_find(world, channel, message_id))
    return Response(status_code=204)


async def _read(request: Request) -> dict[str, Any]:
    try:
        payload = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise Refused(400, 50109, "The request body contains invalid JSON.") from None
    if not isinstance(payload, dict):
        raise Refused(400, 50035, "Invalid Form Body")
    return payload


async def _before_writing(world: World, bucket: str, payload: dict[str, Any]) -> Response | None:
    """Answer what stops a message before it is stored: a fault, or the limits."""
    faults = world.faults.discord
    if faults.slow_s and world.strikes(faults.slow):
        await asyncio.sleep(faults.slow_s)
    if world.strikes(faults.too_many):
        return _too_many(world.buckets.refuse(bucket))
    if world.strikes(faults.broken):
        return JsonResponse({"message": "500: Internal Server Error", "code": 0}, 500)
    if found := complaints(payload):
        return JsonResponse(form_error(found), 400)
    if is_empty(payload):
        raise Refused(400, 50006, "Cannot send an empty message")
    return None


async def _after_writing(request: Request, world: World) -> Response | None:
    """Lose or delay the answer to a message that is stored."""
    faults = world.faults.discord
    if world.strikes(faults.written_then_dropped):
        await drop_connection(request)
        return Response(status_code=500)
    if world.strikes(faults.written_then_broken):
        return JsonResponse({"message": "500: Internal Server Error", "code": 0}, 500)
    if world.strikes(faults.written_then_slow):
        await asyncio.sleep(faults.written_then_slow_s)
    return None


def _sent_before(world: World, channel: str, payload: dict[str, Any]) -> Message | None:
    """Answer the message that this nonce already made; one that was deleted meanwhile is unknown."""
    nonce = payload.get("nonce")
    if not payload.get("enforce_nonce") or nonce is None:
        return None
    message_id = world.inbox.sent_with(str(BOT["id"]), channel, nonce)
    return None if message_id is None else _find(world, channel, message_id)


def _find(world: World, channel: str, message_id: str) -> Message:
    message = world.inbox.find(message_id)
    if message is None or message.channel_id != channel:
        raise Refused(404, 10008, "Unknown Message")
    return message


async def _edit(request: Request, world: World, message: Message) -> Response:
    payload = await _read(request)
    if found := complaints(payload):
        return JsonResponse(form_error(found), 400)
    world.inbox.edit(message, payload)
    return JsonResponse(message.as_discord())


def _too_many(verdict: Verdict) -> Response:
    body = {"message": "You are being rate limited.", "retry_after": verdict.retry_after_s, "global": False}
    return JsonResponse(body, 429, headers=verdict.headers)


def _answer(message: Message, verdict: Verdict) -> Response:
    return JsonResponse(message.as_discord(), headers=verdict.headers)
