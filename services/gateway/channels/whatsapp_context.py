"""What a WhatsApp message refers to: a quoted message, a product, the ad that was clicked."""

import msgspec

from services.gateway.channels.channel import Ad, Context
from services.gateway.channels.tolerant import ABSENT, Layer, Loose, Raw, read, text_of
from services.gateway.channels.whatsapp_content import Item


class _Referred(Layer):
    catalog_id: Loose = None
    product_retailer_id: Loose = None


class _Context(Layer):
    id: Loose = None
    forwarded: bool | None = None
    frequently_forwarded: bool | None = None
    referred_product: _Referred | None = None


class _Referral(Layer):
    source_type: Loose = None
    source_id: Loose = None
    source_url: Loose = None
    headline: Loose = None
    ctwa_clid: Loose = None


_CONTEXT = msgspec.json.Decoder(_Context)
_REFERRAL = msgspec.json.Decoder(_Referral)


def context_of(item: Item) -> Context | None:
    """What was quoted, forwarded or clicked on; None for the most of messages."""
    if item.context is ABSENT and item.referral is ABSENT:
        return None
    found = (read(_CONTEXT, item.context) if item.context is not ABSENT else None) or _Context()
    product = found.referred_product or _Referred()
    return Context(
        quoted_id=text_of(found.id),
        is_forwarded=bool(found.forwarded or found.frequently_forwarded),
        product_id=text_of(product.product_retailer_id),
        catalog_id=text_of(product.catalog_id),
        ad=_ad(item.referral),
    )


def _ad(referral: Raw) -> Ad | None:
    found = read(_REFERRAL, referral) if referral is not ABSENT else None
    if found is None:
        return None
    said = (found.source_type, found.source_id, found.source_url, found.headline, found.ctwa_clid)
    return Ad(*map(text_of, said))
