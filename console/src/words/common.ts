/** What every page says. */
import { catalogue } from "./words";

export const commonWords = catalogue({
  en: {
    loading: "Loading…", failed: "This could not be read: {why}", nothing: "There is nothing here.", more: "Show more", save: "Save", cancel: "Cancel",
    remove: "Remove", edit: "Edit", any: "Any", nobody: "Nobody", none: "None", search: "Search", name: "Name", since: "Since", status: "Status", back: "Back",
    saved: "Saved.", stale: "Somebody else changed this a moment ago. What you see now is theirs.", refused: "This was declined: {why}",
  },
  fr: {
    loading: "Chargement…", failed: "Lecture impossible : {why}", nothing: "Il n’y a rien ici.", more: "En voir plus", save: "Enregistrer", cancel: "Annuler",
    remove: "Retirer", edit: "Modifier", any: "Tous", nobody: "Personne", none: "Aucun", search: "Chercher", name: "Nom", since: "Depuis", status: "État", back: "Retour",
    saved: "Enregistré.", stale: "Quelqu’un d’autre vient de modifier ceci. Vous voyez maintenant sa version.", refused: "Refusé : {why}",
  },
  pt: {
    loading: "A carregar…", failed: "Não foi possível ler: {why}", nothing: "Não há nada aqui.", more: "Mostrar mais", save: "Guardar", cancel: "Cancelar",
    remove: "Remover", edit: "Editar", any: "Qualquer", nobody: "Ninguém", none: "Nenhum", search: "Procurar", name: "Nome", since: "Desde", status: "Estado", back: "Voltar",
    saved: "Guardado.", stale: "Outra pessoa acabou de mudar isto. O que vê agora é a versão dela.", refused: "Recusado: {why}",
  },
  sw: {
    loading: "Inapakia…", failed: "Haikusomeka: {why}", nothing: "Hakuna kitu hapa.", more: "Onyesha zaidi", save: "Hifadhi", cancel: "Ghairi",
    remove: "Ondoa", edit: "Hariri", any: "Yoyote", nobody: "Hakuna mtu", none: "Hakuna", search: "Tafuta", name: "Jina", since: "Tangu", status: "Hali", back: "Rudi",
    saved: "Imehifadhiwa.", stale: "Mtu mwingine amebadilisha hii sasa hivi. Unachoona sasa ni chake.", refused: "Imekataliwa: {why}",
  },
});
