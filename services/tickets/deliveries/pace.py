"""How fast, and how long: what providers bear, and what we wait for (PROTOCOL 5, 9)."""

from __future__ import annotations

from dataclasses import dataclass

# Below what the provider names, so that its limit is not where we live.
_OF_THE_PROVIDERS_RATE = 0.8
# Sends a second of one account, by kind; a kind without a documented limit has no bucket.
_PROVIDERS_RATES = {"whatsapp": 80.0, "telegram": 30.0}
RATES = {kind: rate * _OF_THE_PROVIDERS_RATE for kind, rate in _PROVIDERS_RATES.items()}
# Between two parts to one person: WhatsApp reorders what comes closer, Telegram refuses it.
GAPS = {"whatsapp": 0.5, "telegram": 1.0}
# What an account may hold at once however many others have work.
SHARE_LEAST = 4


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds. Shortened together when a proof of recovery has no time to lose."""

    lease: float = 45.0
    # Until "perhaps sent" is decided.
    perhaps_sent: float = 60.0
    # Until a part that no evidence speaks about is sent once more.
    last_resort: float = 600.0

    def hurried(self, by: float) -> Waits:
        return Waits(self.lease / by, self.perhaps_sent / by, self.last_resort / by)
