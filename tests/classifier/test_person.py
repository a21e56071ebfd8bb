import pytest

from services.classifier.person import wants_person


@pytest.mark.parametrize(
    "text",
    [
        "I want to speak to a human",
        "can you connect me with an agent",
        "Agent please",
        "let me talk to your manager",
        "is there a real person here?",
        "please call me back",
        "no more bots!",
        "Je veux parler à un conseiller",
        "Quero falar com uma pessoa",
        "Quiero hablar con alguien",
        "Ich will mit einem Menschen sprechen",
        "Naomba kuongea na mhudumu",
        "Ngifuna ukukhuluma nomuntu",
    ],
)
def test_a_wish_for_a_person_is_heard(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order?",
        "your agent was rude to me",
        "How many people can use one account?",
        "I spoke about it yesterday",
        "What is the price per person?",
        "Is the robot vacuum in stock?",
    ],
)
def test_talk_of_people_is_no_wish_for_one(text: str) -> None:
    assert not wants_person(text)
