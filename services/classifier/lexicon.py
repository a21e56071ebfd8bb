"""Words and signs of feeling in six languages, with their strength; written for us (pure).

A word that two languages spell alike has to feel alike in both, or be one of `FALSE_FRIENDS`.
"""

# What went wrong, said by whoever asks about it as by whoever suffers from it.
_MISHAPS = (
    "late broken slow complain problem problems lost wrong failed dirty damaged leaking faulty "
    "smashed shattered ripped cracked declined crashing crashes complaint missing overcharged "
    "trouble stuck defective delayed delay "
    "retard problème cassé cassée abîmé abîmée perdu mauvais lent panne coupure erreur "
    "atrasado atrasada problema partido errado errada lento lenta roto rota retraso "
    "kaputt verspätet falsch defekt tatizo imevunjika imeharibika imechelewa imepotea imekwama "
    "kosa shida haifanyi"
)

# What went wrong before one of these is over.
_SETTLED = (
    "solved resolved sorted réglé réglée résolu résolue resolvido resolvida resuelto resuelta "
    "gelöst limeisha limetatuliwa imetatuliwa"
)

_STRENGTHS = {
    -2.0: "worst disgusting furious outrageous thieves crooks scammers disgrace pathetic useless "
    "livid hate horrible disgusted awful terrible ridiculous unacceptable incompetent shameful "
    "appalling dreadful atrocious disgraceful ludicrous abysmal liar liars lied cheated "
    "nightmare hopeless "
    "scandaleux scandaleuse arnaque inadmissible honte scandale voleurs menteurs inacceptable "
    "catastrophique furieux furieuse nul nulle honteux pire lamentable "
    "merda péssimo péssima horrível porcaria ladrões mentirosos vergonha inaceitável furioso odeio "
    "pésimo pésima vergüenza ladrones inaceptable furiosa terrible "
    "furchtbar schrecklich unverschämt frechheit katastrophe betrüger schlimmste wütend "
    "mbaya wezi aibu hovyo nachukia nimekasirika matapeli waongo mwongo 😡 🤬 🖕",
    -1.0: "bad disappointed disappointing annoying annoyed frustrated angry frustrating unhappy "
    "upset poor unfortunately sadly sad rude dissatisfied "
    "ignored regret worse unreliable disappointment "
    "déçu déçue décevant décevante déception désagréable triste malheureusement fâché fâchée "
    "mécontent mécontente "
    "pior chateado chateada desilusão raiva desiludido desiludida infelizmente mau má "
    "insatisfeito insatisfeita "
    "decepcionado decepcionada lamentablemente enojado "
    "enttäuscht leider schlecht ärgerlich unzufrieden "
    "nimesikitika nimesikitishwa sijaridhika siridhiki sijafurahi sikufurahi kero "
    "vibaya mbovu kiburi jeuri "
    f"😠 😞 😢 😭 😤 😒 🙄 😩 👎 💔 ☹ :( :-( {_MISHAPS}",
    # A question that ends in thanks is a question still.
    0.7: "thanks thank cheers merci obrigado obrigada gracias danke asante asanteni shukrani "
    "shukran nashukuru ngiyabonga",
    1.0: "good nice happy helpful great glad appreciate satisfied friendly pleased works "
    f"{_SETTLED} grateful polite lovely smoothly enjoy enjoyed impressed pleasant bon bien content "
    "contente satisfait satisfaite super gentil "
    "recommande agréable gentille aimable aimables "
    "recomendo parabéns bom boa gostei gosto simpático simpática satisfeito satisfeita contente "
    "feliz recomiendo bueno buena contento contenta satisfecho "
    "gut zufrieden nett freundlich freue schön "
    "vizuri nzuri mzuri zuri mazuri kitamu hongera hongereni nimefurahi nimefurahia tumefurahi "
    "nimeridhika 🙂 😊 😀 😃 😄 👍 👏 🎉 :) :-)",
    2.0: "love excellent amazing awesome fantastic wonderful brilliant perfect best incredible "
    "outstanding delighted thrilled phenomenal superb gorgeous "
    "marvellous exceptional terrific flawless "
    "excellent excellente excellents excellentes impeccable "
    "génial géniale parfait parfaite ravi ravie "
    "adore magnifique formidable "
    "excelente excelentes incríveis ótimo ótima maravilhoso maravilhosa fantástico perfeito "
    "perfeita adoro adorei amei "
    "incrível maravilloso genial encanta perfecto fantástica increíble "
    "ausgezeichnet wunderbar großartig perfekt liebe begeistert fantastisch "
    "bora napenda safi ❤ 😍 🥰 💯 🤩",
}
MISHAPS, SETTLED = frozenset(_MISHAPS.split()), frozenset(_SETTLED.split())
FEELING = {word: strength for strength, words in _STRENGTHS.items() for word in words.split()}
_NEGATIONS = (
    "not no never don't doesn't didn't isn't wasn't can't cannot won't hardly without "
    "ne pas jamais sans não nunca sem sin nicht kein keine nie ohne si sio hakuna bila"
)
_INTENSIFIERS = (
    "very so really extremely absolutely totally completely super too "
    "très vraiment tellement trop muito mesmo demais muy tan sehr wirklich total sana"
)
# By language: what is listed for another one and says nothing of the kind in this one, as "if",
# "route" and "receipt".
FALSE_FRIENDS = {
    "en": frozenset(("content",)),
    "fr": frozenset(("si",)),
    "pt": frozenset(("si", "no", "rota")),
    "es": frozenset(("si", "partido")),
    "de": frozenset(("bon",)),
}
NEGATIONS = frozenset(_NEGATIONS.split())
# In Swahili they follow the word.
INTENSIFIERS_AFTER = frozenset(("sana", "kabisa"))
INTENSIFIERS = frozenset(_INTENSIFIERS.split())
