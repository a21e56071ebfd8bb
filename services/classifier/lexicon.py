"""Words of feeling in six languages, with their strength; written for this project (pure).

A word that two languages spell alike has to feel alike in both.
"""

_STRENGTHS = {
    -2.0: "worst disgusting furious outrageous thieves crooks scammers disgrace pathetic useless "
    "livid hate horrible disgusted awful terrible ridiculous unacceptable incompetent shameful "
    "abysmal scandaleux inadmissible honte scandale voleurs horrible inacceptable furieux nul "
    "nulle honteux pire lamentable "
    "péssimo péssima horrível porcaria ladrões vergonha inaceitável furioso odeio "
    "pésimo pésima vergüenza ladrones inaceptable furiosa terrible "
    "furchtbar schrecklich unverschämt frechheit katastrophe betrüger schlimmste wütend "
    "mbaya wezi aibu hovyo nachukia nimekasirika matapeli",
    -1.0: "bad late broken disappointed disappointing annoying annoyed frustrated angry "
    "frustrating unhappy upset poor slow problem lost wrong failed unfortunately sad rude "
    "dirty damaged leaking faulty smashed shattered ripped cracked "
    "declined crashing crashes complain complaint missing cold dissatisfied overcharged ignored "
    "déçu déçue retard problème cassé cassée malheureusement fâché mécontent perdu mauvais erreur "
    "atrasado atrasada problema partido partida desiludido desiludida infelizmente errado mau má "
    "decepcionado decepcionada roto rota retraso lamentablemente mal enojado "
    "kaputt enttäuscht verspätet leider schlecht ärgerlich falsch unzufrieden defekt "
    "tatizo imevunjika imechelewa nimesikitika nimesikitishwa haifanyi kosa shida",
    # A question that ends in thanks is a question still.
    0.7: "thanks thank cheers merci obrigado obrigada gracias danke asante nashukuru ngiyabonga",
    1.0: "good nice happy helpful great glad appreciate satisfied friendly pleased works solved "
    "grateful bon bien content contente satisfait satisfaite super gentil "
    "bom boa gostei satisfeito satisfeita contente feliz "
    "bueno buena contento contenta satisfecho "
    "gut zufrieden nett freundlich freue schön "
    "vizuri nzuri nimefurahi",
    2.0: "love excellent amazing awesome fantastic wonderful brilliant perfect best incredible "
    "outstanding delighted thrilled phenomenal superb "
    "excellent excellente génial géniale parfait parfaite adore magnifique formidable "
    "excelente ótimo ótima maravilhoso maravilhosa fantástico perfeito perfeita adoro incrível "
    "maravilloso genial encanta perfecto fantástica increíble "
    "ausgezeichnet wunderbar großartig perfekt liebe begeistert fantastisch "
    "bora napenda safi kabisa",
}
FEELING = {word: strength for strength, words in _STRENGTHS.items() for word in words.split()}
_NEGATIONS = (
    "not no never don't doesn't didn't isn't wasn't can't cannot won't hardly without "
    "ne pas jamais sans não nunca sem nicht kein keine nie ohne si sio hakuna bila"
)
_INTENSIFIERS = (
    "very so really extremely absolutely totally completely super too "
    "très vraiment tellement trop muito mesmo demais muy tan sehr wirklich total sana"
)
NEGATIONS = frozenset(_NEGATIONS.split())
INTENSIFIERS = frozenset(_INTENSIFIERS.split())
