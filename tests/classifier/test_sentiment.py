from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from services.classifier.sentiment import Sentiment, feeling

if TYPE_CHECKING:
    from tests.classifier.conftest import Reader

NO_IDEA = (0.2, 0.2, 0.2, 0.2, 0.2)
BAD = {Sentiment.VERY_NEGATIVE, Sentiment.NEGATIVE}
GOOD = {Sentiment.VERY_POSITIVE, Sentiment.POSITIVE}
PLAIN = {Sentiment.NEUTRAL}
CERTAINLY_PLEASED = (0.0, 0.0, 0.1, 0.1, 0.8)
# Whether content, plain or unhappy: a careful reader's judgement; half of them are hard.
MOODS = [
    json.loads(line)
    for line in (Path(__file__).parent / "moods.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("This is the worst service ever, I am furious!", {Sentiment.VERY_NEGATIVE}),
        ("You are thieves", {Sentiment.VERY_NEGATIVE}),
        ("I am disappointed, the parcel is late again", BAD),
        ("the food was not good", BAD),
        ("Where is my order?", PLAIN),
        ("Good morning, what are your opening hours?", PLAIN),
        ("I would like to return this jacket", PLAIN),
        ("Thank you, that works", GOOD),
        ("I absolutely love it, you are amazing!!!", {Sentiment.VERY_POSITIVE}),
        ("Votre service est inacceptable, quelle honte", BAD),
        ("C'est inadmissible, un scandale", BAD),
        ("O aplicativo trava sempre, que porcaria", BAD),
        ("the jug came cracked and leaking", BAD),
        ("Do you sell garbage bags?", PLAIN),
        ("Je suis très content, merci", GOOD),
        ("Quels sont vos horaires ?", PLAIN),
        ("O vosso serviço é péssimo", BAD),
        ("Adoro, excelente atendimento", GOOD),
        ("Huduma yenu ni mbaya sana, aibu", BAD),
        ("Asante sana, nimefurahi", GOOD),
        ("Mzigo wangu uko wapi?", PLAIN),
        ("THIS IS THE THIRD TIME I WRITE!!!", BAD),
        ("great, the router is broken again", BAD),
        ("Great, I will order again", GOOD),
        ("Thank you, but the link does not open", BAD),
        ("I'm still waiting for the courier", BAD),
        ("C'est la troisième fois que je vous écris", BAD),
        ("Toujours aucune nouvelle de mon colis", BAD),
        ("Já é a terceira vez que escrevo sobre isto", BAD),
        ("Hii ni mara ya tatu nawaandikia", BAD),
        ("Bado sijapata mzigo wangu", BAD),
        ("Sigo esperando mi pedido", BAD),
        ("Ich warte immer noch auf mein Paket", BAD),
        ("Huduma nzuri sana, hongereni", GOOD),
        ("What happens if my payment is late?", PLAIN),
        ("O que acontece se pagar atrasado?", PLAIN),
        ("I lost my card, how do I order a new one?", PLAIN),
        ("The problem is solved, thank you", GOOD),
        ("Tatizo limeisha, asante", GOOD),
        ("PLEASE SEND ME THE INVOICE FOR MARCH", PLAIN),
        ("Hi!!! do you deliver to Mombasa?", PLAIN),
        ("😡😡", BAD),
        ("👍", GOOD),
    ],
)
def test_a_feeling_is_heard(read: Reader, text: str, among: set[Sentiment]) -> None:
    assert read(text).feeling.sentiment in among


