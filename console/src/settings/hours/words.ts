import { catalogue } from "../../words/words";

export const hoursWords = catalogue({
  en: {
    calendars: "Working hours", calendar: "Calendar", newCalendar: "New calendar", none: "There are no working hours yet: the desk is open around the clock.", open: "Open", closed: "Closed",
    holidays: "Holidays", holiday: "Holiday", addHoliday: "Add a holiday", date: "Date", yearly: "Every year", week: "Week", addHours: "Add hours", from: "from", until: "until",
    zone: "Time zone", zoneHint: "As Africa/Nairobi.", house: "Hours of the house", houseHint: "What rules mean by open and closed, and figures by business hours.", always: "Open around the clock",
  },
  fr: {
    calendars: "Horaires de travail", calendar: "Calendrier", newCalendar: "Nouveau calendrier", none: "Pas encore d’horaires : ouvert jour et nuit.", open: "Ouvert", closed: "Fermé",
    holidays: "Jours fériés", holiday: "Jour férié", addHoliday: "Ajouter un jour férié", date: "Date", yearly: "Chaque année", week: "Semaine", addHours: "Ajouter des heures", from: "de", until: "à",
    zone: "Fuseau horaire", zoneHint: "Comme Africa/Nairobi.", house: "Horaires de la maison", houseHint: "Ce que les règles entendent par ouvert et fermé, et les chiffres par heures ouvrées.", always: "Ouvert jour et nuit",
  },
  pt: {
    calendars: "Horário de trabalho", calendar: "Calendário", newCalendar: "Novo calendário", none: "Ainda não há horários: aberto dia e noite.", open: "Aberto", closed: "Fechado",
    holidays: "Feriados", holiday: "Feriado", addHoliday: "Juntar um feriado", date: "Data", yearly: "Todos os anos", week: "Semana", addHours: "Juntar horas", from: "das", until: "às",
    zone: "Fuso horário", zoneHint: "Como Africa/Nairobi.", house: "Horário da casa", houseHint: "O que as regras entendem por aberto e fechado, e os números por horas de serviço.", always: "Aberto dia e noite",
  },
  sw: {
    calendars: "Saa za kazi", calendar: "Kalenda", newCalendar: "Kalenda mpya", none: "Bado hakuna saa za kazi: dawati liko wazi muda wote.", open: "Wazi", closed: "Imefungwa",
    holidays: "Sikukuu", holiday: "Sikukuu", addHoliday: "Ongeza sikukuu", date: "Tarehe", yearly: "Kila mwaka", week: "Wiki", addHours: "Ongeza saa", from: "kuanzia", until: "hadi",
    zone: "Ukanda wa saa", zoneHint: "Kama Africa/Nairobi.", house: "Saa za nyumba", houseHint: "Maana ya wazi na imefungwa katika kanuni, na ya saa za kazi katika takwimu.", always: "Wazi muda wote",
  },
});
