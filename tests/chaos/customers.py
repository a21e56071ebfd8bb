"""Customers who write, and providers that repeat what was not acknowledged.

Telegram keeps a queue a chat and repeats its head until a 2xx. WhatsApp knows no order, repeats
until a 2xx, and now and then although there was one (PROTOCOL 2).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import math
import random
import time
from typing import TYPE_CHECKING, Any

import httpx2

from tests.chaos.story import Account, Said, Story, Taken, mark, now

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

_HOOKS = "/api/v1/webhooks"
_AGAIN_SECONDS = (0.5, 1.0, 2.0, 3.0)
# While nothing is acknowledged nobody new begins: repeats alone would fill the machine.
_WAITING_MOST = 60  # and as many as arrive in some seconds when all is well
_WAITING_SECONDS = 6.0
_TWICE = 0.08  # of WhatsApp's webhooks come although they were acknowledged
_BATCH = 50  # messages in one webhook of a flood
# A campaign: every so many conversations on WhatsApp, so many people write so much at once. Their
# webhook is repeated with more behind it while the tenant surges.
_CROWD_EVERY, _CROWD, _CROWD_WORDS, _CROWD_FIRST = 20, 12, 5, 50
_EDITED = 0.05  # of Telegram's messages are corrected by their authors
_ECHO_LOST = 0.01
_ECHO_SECONDS = (0.05, 0.8)
_MESSAGES_MOST = 5
_PAUSE_SECONDS = (0.0, 1.5)
_WANTS_PERSON = 0.04
_QUESTION = "How will I get my money back when I return an article?"
_PERSON = "Please let me talk to a human agent, a real person."


class Customers:
    """Writes to every account through the edge, and keeps what was acknowledged."""

    def __init__(self, accounts: Sequence[Account], edge: str, seed: int) -> None:
        self._accounts = accounts
        self._edge = edge
        self._chance = random.Random(seed)
        self._numbers = itertools.count(seed % 1000 * 1_000_000 + 1)
        self._http = httpx2.AsyncClient(timeout=6.0, trust_env=False)
        self._conversations = itertools.count(1)
        self._writing: set[asyncio.Task[None]] = set()
        self._telling: set[asyncio.Task[None]] = set()
        self.story = Story()

    async def close(self) -> None:
        tasks = self._writing | self._telling
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._http.aclose()

    async def write(self, story: Story, *, seconds: float | None, rate: float) -> None:
        """About `rate` messages a second, from ever new customers; for so long, or for ever."""
        self.story = story
        until, mean = now() + (seconds or math.inf), (1 + _MESSAGES_MOST) / 2
        while now() < until:
            if len(self._writing) < max(_WAITING_MOST, rate * _WAITING_SECONDS):
                _begin(self._writing, self._converse(self._chance.choice(self._accounts)))
            await asyncio.sleep(self._chance.expovariate(rate / mean))

    async def steadily(
        self, story: Story, account: Account, *, seconds: float, rate: float
    ) -> None:
        """One question every 1/`rate` seconds, each from somebody new: figures without dice."""
        self.story, started = story, now()
        for n in itertools.takewhile(lambda n: n < seconds * rate, itertools.count()):
            await asyncio.sleep(max(0.0, started + n / rate - now()))
            story.said.append(said := self._ask(account))
            _begin(self._writing, self._deliver(story, said, None))

    async def flood(self, story: Story, account: Account, count: int) -> None:
        """So many questions on one WhatsApp number at once, each from somebody new."""
        self.story, said = story, [self._ask(account) for _ in range(count)]
        story.said += said
        for batch in (said[n : n + _BATCH] for n in range(0, count, _BATCH)):
            await self._until_acknowledged(story, account, _whatsapp(*batch))

    async def acknowledged(self, seconds: float) -> bool:
        """Whether all that was written is acknowledged in that time."""
        until = now() + seconds
        while self._writing and now() < until:
            await asyncio.wait(self._writing, timeout=until - now())
        return not self._writing

    async def told(self, seconds: float) -> None:
        """The statuses so far are acknowledged; a reply meanwhile makes new ones."""
        if self._telling:
            await asyncio.wait(set(self._telling), timeout=seconds)

    def echo(self, taken: Taken, late_seconds: float) -> None:
        """WhatsApp's statuses of a send, with the attempt's token."""
        if self._http.is_closed or self._chance.random() < _ECHO_LOST:
            return
        for status in ("sent", "delivered"):
            pause = late_seconds + self._chance.uniform(*_ECHO_SECONDS)
            _begin(self._telling, self._tell(taken, status, pause))

    async def _converse(self, account: Account) -> None:
        """One customer's few messages, each sent when it is written; now and then a crowd's."""
        if not account.is_telegram and next(self._conversations) % _CROWD_EVERY == 0:
            await self._crowd(account)
        story, contact = self.story, self._contact()
        last: asyncio.Task[None] | None = None
        for number in range(self._chance.randint(1, _MESSAGES_MOST)):
            said = self._say(account, contact, number)
            story.said.append(said)
            before = last if account.is_telegram else None
            last = _begin(self._writing, self._deliver(story, said, before))
            await asyncio.sleep(self._chance.uniform(*_PAUSE_SECONDS))

    async def _crowd(self, account: Account) -> None:
        """Enough in one webhook to be a surge, so that the next is spooled; and, behind it, a
        Telegram customer of the same tenant, whose messages have an order.
        """
        story, contacts = self.story, [self._contact() for _ in range(_CROWD)]
        said = [self._say(account, who, n) for n in range(_CROWD_WORDS) for who in contacts]
        story.said += said
        for some in (said[:_CROWD_FIRST], said):
            await self._until_acknowledged(story, account, _whatsapp(*some))
        for other in self._accounts:
            if other.is_telegram and other.tenant == account.tenant:
                _begin(self._writing, self._converse(other))
        for each in said:
            each.acknowledged_at = now()

    def _contact(self) -> str:
        return str(2547_00_000_000 + next(self._numbers))

    def _ask(self, account: Account) -> Said:
        word = mark(self._chance)
        return Said(account, self._contact(), 0, word, f"{_QUESTION} ref {word}", now())

    def _say(self, account: Account, contact: str, number: int) -> Said:
        word, asks = mark(self._chance), self._chance.random() < _WANTS_PERSON
        text = f"{_PERSON if asks else _QUESTION} ref {word}"
        return Said(account, contact, number, word, text, now())

    async def _deliver(self, story: Story, said: Said, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        body = _telegram(said) if said.account.is_telegram else _whatsapp(said)
        await self._until_acknowledged(story, said.account, body)
        said.acknowledged_at = now()
        if said.account.is_telegram and self._chance.random() < _EDITED:
            await self._until_acknowledged(story, said.account, _telegram(said, is_edit=True))
        if not said.account.is_telegram and self._chance.random() < _TWICE:
            await asyncio.sleep(self._chance.uniform(0, 3))
            await self._until_acknowledged(story, said.account, body)

    async def _tell(self, taken: Taken, status: str, pause: float) -> None:
        await asyncio.sleep(pause)
        said = {
            "id": taken.message_id,
            "status": status,
            "timestamp": str(int(time.time())),
            "recipient_id": taken.contact,
            "biz_opaque_callback_data": taken.token,
        }
        body = _envelope(taken.account, {"statuses": [said]})
        story = self.story
        await self._until_acknowledged(story, taken.account, body)
        story.told.add(taken.token)

    async def _until_acknowledged(self, story: Story, account: Account, body: bytes) -> None:
        """Again and again."""
        for pause in itertools.chain(_AGAIN_SECONDS, itertools.repeat(_AGAIN_SECONDS[-1])):
            story.webhooks += 1
            if await self._post(account, body):
                return
            story.refused_webhooks += 1
            await asyncio.sleep(pause * self._chance.uniform(0.7, 1.3))

    async def _post(self, account: Account, body: bytes) -> bool:
        headers = {"content-type": "application/json"}
        if account.is_telegram:
            headers["x-telegram-bot-api-secret-token"] = account.secret
        else:
            signature = hmac.new(account.secret.encode(), body, hashlib.sha256).hexdigest()
            headers["x-hub-signature-256"] = f"sha256={signature}"
        url = f"{self._edge}{_HOOKS}/{account.kind}"
        try:
            response = await self._http.post(url, content=body, headers=headers)
        except httpx2.HTTPError:
            return False
        return response.status_code == httpx2.codes.OK


def _begin(among: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    task = asyncio.create_task(work)
    among.add(task)
    task.add_done_callback(among.discard)
    return task


def _telegram(said: Said, *, is_edit: bool = False) -> bytes:
    person = {"id": int(said.contact), "is_bot": False, "first_name": "Amina"}
    number = int(said.contact) % 10**7 * 100 + said.number
    message = {
        "message_id": number,
        "from": person,
        "chat": {"id": int(said.contact), "type": "private", "first_name": "Amina"},
        "date": int(time.time()),
        "text": said.text,
    }
    if is_edit:
        edited = message | {"edit_date": int(time.time()) + 1, "text": f"{said.text} (corrected)"}
        return json.dumps({"update_id": number + 50, "edited_message": edited}).encode()
    return json.dumps({"update_id": number, "message": message}).encode()


def _whatsapp(*said: Said) -> bytes:
    messages = [
        {
            "from": each.contact,
            "id": f"wamid.in.{each.contact}.{each.number}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": each.text},
        }
        for each in said
    ]
    contacts = [{"profile": {"name": "Amina"}, "wa_id": each.contact} for each in said]
    return _envelope(said[0].account, {"contacts": contacts, "messages": messages})


def _envelope(account: Account, what: dict[str, Any]) -> bytes:
    number = {"display_phone_number": "15550000001", "phone_number_id": account.external_id}
    value = {"messaging_product": "whatsapp", "metadata": number, **what}
    entry = {"id": "200000000000001", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