@pytest.mark.parametrize(
    "text",
    [
        "a room for two people for three days and two nights?",
        "for two weeks and return it elsewhere?",
        "Can I pay two weeks later?",
        "Combien de fois par semaine livrez-vous ?",
        "Quantas vezes posso levantar dinheiro por dia?",
        "mara ngapi kwa siku?",
        "¿Cuántas veces puedo cambiar la fecha?",
        "Gilt das Angebot immer noch?",
        "Ist der Artikel noch immer verfügbar?",
        "Est-ce toujours sans frais ?",
        "ficou de vir amanhã, certo?",
        "A aplicação funciona sem internet?",
        "si ça ne marche pas, je peux le rendre ?",
        "se não funciona posso devolver?",
        "si no funciona puedo devolverlo?",
        "kama haifanyi kazi naweza kurudisha?",
        "Können Sie mal schauen?",
        "a rota do autocarro",
        "hora de partida",
        "cold drinks",
        "El despacho de Sevilla, ¿hace jornada partida?",
        "When was the last time I ordered?",
        "Do I have to write to you about opening times?",
        "What do I pay for shipping?",
        "Will I be charged twice?",
        "I have a question with respect to my invoice",
        "Wie oft muss ich das Öl wechseln?",
        "Habt ihr schon wieder geöffnet?",
        "Bado hamjatuma, sivyo?",
        "troquem a morada, ainda não foi expedida",
        "mi apellido está mal escrito en la cuenta",
        "I ordered the wrong size, can you change it before it ships",
        "is it too late to change the colour of what I ordered",
        "J'ai commandé deux exemplaires par erreur",
        "do you repair broken screens",
        "o voo está atrasado?",
        "Kann das Gerät kaputt gehen?",
        "Est-ce normal que le voyant clignote ?",
        "Le colis que j'attends arrive quand ?",
        "Se não chegar a tempo posso cancelar?",
        "alisema atakuja kesho, sawa?",
        "llevo dos meses en Madrid, ¿puedo cambiar de sede?",
        "es reicht, wenn Sie morgen liefern",
        "Geburtsdatum meines Kindes ist in der Kartei falsch erfasst",
    ],
)
def test_whoever_only_asks_or_tells_is_plain(read: Reader, text: str) -> None:
    assert read(text).feeling.sentiment in PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "D'accord, c'est normal, merci",
        "Thanks, but I found it already, all good",
        "merci beaucoup, mais ce n'est plus nécessaire",
        "I have tried your pizza many times and love it",
        "j'ai essayé plusieurs fois vos pizzas, excellentes",
        "si c'est bon, je commande",
        "no news is good news",
        "I come back again and again, great food",
    ],
)
def test_words_that_others_complain_with_take_nothing_from_content(read: Reader, text: str) -> None:
    assert read(text).feeling.sentiment in GOOD


@pytest.mark.parametrize(
    "text",
    [
        "What if it doesn't work? I have called five times, nobody answers",
        "If I may say so: nobody answers my mails",
        "ask if someone can help, I'm still waiting for my refund",
        "El paquete se me ha roto",
        "cuando se abrió estaba roto",
        "L'écran se trouve cassé",
        "como é possível, chegou partido",
        "Comment est-ce possible, colis perdu",
        "How many times do I have to explain this?",
        "Combien de fois dois-je vous appeler ?",
        "Quantas vezes tenho de ligar?",
        "Niwaambie mara ngapi?",
        "¿Cuántas veces tengo que llamar?",
        "my soup arrived cold",
        "Why is the jug broken?",
        "quand j'ai ouvert le carton, tout était cassé",
        "danke, aber es funktioniert nicht",
    ],
)
def test_a_complaint_beside_a_supposition_or_a_question_is_heard(read: Reader, text: str) -> None:
    assert read(text).feeling.sentiment in BAD


@pytest.mark.parametrize(
    ("language", "least"), [("en", 0.8), ("fr", 0.7), ("pt", 0.8), ("sw", 0.7)]
)
def test_of_what_customers_write_most_is_heard_as_content_plain_or_unhappy(
    read: Reader, language: str, least: float
) -> None:
    written = [one for one in MOODS if one["language"] == language]

    right = [
        any(
            {read(one["text"]).feeling.sentiment, Sentiment(one["sentiment"])} <= side
            for side in (BAD, PLAIN, GOOD)
        )
        for one in written
    ]

    assert sum(right) >= least * len(right)


@pytest.mark.parametrize("text", ["SEND ME THE FORM TODAY", "where is the form!!", "the form!?!"])
def test_emphasis_alone_is_no_praise(text: str) -> None:
    assert feeling(text, "en", CERTAINLY_PLEASED).sentiment not in GOOD


def test_emphasis_makes_more_of_what_the_words_say() -> None:
    order = list(Sentiment)
    for words, step in (("good and nice", 1), ("bad and sad", -1)):
        said, shouted = (feeling(text, "en", ()).sentiment for text in (words, f"{words}!!!"))
        assert order.index(shouted) == order.index(said) + step


def test_praise_beside_a_complaint_does_not_count() -> None:
    assert feeling("Oh wonderful, another day without water", "en", NO_IDEA).sentiment in BAD
    assert feeling("Excellent, nobody answers the phone", "en", NO_IDEA).sentiment in BAD


def test_a_negation_turns_and_softens() -> None:
    assert feeling("not bad", "en", NO_IDEA).sentiment in GOOD | PLAIN
    assert feeling("not happy", "en", NO_IDEA).sentiment in BAD


def test_the_confidence_is_a_chance() -> None:
    for text in ("terrible", "fine", "", "love love love"):
        assert 0 < feeling(text, "en", NO_IDEA).confidence <= 1
