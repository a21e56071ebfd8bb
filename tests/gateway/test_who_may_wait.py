"""Which items tickets may sort into their conversations a little later."""

import httpx2

from tests.gateway.bodies import one_message, telegram_message, update
from tests.gateway.record import Record
from tests.gateway.test_webhooks import (
    HEADER,
    TELEGRAM,
    custom_body,
    post_custom,
    post_whatsapp,
)


async def test_only_who_is_told_nothing_of_its_message_may_have_it_sorted_later(
    edge: httpx2.AsyncClient, record: Record
) -> None:
    await post_whatsapp(edge, one_message())
    await edge.post(
        TELEGRAM, json=update(1, message=telegram_message()), headers={HEADER: "tg-secret"}
    )
    await post_custom(edge, custom_body())

    may_wait = {key[:3]: item.may_wait for (_, key), item in record.items.items()}

    assert may_wait == {"wa:": True, "tg:": True, "cw:": False}
