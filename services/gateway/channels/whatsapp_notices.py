"""What Meta tells about an account itself: kept, and an alert where somebody has to act."""

import msgspec

from services.gateway.channels.tolerant import Layer, Loose, Raw, read, text_of

# Changes of an account (CHANNELS 2.4); whatever else has no list of ours is kept by its name.
_ABOUT_THE_ACCOUNT = frozenset(
    {
        "account_update",
        "account_alerts",
        "account_review_update",
        "account_settings_update",
        "phone_number_quality_update",
        "phone_number_name_update",
        "business_capability_update",
        "business_username_update",
        "security",
        "template_category_update",
        "payment_configuration_update",
        "partner_solutions",
    }
)
_BAD_NEWS = frozenset(
    {
        "DISABLED_UPDATE",
        "ACCOUNT_RESTRICTION",
        "ACCOUNT_VIOLATION",
        "ACCOUNT_DELETED",
        "ACCOUNT_OFFBOARDED",
        "PARTNER_APP_UNINSTALLED",
        "PARTNER_REMOVED",
        "PHONE_NUMBER_REMOVED",
        "LOCKED",
        "LIMIT_EXCEEDED",
        "DISABLED",
        "REJECTED",
        "PAUSED",
        "FLAGGED",
        "DOWNGRADE",
        "RED",
        "CRITICAL",
        "WARNING",
        "DISABLE",
        "SCHEDULE_FOR_DISABLE",
    }
)


class _Ban(Layer):
    waba_ban_state: Loose | list[Loose] = None


class _Alert(Layer):
    alert_severity: Loose = None
    alert_type: Loose = None


class _Notice(Layer):
    event: Loose = None
    decision: Loose = None
    ban_info: _Ban | None = None
    alert_info: _Alert | None = None
    previous_quality_score: Loose = None
    new_quality_score: Loose = None
    alert_severity: Loose = None
    alert_type: Loose = None
    message_template_name: Loose = None


_QUALITY = ("RED", "YELLOW", "GREEN")
_NOTICE = msgspec.json.Decoder(_Notice)


def is_notice(field: str) -> bool:
    """Whether a change is about the account and not about a message."""
    return field in _ABOUT_THE_ACCOUNT or field.startswith("message_template_")


def notice_of(value: bytes | Raw) -> tuple[str, bool]:
    """What it says, in Meta's words, and whether somebody has to act."""
    said = read(_NOTICE, value) or _Notice()
    told = (
        *(said.event, said.decision, *_bans(said), said.new_quality_score),
        *(said.alert_severity, said.alert_type, *_nested(said)),
    )
    words = [text_of(word) for word in told if word is not None]
    is_alert = any(word.upper() in _BAD_NEWS for word in words) or _fell(said)
    return " ".join((*words, text_of(said.message_template_name))).strip()[:300], is_alert


def _fell(said: _Notice) -> bool:
    before, now = (
        text_of(s).upper() for s in (said.previous_quality_score, said.new_quality_score)
    )
    is_known = before in _QUALITY and now in _QUALITY
    return is_known and _QUALITY.index(now) < _QUALITY.index(before)


def _bans(said: _Notice) -> list[Loose]:
    """One state in Meta's newer examples, a list of them in the older."""
    states = said.ban_info.waba_ban_state if said.ban_info else None
    return states if isinstance(states, list) else [states]


def _nested(said: _Notice) -> tuple[Loose, Loose]:
    alert = said.alert_info or _Alert()
    return alert.alert_severity, alert.alert_type
