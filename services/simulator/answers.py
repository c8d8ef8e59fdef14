"""JSON answers, written with orjson."""

from typing import override

import orjson
from starlette.responses import Response


class JsonResponse(Response):
    media_type = "application/json"

    @override
    def render(self, content: object) -> bytes:
        return orjson.dumps(content)
