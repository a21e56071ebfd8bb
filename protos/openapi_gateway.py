"""The gateway's own routes: they are HTTP only, so no proto describes them."""

from typing import Any

Json = dict[str, Any]

STATUS_SCHEMA: Json = {
    "type": "object",
    "description": "google.rpc.Status: every failure, whichever service it came from.",
    "required": ["code", "message", "details"],
    "properties": {
        "code": {
            "type": "integer",
            "format": "int32",
            "description": "Of google.rpc.Code; 5 is NOT_FOUND.",
        },
        "message": {"type": "string"},
        "details": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"@type": {"type": "string"}},
                "additionalProperties": True,
            },
        },
    },
}
GATEWAY_TAGS: list[Json] = [
    {"name": "Health", "description": "How the mesh is."},
    {"name": "Live", "description": "Events as they happen."},
    {"name": "Session", "description": "Signing in to the console with a key."},
    {"name": "Test", "description": "One message through the whole mesh."},
    {"name": "Webhooks", "description": "What channels send; signed, never with a key."},
]

_OBJECT: Json = {"type": "object", "additionalProperties": True}
_TEXT: Json = {"type": "string"}
_LABEL: Json = {"type": "string"}
_SHARE: Json = {"type": "number", "minimum": 0, "maximum": 1}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


_FAILED: Json = {
    "description": "What went wrong.",
    "content": _json({"$ref": "#/components/schemas/Status"}),
}


def _operation(name: str, tag: str, says: str, good: Json, **more: Any) -> Json:
    return {
        "operationId": name,
        "tags": [tag],
        "summary": says.partition(". ")[0].rstrip("."),
        "description": says,
        "responses": {"200": {"description": "Done.", **good}, "default": _FAILED},
        **more,
    }


def _parameter(name: str, place: str, says: str, *, required: bool = False) -> Json:
    return {
        "name": name,
        "in": place,
        "required": required or place == "path",
        "description": says,
        "schema": _TEXT,
    }


def _body(schema: Json) -> Json:
    return {"required": True, "content": _json(schema)}


def _probe(name: str, says: str, schema: Json = _OBJECT) -> Json:
    return {"get": _operation(name, "Health", says, {"content": _json(schema)}, security=[])}


_HEALTH = _object(
    status={"type": "string", "enum": ["ok", "degraded", "down"]},
    services={"type": "object", "additionalProperties": _object(status=_TEXT)},
    reply_tiers={
        "type": "array",
        "items": _TEXT,
        "description": "The tiers that can be used now, best first.",
    },
    providers={"type": "object", "additionalProperties": _object(state=_TEXT, reason=_TEXT)},
)
_CLASSIFICATION = _object(
    intent=_LABEL,
    confidence=_SHARE,
    urgency={"type": "string", "enum": ["low", "normal", "high", "critical"]},
    sentiment={
        "type": "string",
        "enum": ["very_negative", "negative", "neutral", "positive", "very_positive"],
    },
    language={"type": "string", "description": "ISO 639-1."},
    out_of_scope={"type": "boolean"},
    confidences=_object(urgency=_SHARE, sentiment=_SHARE, language=_SHARE),
    engine=_TEXT,
)
_REPLY = _object(
    text=_TEXT,
    tier={"type": "string", "enum": ["mistral", "ollama", "knowledge", "template"]},
    model=_TEXT,
    sources={"type": "array", "items": _OBJECT},
    confidence=_SHARE,
    fallback_reason=_TEXT,
)
_TRIAL_ANSWER = _object(
    conversation_id={"type": "string", "format": "uuid"},
    message_id={"type": "string", "format": "uuid"},
    classification=_CLASSIFICATION,
    reply=_REPLY,
    ticket={"type": ["object", "null"], "additionalProperties": True},
    handover={"type": "boolean"},
    timings_ms={"type": "object", "additionalProperties": {"type": "integer"}},
)
_TRIAL_QUESTION = {
    **_object(
        message={"type": "string", "minLength": 1, "maxLength": 20000},
        customer_id={"type": "string", "minLength": 1, "maxLength": 300},
        channel={"type": "string", "enum": ["test"], "default": "test"},
        tenant_id={**_TEXT, "description": "Left out: the key's own."},
        request_id={
            "type": "string",
            "format": "uuid",
            "description": "Repeated, one effect and the first answer.",
        },
    ),
    "required": ["message", "customer_id"],
}
_CUSTOM_MESSAGE = {
    **_object(
        type={"type": "string", "enum": ["message.received"]},
        data={
            **_object(
                customer_id=_TEXT,
                text=_TEXT,
                message_id=_TEXT,
                attachments={"type": "array", "items": _OBJECT},
                customer_name=_TEXT,
                locale=_TEXT,
            ),
            "required": ["customer_id", "text"],
        },
    ),
    "required": ["type", "data"],
}
_EVENT = _object(
    id=_TEXT,
    sequence={"type": "string", "format": "int64"},
    epoch=_TEXT,
    tenant_id=_TEXT,
    type=_TEXT,
    occurred_at={"type": "string", "format": "date-time"},
    conversation_id=_TEXT,
    ticket_id=_TEXT,
    data=_OBJECT,
)


def _webhook(name: str, says: str, schema: Json, *parameters: Json) -> Json:
    taken = {"content": _json(_OBJECT)}
    more = {"security": [], "requestBody": _body(schema), "parameters": list(parameters)}
    return _operation(name, "Webhooks", says, taken, **more)


