/** Why something did not leave or arrive: the services' codes, and those of the providers that agents meet most. */
import { readable, useCodes } from "./terms";
import { catalogue } from "./words";

export const failures = catalogue({
  en: {
    account: "the channel is turned off", takeover: "a person took over", expired: "it had become too old", blocked: "the customer takes no messages", window: "WhatsApp takes templates only, 24 hours after the customer’s last message",
    superseded: "a newer question came first", perhaps_sent: "nobody knows whether it arrived", erased: "the customer was erased", resent: "it was sent again", no_access_token: "the channel has no access token",
    no_callback_address: "the channel has no callback address", address_refused: "its address lies inside the walls", slept: "the machine slept while it was sent", ConnectError: "the other side cannot be reached",
    ConnectTimeout: "the other side cannot be reached", timeout: "the other side did not answer in time", ReadTimeout: "the other side did not answer in time", "131047": "WhatsApp takes templates only, 24 hours after the customer’s last message", "131026": "this number cannot get it by WhatsApp",
    "131042": "WhatsApp could not charge the account", "131049": "WhatsApp holds back marketing to this customer", "190": "WhatsApp does not accept the access token",
  },
  fr: {
    account: "le canal est désactivé", takeover: "une personne a pris le relais", expired: "il était devenu trop vieux", blocked: "le client ne reçoit aucun message", window: "WhatsApp n’accepte plus que des modèles, 24 heures après le dernier message du client",
    superseded: "une question plus récente est passée devant", perhaps_sent: "personne ne sait s’il est arrivé", erased: "le client a été effacé", resent: "il a été envoyé à nouveau", no_access_token: "le canal n’a pas de jeton d’accès",
    no_callback_address: "le canal n’a pas d’adresse de rappel", address_refused: "son adresse est à l’intérieur des murs", slept: "la machine dormait pendant l’envoi", ConnectError: "l’autre côté est injoignable",
    ConnectTimeout: "l’autre côté est injoignable", timeout: "l’autre côté n’a pas répondu à temps", ReadTimeout: "l’autre côté n’a pas répondu à temps", "131047": "WhatsApp n’accepte plus que des modèles, 24 heures après le dernier message du client", "131026": "ce numéro ne peut pas le recevoir par WhatsApp",
    "131042": "WhatsApp n’a pas pu débiter le compte", "131049": "WhatsApp retient la publicité pour ce client", "190": "WhatsApp refuse le jeton d’accès",
  },
  pt: {
    account: "o canal está desligado", takeover: "uma pessoa assumiu", expired: "tinha ficado demasiado antiga", blocked: "o cliente não recebe mensagens", window: "o WhatsApp só aceita modelos, 24 horas depois da última mensagem do cliente",
    superseded: "uma pergunta mais nova passou à frente", perhaps_sent: "ninguém sabe se chegou", erased: "o cliente foi apagado", resent: "foi enviada de novo", no_access_token: "o canal não tem token de acesso",
    no_callback_address: "o canal não tem endereço de retorno", address_refused: "o endereço fica dentro dos muros", slept: "a máquina dormia durante o envio", ConnectError: "o outro lado não se alcança",
    ConnectTimeout: "o outro lado não se alcança", timeout: "o outro lado não respondeu a tempo", ReadTimeout: "o outro lado não respondeu a tempo", "131047": "o WhatsApp só aceita modelos, 24 horas depois da última mensagem do cliente", "131026": "este número não a pode receber pelo WhatsApp",
    "131042": "o WhatsApp não conseguiu debitar a conta", "131049": "o WhatsApp retém publicidade para este cliente", "190": "o WhatsApp não aceita o token de acesso",
  },
  sw: {
    account: "njia imezimwa", takeover: "mtu amechukua", expired: "ulikuwa umezeeka mno", blocked: "mteja hapokei ujumbe", window: "WhatsApp hupokea violezo tu, saa 24 baada ya ujumbe wa mwisho wa mteja",
    superseded: "swali jipya zaidi lilitangulia", perhaps_sent: "hakuna ajuaye kama ulifika", erased: "mteja amefutwa", resent: "umetumwa tena", no_access_token: "njia haina tokeni ya ufikiaji",
    no_callback_address: "njia haina anwani ya kurudishia", address_refused: "anwani yake iko ndani ya kuta", slept: "mashine ililala wakati wa kutuma", ConnectError: "upande wa pili haufikiki",
    ConnectTimeout: "upande wa pili haufikiki", timeout: "upande wa pili haukujibu kwa wakati", ReadTimeout: "upande wa pili haukujibu kwa wakati", "131047": "WhatsApp hupokea violezo tu, saa 24 baada ya ujumbe wa mwisho wa mteja", "131026": "namba hii haiwezi kuupokea kwa WhatsApp",
    "131042": "WhatsApp haikuweza kutoza akaunti", "131049": "WhatsApp inazuia matangazo kwa mteja huyu", "190": "WhatsApp haikubali tokeni ya ufikiaji",
  },
});

/** A provider's number without words of ours is told as the number it is. */
export function useFailures(): (code: string) => string {
  const named = useCodes(failures);
  return (code) => (code in failures.en ? named(code) : (/^http_\d+$/.test(code) ? readable(code).toUpperCase() : readable(code)));
}
