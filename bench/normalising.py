"""How many WhatsApp bodies one core reads into messages, without the network and the database."""

from __future__ import annotations

import time

import httpx2

from bench import bodies
from services.gateway.channels.whatsapp import WhatsApp

_BODIES = 20_000


def per_second() -> float:
    """By processor time: what else the machine does is not counted."""
    channel = WhatsApp(httpx2.AsyncClient())
    made = [bodies.message(number, 500, "1")[1] for number in range(_BODIES)]
    started = time.process_time()
    for body in made:
        channel.parse({}, body)
    return _BODIES / (time.process_time() - started)