def _follow(name: str, says: str, good: Json) -> Json:
    parameters = [
        _parameter("tenant_id", "path", "Whose events."),
        _parameter("after", "query", "Resume after this sequence."),
        _parameter("epoch", "query", "The epoch that `after` belongs to."),
        _parameter("token", "query", "A browser's one-minute token, instead of a key."),
    ]
    operation = _operation(name, "Live", says, good, parameters=parameters)
    return {"get": operation}


_CHANNEL = _parameter("channel_id", "path", "The account.")
_TELEGRAM = "A Telegram update, proven by the secret token."
_TELEGRAM_SECRET = _parameter(
    "X-Telegram-Bot-Api-Secret-Token", "header", "The account's secret.", required=True
)
_META = _parameter("X-Hub-Signature-256", "header", "HMAC of the body.", required=True)
_STANDARD = [
    _parameter(name, "header", "Of the Standard Webhooks specification.", required=True)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
]
_HANDSHAKE = _operation(
    "VerifyWhatsAppWebhook",
    "Webhooks",
    "Meta's handshake. Answers with the challenge.",
    {"content": {"text/plain": {"schema": _TEXT}}},
    security=[],
    parameters=[
        _parameter(f"hub.{name}", "query", "Sent by Meta.", required=True)
        for name in ("mode", "verify_token", "challenge")
    ],
)
_TRIAL = _operation(
    "SendTestMessage",
    "Test",
    "One message through the whole mesh, answered at once. It is stored like any other.",
    {"content": _json(_TRIAL_ANSWER)},
    requestBody=_body(_TRIAL_QUESTION),
)
_SESSION = _object(
    signed_in={"type": "boolean"},
    tenant_id={**_TEXT, "description": "Empty: a platform key, or nobody."},
    role={"enum": ["", "viewer", "agent", "admin", "platform", "ingest"], "type": "string"},
    name=_TEXT,
    key_id=_TEXT,
)
_SESSION["required"] = list(_SESSION["properties"])


def _session(name: str, says: str, **more: Any) -> Json:
    return _operation(name, "Session", says, {"content": _json(_SESSION)}, **more)


_DELIVERS = _object(
    state={
        "type": "string",
        "enum": ["set", "not_set", "elsewhere", "unknown", "not_asked"],
        "description": "`unknown`: the provider gave no usable answer; `reason` says why.",
    },
    reason=_TEXT,
    url={**_TEXT, "description": "Where it delivers; empty: the app's own address."},
    waiting={"type": "integer", "description": "Telegram: updates that were not taken yet."},
    last_error={**_TEXT, "description": "Telegram's words for the last delivery that failed."},
    last_error_time={"type": ["string", "null"], "format": "date-time"},
)
_PROVIDER_WEBHOOK = _operation(
    "GetChannelWebhook",
    "ChannelService",
    "Where the channel's provider delivers. WhatsApp and Telegram are asked; nothing is changed.",
    {"content": _json(_DELIVERS)},
    parameters=[_parameter("tenant_id", "path", "Whose channel."), _CHANNEL],
)
_KEY = _body({**_object(key=_TEXT), "required": ["key"]})
_STREAM: Json = {"content": {"text/event-stream": {"schema": _EVENT}}}
_SOCKET = "Events by WebSocket: ask for the upgrade; each frame is one event."

GATEWAY_PATHS: dict[str, Json] = {
    "/health": _probe("GetHealth", "How the mesh is. 503 only when it is down.", _HEALTH),
    "/health/live": _probe("GetLiveness", "Whether the process lives. Asks nobody."),
    "/health/ready": _probe("GetReadiness", "Whether messages can be stored."),
    "/api/v1/session": {
        "get": _session("GetSession", "Who calls. Nobody is an answer, not a failure."),
        "post": _session(
            "StartSession",
            "Keep a key in the browser's cookie. Needs the header x-console.",
            security=[],
            requestBody=_KEY,
        ),
        "delete": _session("EndSession", "Forget the cookie. Needs the header x-console."),
    },
    "/api/v1/test/test": {"post": _TRIAL},
    "/api/v1/webhooks/whatsapp": {
        "get": _HANDSHAKE,
        "post": _webhook(
            "ReceiveWhatsApp", "Messages and receipts from Meta's Cloud API.", _OBJECT, _META
        ),
    },
    "/api/v1/webhooks/telegram": {
        "post": _webhook("ReceiveTelegram", _TELEGRAM, _OBJECT, _TELEGRAM_SECRET)
    },
    "/api/v1/webhooks/telegram/{channel_id}": {
        "post": _webhook("ReceiveTelegramOfChannel", _TELEGRAM, _OBJECT, _CHANNEL, _TELEGRAM_SECRET)
    },
    "/api/v1/webhooks/custom/{channel_id}": {
        "post": _webhook(
            "ReceiveCustom",
            "A message of a tenant's own channel, signed as Standard Webhooks says.",
            _CUSTOM_MESSAGE,
            *(_CHANNEL, *_STANDARD),
        )
    },
    "/api/v1/tenants/{tenant_id}/channels/{channel_id}/webhook": {"get": _PROVIDER_WEBHOOK},
    "/api/v1/tenants/{tenant_id}/events": _follow(
        "StreamEvents",
        "Events by SSE, with `id:` lines. Resume with Last-Event-ID.",
        _STREAM,
    ),
    "/api/v1/tenants/{tenant_id}/live": _follow(
        "OpenLiveSocket", _SOCKET, {"content": _json(_EVENT)}
    ),
}
