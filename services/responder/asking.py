"""Whether a reply asks for what opens a customer's account: password, card, code (pure)."""

from __future__ import annotations

import re

from services.responder.disguise import readings
from services.responder.marked import Marked

_ENDS = re.compile(r"[.!?…。؟।\n]")
_ASKS_FOR_SECRETS = Marked.of(
    "pass|pin|cv|number|otp|code|digit|expiry|login|credential|maiden|phrase|sides of|chiffre|carte"
    "|dos de|identifiant|dígito|código|photo of|picture of|scan of|cartão|ziffern"
    "|tarakimu|senha|contraseña|tarjeta|karten|nenosiri|namba",
    r"\b(?:(?P<typed>enter|type|confirm|(?:log|sign) in|saisissez|digite|introduzca|geben|weka)"
    r"|send"
    r"|give|tell|share|provide|reply with|need|require|(?:may|could|can) i have|what(?:['\u2019]s"
    r"| is| are)"
    r"|envoyez|donnez|indiquez|communiquez"
    r"|quel(?:le)? est|envie|diga|informe|forneça|qual (?:é|e)|envíe|dígame|indique|cuál es|senden"
    r"|nennen|schicken|wie lautet|tuma|tupe|nipe|taja|tutumie|nitumie|read (?:me|us)|forward"
    r"|photographiez|dites(?:-(?:moi|nous))?|il (?:me|nous) faut|preciso|precisamos"
    r"|necesit(?:o|amos)|brauchen?|sagen|donnez-moi|donnez-nous)\b"
    r"(?P<between>[^.?!\n]{0,60})\b(?:password|passcode|pin|cvv|cvc|card number"
    r"|otp|long number|(?:photo|picture|scan) of (?:your|the) (?:\w+ )?(?:card|id|passport)"
    r"|código (?:que|por sms|de (?:verifica|seguran|segurid)|recebid|recibid)\w*"
    r"|(?<!promo )(?<!discount )(?<!voucher )(?<!coupon )(?<!gift )(?<!card )(?<!qr )(?<!country )"
    r"(?<!postal )(?<!tracking )(?<!order )(?<!referral )(?<!area )(?<!promotional )codes?"
    r"|(?:three|four|six|[346]) digits|security number|expiry date|login details|credentials"
    r"|maiden name|(?:seed|recovery) phrase|sides of your|number on the (?:front|back)"
    r"|trois chiffres|dos de (?:la|votre) carte|carte bancaire des deux|identifiants"
    r"|três dígitos|verso do (?:seu )?cartão|tres dígitos|drei ziffern|tarakimu (?:tatu|sita)"
    r"|mot de passe|numéro de (?:la |votre )?carte|senha|número do (?:seu )?cartão|contraseña"
    r"|número de (?:su )?tarjeta|passwort|kartennummer|nenosiri|namba ya (?:siri|kadi))\b",
)
# In languages that a tenant may have and our lists above do not speak.
_ASKS_ELSEWHERE = Marked.of(
    "password|passcode|codice|pin|numero della carta|wachtwoord|kaartnummer|hasło|kod|numer karty"
    "|şifre"
    "|iphasiwedi|ikhodi|khadi|siri|ya kadi|nenosiri|msimbo|maiden name|code"
    "|كلمة|بطاقت|الرمز|رمز|السري|密码|卡号|验证码|पासवर्ड|कार्ड|ओटीपी|पिन|सीवीवी|የይለፍ|ፒን|የካርድ",
    r"\b(?:mandi|invii|dia|fornisca|comunichi|stuur|geef|deel|podaj|podać|prześlij|wyślij|gönder"
    r"|u?sithumele|thumela|sidinga|ngidinga|bhala)\b[^.?!\n]{0,60}(?:password|codice"
    r"|\bpin\b|numero della carta|wachtwoord|pincode|kaartnummer|hasło|kod\b|numer karty|şifre"
    r"|iphasiwedi|ikhodi|yekhadi)"
    r"|\b(?:tutumie|nitumie|tupe|nipe|tunahitaji|nahitaji|andika|taja)\b[^.?!\n]{0,60}"
    r"(?:la siri|ya siri|ya kadi|\bpin\b|nenosiri|msimbo)"
    r"|\b(?:which|what) (?:pin|password|passcode)\b"
    r"|(?:maiden name|password|\bpin|code)\W{1,3}please\b"
    r"|(?:أرسل|أعطن|زودن|شارك|نحتاج|اكتب|أدخل|ما هو|ما هي)[^.؟!\n]{0,60}(?:كلمة المرور|كلمة السر"
    r"|بطاقت|الرمز|رمز التحقق|الرقم السري)"
    r"|(?:告诉|发送|提供|给我)[^。？！\n]{0,30}(?:密码|卡号|验证码)"  # noqa: RUF001  # its own
    r"|(?:भेज|बता|लिख|चाहिए|दीजिए)[^।?!\n]{0,60}(?:पासवर्ड|कार्ड नंबर|ओटीपी|सीवीवी|पिन(?! कोड))"
    r"|(?:पासवर्ड|कार्ड नंबर|ओटीपी|सीवीवी|पिन(?! कोड))[^।?!\n]{0,60}(?:भेज|बता|लिख|चाहिए|दीजिए)"
    r"|(?:የይለፍ ቃል|ፒን|የካርድ ቁጥር)[^።?!\n]{0,40}(?:ይላኩ|ይንገሩ|ያስገቡ|እንፈልጋ|ይስጡ)",
)
_NOT_ELSEWHERE = re.compile(
    r"\b(?:mai|non|nooit|niet|nigdy|nie|asla|ungalokothi|ungathumeli|usi(?!thum)\w*|kamwe|hatu\w*"
    r"|never"
    r"|not)\b|لا |不要|勿|切勿|मत |(?<!\S)न |नहीं|አይ"
)
# As far before it as its negation stands.
_BEFORE = 16
_NOT = re.compile(
    r"\b(?:never|not|nobody|no one|don['\u2019]?t|doesn['\u2019]?t|won['\u2019]?t|jamais|pas"
    r"|nunca|jamás|não|no|nie|niemals|nicht|kein\w*|usi(?!thum)\w*|kamwe|hatu\w*|ne)\b"
)


def asks_for_secrets(text: str, cited: str) -> bool:
    """Password, card or code; to warn of whoever asks for them is another thing."""
    for seen in readings(text):
        if _ASKS_ELSEWHERE.search(seen) and not _NOT_ELSEWHERE.search(seen):
            return True
        for found in _ASKS_FOR_SECRETS.finditer(seen):
            before = _ENDS.split(seen[max(0, found.start() - _BEFORE) : found.start()])[-1]
            if _NOT.search(before + found["between"]) or found[0] in cited.lower():
                continue
            # "Enter it in the app", where an article says so; never "send it to us".
            if not (found["typed"] and _ASKS_FOR_SECRETS.search(cited.lower())):
                return True
    return False
