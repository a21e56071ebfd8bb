from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from services.classifier.emergency import Emergency, emergency
from services.classifier.sentiment import Sentiment
from services.classifier.urgency import Urgency, urgency

if TYPE_CHECKING:
    from tests.classifier.conftest import Reader

EMERGENCIES = [
    ("The charger you sold me caught fire", Emergency.SAFETY),
    ("there is a smell of gas in the flat", Emergency.SAFETY),
    ("My son had an allergic reaction to your cake", Emergency.SAFETY),
    ("the driver attacked me", Emergency.SAFETY),
    ("La batterie a pris feu", Emergency.SAFETY),
    ("O carregador pegou fogo", Emergency.SAFETY),
    ("kuna moto jikoni", Emergency.SAFETY),
    ("Kuna harufu ya gesi nyumbani", Emergency.SAFETY),
    ("Ifoni yami iyasha", Emergency.SAFETY),
    ("I want to kill myself", Emergency.SELF_HARM),
    ("je veux mourir", Emergency.SELF_HARM),
    ("quero morrer", Emergency.SELF_HARM),
    ("nataka kufa", Emergency.SELF_HARM),
    ("ngifuna ukufa", Emergency.SELF_HARM),
    ("I don't want to live anymore, nothing works", Emergency.SELF_HARM),
    ("theres no reason to go on living", Emergency.SELF_HARM),
    ("je ne veux plus vivre", Emergency.SELF_HARM),
    ("Não quero mais viver", Emergency.SELF_HARM),
    ("no quiero seguir viviendo", Emergency.SELF_HARM),
    ("ich will nicht mehr leben", Emergency.SELF_HARM),
    ("i cant breathe since i used your spray", Emergency.SAFETY),
    ("my little son swallowed a battery from the remote", Emergency.SAFETY),
    ("my lips are all swollen after your cream", Emergency.SAFETY),
    ("the battery looks bulging", Emergency.SAFETY),
    ("La freidora está en llamas", Emergency.SAFETY),
    ("Der Akku brennt!", Emergency.SAFETY),
    ("somebody is in my account right now", Emergency.FRAUD),
    ("i didnt authorise this payment", Emergency.FRAUD),
    ("Somebody has logged into our account from abroad", Emergency.FRAUD),
    ("Me robaron la tarjeta", Emergency.FRAUD),
    ("Meine Karte wurde gestohlen", Emergency.FRAUD),
    ("Someone hacked my account and emptied it", Emergency.FRAUD),
    ("my card has been stolen", Emergency.FRAUD),
    ("On m'a volé ma carte", Emergency.FRAUD),
    ("Roubaram o meu telemóvel", Emergency.FRAUD),
    ("Nimetapeliwa pesa", Emergency.FRAUD),
    ("ikhadi lami lebiwe, ngikhwatshanisiwe", Emergency.FRAUD),
    ("The whole system is down, nobody can work", Emergency.OUTAGE),
    ("none of our users can log in", Emergency.OUTAGE),
    ("Tout est en panne", Emergency.OUTAGE),
    ("Mfumo wote umezimika", Emergency.OUTAGE),
    ("You will hear from my lawyer", Emergency.LEGAL),
    ("I am going to sue you", Emergency.LEGAL),
    ("Je vais porter plainte", Emergency.LEGAL),
    ("vou falar com o meu advogado", Emergency.LEGAL),
    ("Nitaenda mahakamani", Emergency.LEGAL),
]


@pytest.mark.parametrize(("text", "kind"), EMERGENCIES)
def test_an_emergency_is_seen_and_critical(read: Reader, text: str, kind: Emergency) -> None:
    labels = read(text)

    assert labels.emergency is kind
    assert labels.urgent.urgency is Urgency.CRITICAL
    assert kind.value.replace("_", " ") in labels.urgent.reasons[0]


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order?",
        "I need help with billing",
        "Can I pay with a gift card?",
        "How do I fire up the app?",
        "I would die for a blue one",
        "The burning question: do you ship to Ghana?",
        "My payment failed",
        "What does the police edition of the model cost?",
        "I did not receive the code",
        "I don't want to live without this blender",
        "I don't want to livestream it",
        "We don't want to live in the city, do you deliver to villages?",
        "The ATM swallowed my card",
        "Is the pan safe on an open flame? Y a fuego lento?",
        "Die Lampe brennt nicht",
        "O estafeta não apareceu",
        "Is there someone in the shop on Saturday?",
    ],
)
def test_an_everyday_question_is_no_emergency(text: str) -> None:
    assert emergency(text) is None


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("No rush, but how do I change my address?", Urgency.LOW),
        ("Whenever you have time: could you send me the invoice?", Urgency.LOW),
        ("Sans urgence : rien d'urgent, comment changer d'adresse ?", Urgency.LOW),
        ("Hakuna haraka, naomba risiti", Urgency.LOW),
        ("thank you", Urgency.LOW),
        ("The best service in years, thank you so much!!", Urgency.LOW),
        ("I can't log in and I must pay in 20 minutes", Urgency.HIGH),
        ("What are your opening hours?", Urgency.NORMAL),
        ("How do I add a colleague?", Urgency.NORMAL),
        ("URGENT: my account is locked and I need it today", Urgency.HIGH),
        ("My payment failed, please help immediately", Urgency.HIGH),
        ("Is your site down?", Urgency.HIGH),
    ],
)
def test_haste_and_patience_decide(read: Reader, text: str, level: Urgency) -> None:
    assert read(text).urgent.urgency is level


def test_patience_does_not_make_an_emergency_less() -> None:
    text = "No rush, but the battery exploded"
    found = emergency(text)

    assert urgency(text, "thanks", Sentiment.NEUTRAL, found).urgency is Urgency.CRITICAL


@pytest.mark.parametrize("intent", ["how_to", "refund_request", "outage", "an_intent_of_a_tenant"])
def test_worse_feelings_never_lower_the_urgency(intent: str) -> None:
    order = list(Urgency)
    feelings = (Sentiment.NEUTRAL, Sentiment.NEGATIVE, Sentiment.VERY_NEGATIVE)

    levels = [order.index(urgency("x", intent, felt, None).urgency) for felt in feelings]

    assert levels == sorted(levels)


def test_every_point_has_its_reason() -> None:
    urgent = urgency("PLEASE HELP THIS IS URGENT today!!", "order_status", Sentiment.NEGATIVE, None)

    assert [reason.split(" (")[0] for reason in urgent.reasons] == [
        "asks for haste: 'urgent'",
        "intent order_status",
        "sounds negative",
        "names a time: 'today'",
        "written with emphasis",
    ]
