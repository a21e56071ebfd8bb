/** What the intents of the model that is there from the start are called; a tenant's own are called as the tenant calls them. */
import { useCallback } from "react";
import { catalogue, useWords } from "./words";

export const intents = catalogue({
  en: {
    login_problem: "Login problem", password_reset: "Password reset", account_locked: "Account locked", update_details: "Change of details", delete_account: "Account deletion", fraud_report: "Fraud", billing_question: "Billing question",
    invoice_request: "Invoice request", payment_failed: "Payment failed", refund_request: "Refund", pricing: "Prices", cancel_subscription: "Cancellation", change_plan: "Change of plan", order_status: "Order status", change_order: "Change of order",
    delivery_problem: "Delivery problem", return_item: "Return", damaged_item: "Damaged item", product_question: "Product question", technical_problem: "Technical problem", outage: "Outage", feature_request: "Wish", how_to: "How-to", complaint: "Complaint",
    opening_hours: "Opening hours", speak_to_human: "Wants a person", greeting: "Greeting", thanks: "Thanks", goodbye: "Goodbye", out_of_scope: "Out of scope",
  },
  fr: {
    login_problem: "Problème de connexion", password_reset: "Mot de passe oublié", account_locked: "Compte bloqué", update_details: "Changement de coordonnées", delete_account: "Suppression du compte", fraud_report: "Fraude", billing_question: "Question de facturation",
    invoice_request: "Demande de facture", payment_failed: "Paiement échoué", refund_request: "Remboursement", pricing: "Prix", cancel_subscription: "Résiliation", change_plan: "Changement d’offre", order_status: "Suivi de commande", change_order: "Modification de commande",
    delivery_problem: "Problème de livraison", return_item: "Retour", damaged_item: "Article abîmé", product_question: "Question sur un produit", technical_problem: "Problème technique", outage: "Panne", feature_request: "Souhait", how_to: "Mode d’emploi", complaint: "Réclamation",
    opening_hours: "Horaires", speak_to_human: "Veut une personne", greeting: "Salutation", thanks: "Remerciement", goodbye: "Au revoir", out_of_scope: "Hors sujet",
  },
  pt: {
    login_problem: "Problema de acesso", password_reset: "Palavra-passe esquecida", account_locked: "Conta bloqueada", update_details: "Mudança de dados", delete_account: "Eliminação da conta", fraud_report: "Fraude", billing_question: "Dúvida de faturação",
    invoice_request: "Pedido de fatura", payment_failed: "Pagamento falhado", refund_request: "Reembolso", pricing: "Preços", cancel_subscription: "Cancelamento", change_plan: "Mudança de plano", order_status: "Estado da encomenda", change_order: "Alteração da encomenda",
    delivery_problem: "Problema de entrega", return_item: "Devolução", damaged_item: "Artigo danificado", product_question: "Dúvida sobre um produto", technical_problem: "Problema técnico", outage: "Avaria geral", feature_request: "Sugestão", how_to: "Como se faz", complaint: "Reclamação",
    opening_hours: "Horário", speak_to_human: "Quer uma pessoa", greeting: "Saudação", thanks: "Agradecimento", goodbye: "Despedida", out_of_scope: "Fora de âmbito",
  },
  sw: {
    login_problem: "Tatizo la kuingia", password_reset: "Kuweka nenosiri upya", account_locked: "Akaunti imefungwa", update_details: "Kubadilisha taarifa", delete_account: "Kufuta akaunti", fraud_report: "Ulaghai", billing_question: "Swali la bili",
    invoice_request: "Ombi la ankara", payment_failed: "Malipo yameshindwa", refund_request: "Kurudishiwa pesa", pricing: "Bei", cancel_subscription: "Kusitisha usajili", change_plan: "Kubadilisha mpango", order_status: "Hali ya oda", change_order: "Kubadilisha oda",
    delivery_problem: "Tatizo la usafirishaji", return_item: "Kurudisha bidhaa", damaged_item: "Bidhaa iliyoharibika", product_question: "Swali la bidhaa", technical_problem: "Tatizo la kiufundi", outage: "Huduma imekatika", feature_request: "Pendekezo", how_to: "Jinsi ya kufanya", complaint: "Malalamiko",
    opening_hours: "Saa za kazi", speak_to_human: "Anataka mtu", greeting: "Salamu", thanks: "Shukrani", goodbye: "Kwaheri", out_of_scope: "Nje ya mada",
  },
});

export function useIntents(): (name: string | undefined) => string {
  const say = useWords(intents);
  return useCallback((name = "") => (name in intents.en ? say(name as keyof typeof intents.en) : name), [say]);
}
