"""Every table that evenhand reads, and every column of it, described as data.

This is the one description. ``evenhand check`` and ``--map`` recognise a file by it, ``evenhand template``
writes empty tables of it, the reference page and the web's import page print it. A new column of a reader is
one line here. ``recognise`` holds the functions that look things up.

Columns are given as (name, type, meaning, example, words): ``words`` are what people of four languages call
the column, so that a file with the head Empfänger or destinataire is understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

TYPES: Final = {
    "text": "any text",
    "whole number": "a whole number, such as 3",
    "number": "a number, such as 12.5",
    "weight": "a weight: a whole number, a decimal or a fraction, such as 1, 0.5 or 1/3",
    "date": "a date, such as 2026-01-31",
    "yes or no": "yes or no",
    "share": "a number from 0 to 1, such as 0.35",
    "weekdays": "weekdays, such as Mon Wed or Tue-Thu; empty for every day",
    "list": "several values in one cell, parted by ;",
    "time": "a time of day, such as 09:00",
}
"""Type of a column to what may stand in its cells."""


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """One column of a table.

    Attributes:
        name: what the reader calls it, and the head in a template.
        type: a key of ``TYPES``.
        meaning: one phrase, for people.
        example: one cell.
        needed: whether the table cannot be read without it.
        also: other heads that the reader takes as a matter of course, without a word.
        words: heads in English, German, French and Spanish, taken with a note that says so.
        low: the least number that fits, or None.
        high: the largest, or None.
        telling: whether the table means something else without it, so that it is looked for by its words
            even where a table may hold columns of the user's own.
        timed: heads of this column of times where all their cells are times of day; those of dates otherwise.
    """

    name: str
    type: str
    meaning: str
    example: str
    needed: bool = False
    also: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    telling: bool = False
    timed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableKind:
    """One table of a job.

    Attributes:
        job: "allocation", "fleet" (an allocation read from a press fleet's folder), "teams" or "rota".
        name: the file's name without its ending.
        meaning: what a row is.
        columns: in the order in which a template has them.
        needed: whether the job cannot be planned without it.
        either: for each choice, the columns of which one is enough: ("until", "count"); names joined by +
            belong together: ("name", "first_name+last_name").
        own: whether further columns belong there and are no mistake: what teams are balanced by.
        rows: rows of a template, where the columns' examples alone would contradict another table, or need
            somebody else beside them; a cell that is not named is the column's example.
    """

    job: str
    name: str
    meaning: str
    columns: tuple[ColumnKind, ...]
    needed: bool = False
    either: tuple[tuple[str, ...], ...] = ()
    own: bool = False
    rows: tuple[Mapping[str, str], ...] = ({},)
    _by_name: dict[str, ColumnKind] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_name.update({column.name: column for column in self.columns})

    def column(self, name: str) -> ColumnKind:
        """Return the column of that name; KeyError where there is none."""
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _column(
    name: str,
    kind: str,
    meaning: str,
    example: str,
    words: str = "",
    *,
    also: str = "",
    needed: bool = False,
    low: float | None = None,
    high: float | None = None,
    telling: bool = False,
    timed: str = "",
) -> ColumnKind:
    # Lists of words are shared by columns, so one may stand in both.
    heads = _words(also)
    others = tuple(word for word in dict.fromkeys(_words(words)) if word not in heads)
    return ColumnKind(name, kind, meaning, example, needed, heads, others, low, high, telling, _words(timed))


def _needed(
    name: str,
    kind: str,
    meaning: str,
    example: str,
    words: str = "",
    *,
    also: str = "",
    low: float | None = None,
) -> ColumnKind:
    return _column(name, kind, meaning, example, words, also=also, needed=True, low=low)


ITEM: Final = (
    "thing, object, good, product, sample, lot, prize, ticket, shift, room, vehicle, car, Muster, Artikel, Gegenstand, "
    "Sache, Ding, Ware, Fahrzeug, Auto, Los, Platz, article, objet, bien, chose, échantillon, véhicule, voiture, "
    "muestra, artículo, objeto, bien, cosa, vehículo, coche, "
    "carro, oggetto, articolo, pacco, artikel, pakket, objeto, przedmiot, vara, pakke"
)
RECIPIENT: Final = (
    "receiver, who, person, partner, member, applicant, candidate, claimant, customer, client, family, household, "
    "student, Empfänger, Empfängerin, Person, Partner, Mitglied, Bewerber, Bewerberin, Kunde, Familie, "
    "Haushalt, destinataire, bénéficiaire, personne, partenaire, membre, candidat, client, famille, foyer, "
    "destinatario, beneficiario, persona, socio, miembro, solicitante, cliente, familia, hogar, "
    "sócio, família, destinatario, famiglia, gezin, klant, ontvanger, rodzina, odbiorca, mottagare, mottaker"
)
SCORE: Final = (
    "points, value, utility, rating, preference, weighting, marks, Punkte, Punktzahl, Wert, Bewertung, Nutzen, "
    "Präferenz, note, valeur, pointage, préférence, utilité, score, puntos, puntuación, valor, preferencia, "
    "valoración, nota, pontos, pontuação, preferência, punteggio, punti, preferenza, punten, voorkeur, punkty, poäng, poeng"
)
DAY: Final = "date, when, Tag, Datum, Termin, jour, date, journée, día, fecha, jornada, giorno, data, dia, dag, dato, dzień, päivä"
PERSON: Final = (
    "full name, display name, who, participant, attendee, employee, colleague, volunteer, student, pupil, child, player, "
    "guest, helper, invigilator, Name, Wer, Kind, Spieler, Spielerin, Gast, Helfer, Helferin, "
    "Vollständiger Name, Person, Teilnehmer, Teilnehmerin, Mitarbeiter, Mitarbeiterin, Schüler, Schülerin, "
    "Mitglied, qui, enfant, joueur, invité, surveillant, nom, nom complet, nom et prénom, personne, participant, élève, employé, bénévole, membre, "
    "nome, naam, navn, namn, quién, niño, jugador, invitado, vigilante, nombre completo, nombre y apellidos, persona, participante, alumno, alumna, empleado, voluntario, miembro, "
    "nimi, imię, imię i nazwisko, jméno, jméno a příjmení, meno, név, nume, ime, isim, ad soyad, имя, фио, όνομα, 氏名, 名前, "
    "vrijwilliger, deelnemer, volontario, giocatore, voluntário, aluno, medlem, deltager, deltagare"
)
FROM: Final = "start date, begins, first day, von, ab, Beginn, Anfang, erster Tag, du, de, début, premier jour, desde, inicio, comienzo"
UNTIL: Final = "end date, ends, last day, until, bis, Ende, letzter Tag, au, fin, jusqu'au, dernier jour, hasta, final, último día"
OFFICE: Final = (
    "branch, site, location, Büro, Standort, Niederlassung, bureau, agence, site, oficina, sede, sucursal"
)
NOTE: Final = (
    "remark, comment, Bemerkung, Notiz, Anmerkung, remarque, commentaire, nota, observación, comentario"
)
MAKE: Final = "brand, manufacturer, Marke, Hersteller, marque, constructeur, marca, fabricante"
MODEL: Final = "type, Modell, modèle, modelo"
VIN: Final = "vehicle id, vehicle, chassis, FIN, Fahrgestellnummer, Fahrzeug, numéro de châssis, véhicule, bastidor, vehículo"
PARTNER: Final = "partner, media partner, person, Partner, Medienpartner, partenaire, média, socio, medio"
WEIGHT: Final = "share, claim, shares, fte, workload, Gewicht, Anteil, Pensum, Stellenanteil, poids, part, quotité, peso, parte, cuota, jornada"
SLOTS: Final = "capacity, places, seats, awards, Plätze, Kapazität, Anzahl, places, capacité, nombre, plazas, capacidad, cupo"

ALLOCATION: Final = (
    TableKind(
        "allocation",
        "candidates",
        "one row for each item that a recipient could get, with what it would be worth",
        (
            _needed("item", "text", "what could be given", "Projector", ITEM),
            _needed("recipient", "text", "who could get it", "Ada", RECIPIENT),
            _needed("score", "number", "how good that would be, in points", "80", SCORE),
            _column(
                "day", "text", "the day, where there is more than one", "2026-01-31", DAY, telling=True
            ),
        ),
        needed=True,
        own=True,
        rows=({}, {"recipient": "Ben", "score": "60"}),
    ),
    TableKind(
        "allocation",
        "capacity",
        "one row a day: how many items can be handed out",
        (
            _needed("day", "text", "a day of the candidates", "2026-01-31", DAY),
            _needed("slots", "whole number", "items that can be handed out that day", "3", SLOTS, low=0),
        ),
    ),
    TableKind(
        "allocation",
        "recipients",
        "one row a recipient: how strong its claim is, and its own limit",
        (
            _needed("recipient", "text", "as in candidates", "Ada", RECIPIENT),
            _column("weight", "weight", "strength of the claim; 1 if empty", "1", WEIGHT, low=0),
            _column(
                "limit", "whole number", "the most it takes in all", "2",
                "maximum, most, cap, Höchstzahl, Grenze, limite, maximum, límite, máximo", low=0,
            ),
            _column(
                "head_start", "whole number", "awards that count as received before", "0",
                "received before, had, Vorsprung, bisher erhalten, déjà reçu, avance, ya recibido, ventaja",
            ),
        ),
        rows=({}, {"recipient": "Ben"}),
    ),
    TableKind(
        "allocation",
        "pins",
        "one row an award that is already decided",
        (
            _needed("item", "text", "as in candidates", "Projector", ITEM),
            _needed("recipient", "text", "as in candidates", "Ada", RECIPIENT),
            _column("day", "text", "the day; may be empty where it is plain", "2026-01-31", DAY),
        ),
    ),
    TableKind(
        "allocation",
        "forbids",
        "one row an award that may not be; an empty cell stands for all",
        (
            _column("item", "text", "as in candidates", "Projector", ITEM),
            _column("recipient", "text", "as in candidates", "Ada", RECIPIENT),
            _column("day", "text", "the day", "2026-01-31", DAY),
        ),
        either=(("item", "recipient", "day"),),
        rows=({"recipient": "Ben"},),
    ),
)  # fmt: skip

_PARTNER_ID: Final = _needed("partner_id", "text", "the partner", "P001", PARTNER, also="person_id")
_VIN: Final = _needed("vin", "text", "the vehicle", "LATOY00001", VIN, also="vehicle_vin")
_OFFICE: Final = _column("office", "text", "the office; empty for the one that is planned", "LA", OFFICE)
_RANK_WORDS: Final = "tier, grade, class, Rang, Stufe, rang, niveau, rango, nivel"
_PICK_DAY: Final = _column(
    "start_date", "date", "the day the loan starts", "2026-09-28", f"{FROM}, {DAY}", also="start_day, day"
)

FLEET: Final = (
    TableKind(
        "fleet",
        "vehicles",
        "one row a vehicle",
        (
            _needed("vin", "text", "the vehicle; unique", "LATOY00001", VIN, also="vehicle_vin"),
            _needed("make", "text", "what approvals, caps and cooldowns look at", "Toyota", MAKE),
            _column("model", "text", "what cooldowns look at first", "Camry", MODEL),
            _column("office", "text", "the office that lends it", "LA", OFFICE),
            _column("fleet", "text", "whose budget pays; the make if empty", "Toyota", "Flotte, Fuhrpark, flotte, parc, flota"),
            _column("cost", "number", "dollars a loan costs the budget; 0 if empty", "500",
                    "price, Kosten, Preis, coût, prix, coste, precio", low=0),
        ),
        needed=True,
    ),
    TableKind(
        "fleet",
        "partners",
        "one row a media partner",
        (
            _needed("partner_id", "text", "the partner; unique", "P001", PARTNER, also="person_id"),
            _column("name", "text", "for people to read", "Harbor Garage", "outlet, Name, nom, nombre"),
            _column("office", "text", "the office it works with", "LA", OFFICE),
            _column("days", "weekdays", "when it takes starts; every day if empty", "Mon Wed",
                    "weekdays, Wochentage, Tage, jours, días", also="allowed_days"),
            _column("closeness", "share", "how near it is; 0 if empty", "0.5",
                    "proximity, Nähe, proximité, cercanía", low=0, high=1),
            _column("publication_rate", "share", "how often a loan becomes a publication; 0 if empty", "0.4",
                    "publications, Veröffentlichungsquote, taux de publication, tasa de publicación", low=0, high=1),
            _column("max_per_week", "whole number", "its own limit of starts a week", "2",
                    "weekly limit, Höchstzahl je Woche, maximum par semaine, máximo por semana", low=0),
            _column("weight", "weight", "strength of its claim, where shares are measured; 1 if empty", "1", WEIGHT, low=0),
        ),
        needed=True,
    ),
    TableKind(
        "fleet",
        "approvals",
        "one row a partner and make; without a row the partner never gets that make",
        (
            _needed("partner_id", "text", "a partner", "P001", PARTNER, also="person_id"),
            _needed("make", "text", "a make", "Toyota", MAKE),
            _column("rank", "text", "A+, A, B or C; a missing or unknown one scores 50 and is capped as C", "A", _RANK_WORDS),
            _column("publication_rate", "share", "for this make; the partner's if empty", "0.4", low=0, high=1),
            _column("history", "share",
                    "how well earlier loans went; if empty, 1 where the partner had this make before, else 0", "0.8", low=0, high=1),
            _column("override", "yes or no",
                    "allows the make although a rule caps it at 0; it then costs the cap's points", "no"),
        ),
        needed=True,
    ),
    TableKind(
        "fleet",
        "availability",
        "one row a day, or run of days, on which a vehicle is free",
        (
            _VIN,
            _needed("date", "date", "the day, or the first of several", "2026-09-28", f"{FROM}, {DAY}", also="start_date"),
            _column("end_date", "date", "the last day, itself included", "2026-10-11", UNTIL),
            _column("available", "yes or no", "yes if empty; a row that says no wins over one that says yes", "yes",
                    "free, verfügbar, frei, disponible, libre"),
        ),
    ),
    TableKind(
        "fleet",
        "activity",
        "one row a past loan",
        (
            _needed("partner_id", "text", "who had it", "P001", PARTNER, also="person_id"),
            _column("vin", "text", "the vehicle", "LATOY00001", VIN, also="vehicle_vin"),
            _column("make", "text", "what it was; the vehicle's if empty", "Toyota", MAKE),
            _column("model", "text", "what it was; the vehicle's if empty", "Camry", MODEL),
            _needed("start_date", "date", "first day", "2026-03-02", f"{FROM}, {DAY}", also="start_day"),
            _column("end_date", "date", "last day; the start date counts if empty", "2026-03-08", UNTIL, also="end_day"),
        ),
        either=(("vin", "make"),),
    ),
    TableKind(
        "fleet",
        "loans",
        "one row a loan that runs now or is booked",
        (
            _needed("partner_id", "text", "a partner", "P001", PARTNER, also="person_id"),
            _VIN,
            _needed("start_date", "date", "first day", "2026-09-22", f"{FROM}, {DAY}", also="start_day"),
            _column("end_date", "date",
                    "last day; if empty it runs the usual loan_days, and its cooldown counts from the start", "2026-09-28", UNTIL, also="end_day"),
            _column("make", "text", "the vehicle's if empty", "Toyota", MAKE),
            _column("model", "text", "the vehicle's if empty", "Camry", MODEL),
            _column("office", "text", "whose start it takes; without the column, the vehicle's office", "LA", OFFICE),
        ),
        rows=({"start_date": "2026-08-10", "end_date": "2026-08-16"},),
    ),
    TableKind(
        "fleet",
        "capacity",
        "one row a day: how many loans may start; without a row 15 on weekdays and 0 at weekends",
        (
            _OFFICE,
            _needed("date", "date", "the day; if all days lie in one week, that is the week planned", "2026-09-28", DAY),
            _needed("slots", "whole number", "starts; 0 is a blackout", "15", SLOTS, low=0),
            _column("note", "text", "kept: blackout, travel, reduced and increased days are named with it", "blackout", NOTE, also="notes"),
        ),
        rows=({"note": ""},),
    ),
    TableKind(
        "fleet",
        "rules",
        "one row a make (and rank): what it has for itself",
        (
            _needed("make", "text", "the make", "Toyota", MAKE),
            _column("rank", "text", "the rank it is for; all ranks if empty", "A", _RANK_WORDS),
            _column("cap", "whole number", "loans in twelve months; 0 forbids; the rank's default if empty", "12",
                    "maximum, Höchstzahl, plafond, tope", also="loan_cap_per_year", low=0),
            _column("cooldown_days", "whole number",
                    "days from the last loan's end; 0 switches the cooldown off", "30",
                    "cooldown, Sperrfrist, délai, enfriamiento", also="cooldown_period", low=0),
        ),
    ),
    TableKind(
        "fleet",
        "budgets",
        "one row a fleet and quarter: money; the quarter is that of the day a loan starts",
        (
            _OFFICE,
            _needed("fleet", "text", "as in vehicles", "Toyota", "Flotte, Fuhrpark, flotte, parc, flota"),
            _needed("year", "whole number", "the year", "2026", "Jahr, année, año"),
            _needed("quarter", "text", "1 to 4, or Q1 to Q4", "Q3", "Quartal, trimestre"),
            _needed("budget", "number", "dollars", "11000", "amount, Budget, Betrag, montant, budget, presupuesto, importe", also="budget_amount", low=0),
            _column("used", "number", "dollars spent already; 0 if empty", "9000", "spent, verbraucht, ausgegeben, utilisé, dépensé, gastado, usado", also="amount_used"),
        ),
    ),
    TableKind(
        "fleet",
        "pins",
        "one row a loan that is already decided",
        (_VIN, _PARTNER_ID, _needed("start_date", "date", "the day the loan starts", "2026-09-28", f"{FROM}, {DAY}", also="start_day, day")),
    ),
    TableKind(
        "fleet",
        "forbids",
        "one row a loan that may not be; an empty cell stands for all",
        (
            _column("vin", "text", "the vehicle", "LATOY00001", VIN, also="vehicle_vin"),
            _column("partner_id", "text", "the partner", "P001", PARTNER, also="person_id"),
            _PICK_DAY,
        ),
        either=(("vin", "partner_id", "start_date"),),
        rows=({"start_date": "2026-09-30"},),
    ),
    TableKind(
        "fleet",
        "settings",
        "one row a setting that differs from its default",
        (
            _needed("setting", "text", "its name, such as loan_days", "loan_days", "name, Einstellung, réglage, paramètre, ajuste, parámetro"),
            _needed("value", "text", "its value", "7", "Wert, valeur, valor"),
        ),
    ),
)  # fmt: skip

TEAMS: Final = (
    TableKind(
        "teams",
        "people",
        "one row a person; every other column can be balanced across the teams",
        (
            _column("name", "text", "the person's full name", "Ada Stein", f"{PERSON}, nombre",
                    also="display name, full name, person, participant, student, member"),
            _column("first_name", "text", "the first name, where names stand in two columns", "Ada",
                    "Vorname, prénom, nombre de pila, voornaam, förnamn, fornavn, etunimi, křestní jméno, keresztnév", also="firstname, given name, forename, first"),
            _column("last_name", "text", "the last name", "Stein",
                    "Nachname, Familienname, Zuname, nom de famille, apellido, apellidos, cognome, sobrenome, apelido, achternaam, "
                    "efternamn, etternavn, sukunimi, nazwisko, příjmení, vezetéknév, фамилия", also="lastname, surname, family name, last"),
            _column("email", "text", "stands for the name where there is none", "ada@example.org",
                    "e-mail address, E-Mail-Adresse, courriel, adresse e-mail, correo, correo electrónico", also="mail"),
        ),
        needed=True,
        either=(("name", "first_name+last_name", "email"),),
        own=True,
        rows=({}, {"name": "Ben Ode", "first_name": "Ben", "last_name": "Ode", "email": "ben@example.org"}),
    ),
    TableKind(
        "teams",
        "rules",
        "one row a rule: who must or must not go with whom",
        (
            _needed("kind", "text", "count, no lone, together, apart, wish, lock, allow, forbid, lock team or free", "apart",
                    "rule, type, Art, Regel, genre, règle, type, tipo, regla"),
            _column("column", "text", "the column a count, no lone or free looks at", "gender", "Spalte, colonne, columna"),
            _column("value", "text", "the value that is counted", "woman", "Wert, valeur, valor"),
            _column("people", "list", "the people meant", "Ada Stein; Ben Ode", "Personen, Leute, personnes, personas", also="person"),
            _column("teams", "list", "the teams meant", "Team 1", "Gruppen, équipes, equipos", also="team"),
            _column("min", "whole number", "at least so many", "2", "minimum, mindestens, au moins, mínimo", low=0),
            _column("max", "whole number", "at most so many", "3", "maximum, höchstens, au plus, máximo", low=0),
            _column("weight", "whole number", "how much breaking it costs; empty: it may not be broken", "5", "Gewicht, poids, peso", low=0),
        ),
        rows=({"column": "", "value": "", "teams": "", "min": "", "max": ""},),
    ),
    TableKind(
        "teams",
        "rooms",
        "one row a room, project or slot: one team each",
        (
            _needed("name", "text", "what it is called; the team bears its name", "Lab 2",
                    "table, workshop, course, class, club, school, Raum, Zimmer, Projekt, Tisch, Kurs, Klasse, Gruppe, AG, Schule, "
                    "Kita, salle, projet, atelier, cours, classe, groupe, école, sala, aula, proyecto, mesa, taller, curso, "
                    "clase, grupo, escuela", also="room, team, project"),
            _needed("capacity", "whole number", "how many people fit", "8",
                    "size, Plätze, Kapazität, Sitzplätze, Sitze, places, capacité, nombre de places, plazas, capacidad, cupo, aforo",
                    also="seats, places, max", low=1),
            _column("min", "whole number", "how many people it needs at least; 1 if empty", "2",
                    "mindestens, au moins, mínimo", also="minimum, at least", low=0),
        ),
    ),
)  # fmt: skip

_NAME: Final = _needed(
    "name", "text", "the person", "Ada", PERSON, also="person, member, who, full name, display name"
)

ROTA: Final = (
    TableKind(
        "rota",
        "people",
        "one row a person (or a row for each time somebody was a member)",
        (
            _NAME,
            _column("joined", "date", "first day as a member; from the beginning if empty", "2025-01-01",
                    "start date, hire date, entry date, dabei seit, Mitglied seit, Eintritt, Eintrittsdatum, Beginn, seit, Beitritt, arrivée, entrée, "
                    "date d'entrée, depuis, membre depuis, miembro desde, alta, ingreso, fecha de ingreso, desde, entrada",
                    also="join, joins, start, joined on, member since, since"),
            _column("left", "date", "last day as a member; still one if empty", "",
                    "end date, exit date, Austritt, Austrittsdatum, Ende, bis, départ, sortie, fin, jusqu'au, baja, salida, hasta",
                    also="leave, leaves, end, left on, member until"),
            _column("weight", "weight", "how big the person's share is: 0.5 for half time; 1 if empty", "1", WEIGHT, low=1),
            _column("skills", "list", "what the person can do", "first aid; driver",
                    "skill, roles, qualifications, qualification, certificates, Fähigkeiten, Kenntnisse, Qualifikation, "
                    "Qualifikationen, compétences, habilidades, competencias"),
            _column("counts_from", "date", "from which day turns count for the person", "2025-01-01"),
            _column("from", "date", "in a further row of the person: from when its weight holds", ""),
            _column("away", "text", "days and times off: 2026-02-02; 2026-02-09 to 2026-02-15; week 7; Tue", "",
                    "absence, absences, absent, unavailable, not available, can't, cannot, kann nicht, geht nicht, nicht da, verhindert, abwesend, "
                    "Abwesenheit, Abwesenheiten, Urlaub, fehlt, absence prévue, indisponible, indisponibilités, ausente, ausencias, no puede, no disponible"),
        ),
        needed=True,
        rows=({}, {"name": "Ben", "skills": ""}),
    ),
    TableKind(
        "rota",
        "duties",
        "one row a duty: when its turns are, and how many people each takes",
        (
            _column("name", "text", "the duty", "watering",
                    "shift, task, chore, job, role, post, exam, Dienst, Schicht, Aufgabe, Prüfung, tâche, service, poste, épreuve, examen, tarea, servicio, turno", also="duty"),
            _needed("start", "date", "the first turn's date", "2026-01-27", f"{FROM}, {DAY}", also="date, day"),
            _column("every", "text", "day, week, 2 weeks, month, weekdays, Mon Wed Fri, first Sunday ...; week if empty", "week",
                    "how often, rhythm, frequency, wie oft, Häufigkeit, Turnus, alle, Rhythmus, Takt, fréquence, tous les, cada, frecuencia"),
            _column("until", "date", "the last day a turn may start; without until, count and every each row is one turn", "2026-03-31", UNTIL),
            _column("count", "whole number", "how many turns, instead of until", "10",
                    "times, number, Anzahl, fois, nombre, veces, número", low=0),
            _column("seats", "whole number", "people a turn takes; 1 if empty", "2",
                    "people, persons, people needed, needed, headcount, staff, helpers, invigilators, Personen, Helfer, Bedarf, Plätze, personnes, surveillants, places, personas, vigilantes, plazas", low=1),
            _column("load", "whole number", "how many turns one turn counts; 1 if empty", "1", "Last, Gewicht, charge, carga", low=1),
            _column("skills", "list", "skills asked for, one a seat at most", "first aid",
                    "skill, Fähigkeiten, Kenntnisse, compétences, habilidades"),
            _column("timezone", "text", "a name such as Europe/Oslo", "Europe/Oslo", "Zeitzone, fuseau horaire, zona horaria"),
            _column("at", "time", "when on the day it starts", "09:00", "time, start time, from time, Uhrzeit, Startzeit, um, heure, heure de début, hora, hora de inicio",
                    timed=f"start, from, starts, {FROM}"),
            _column("end_time", "time", "when it ends, instead of hours; on the next day where that is before it starts", "17:00",
                    "finish, until time, to time, Endzeit, heure de fin, hora de fin", timed=f"end, to, {UNTIL}"),
            _column("days", "whole number", "how many days one turn lasts", "1", "Tage, jours, días", low=0),
            _column("hours", "number", "how many hours one turn lasts, instead of days", "8", "Stunden, heures, horas", low=0),
            _column("skip", "list", "days on which none starts", "2026-12-24; 2026-12-31 to 2027-01-02", "except, ausser, sauf, excepto"),
        ),
        rows=({"hours": "", "end_time": "", "skip": "", "seats": "1", "skills": ""},),
    ),
    TableKind(
        "rota",
        "absences",
        "one row a time somebody is away; both days belong to it",
        (
            _NAME,
            _needed("from", "date", "first day away", "2026-02-02", FROM, also="start, first, begin, date"),
            _column("to", "date", "last day away; the first if empty", "2026-02-09", UNTIL, also="end, last, until"),
        ),
    ),
    TableKind(
        "rota",
        "history",
        "one row a turn that somebody served before",
        (
            _needed("date", "date", "the day", "2025-11-18", "Datum, Tag, jour, fecha, día", also="day, start, slot, when"),
            _column("name", "text", "who served; empty for a seat left open", "Ada", PERSON, also="person, member, who, full name, display name", needed=True),
            _column("load", "whole number", "how many turns it counted; 1 if empty", "1", "Last, Gewicht, charge, carga", low=1),
        ),
    ),
    TableKind(
        "rota",
        "rules",
        "one row a rule about who serves when",
        (
            _needed("rule", "text", "rest, rest days, rest hours, apart, together, most, in a row, least in a row, whole weekends, fixed, forbidden, prefer, avoid or open seats", "apart",
                    "kind, type, Regel, Art, règle, regla, tipo"),
            _column("name", "text", "the person", "Ada", PERSON),
            _column("with", "list", "the other people", "Ben", "mit, avec, con"),
            _column("value", "whole number", "the number of turns or days", "2", "Wert, valeur, valor", low=0),
            _column("days", "whole number", "in any run of so many days", "28", "Tage, jours, días", low=0),
            _column("date", "date", "the turn's date", "2026-02-03", DAY),
            _column("duty", "text", "the duty, where several start that day", "watering", "Dienst, tâche, tarea, turno"),
            _column("weight", "whole number", "what breaking it weighs; empty: it may not be broken", "", "Gewicht, poids, peso", low=1),
            _column("soft", "text", "yes: it may be broken where the rules cannot all hold, as with weight 1", "", "weich, souple, blando"),
        ),
        rows=({"value": "", "days": "", "date": "", "duty": ""},),
    ),
    TableKind(
        "rota",
        "views",
        "one row a rule of what belongs to a view of your own; all cells of a row must hold",
        (
            _needed("view", "text", "what the view is called", "late shift", "Sicht, Ansicht, vue, vista"),
            _column("duty", "text", "duties of this name; * for any letters", "*late*", "Dienst, tâche, tarea, turno"),
            _column("days", "text", "days of the week", "Fri Sat", "Tage, jours, días"),
            _column("time", "text", "when on the day it starts, or between which times", "20:00-06:00", "Uhrzeit, heure, hora"),
            _column("from", "date", "first day", "2026-12-24", FROM),
            _column("to", "date", "last day", "2026-12-26", UNTIL),
        ),
        rows=({"duty": "water*", "days": "", "time": "", "from": "", "to": ""},),
    ),
    TableKind(
        "rota",
        "swaps",
        "one row a turn that somebody else served than planned",
        (
            _needed("date", "date", "the turn's date", "2026-02-03", DAY),
            _needed("planned", "text", "who was planned", "Ada", "geplant, prévu, planificado, previsto"),
            _needed("served", "text", "who served", "Ben", "actual, gedient, tatsächlich, effectué, réel, hecho, real"),
            _column("duty", "text", "the duty, where several start that day", "watering", "Dienst, tâche, tarea, turno"),
        ),
    ),
)  # fmt: skip

KINDS: Final = (*ALLOCATION, *FLEET, *TEAMS, *ROTA)
"""Every table of every job, the needed ones of a job first."""

JOBS: Final = tuple(dict.fromkeys(kind.job for kind in KINDS))
"""What tables are for: the jobs, and a press fleet, which is an allocation with tables of its own."""

_BY_NAME: Final = {(kind.job, kind.name): kind for kind in KINDS}


def kind_named(job: str, name: str) -> TableKind | None:
    """Return the description of a job's table, or None where the job has no such table.

    >>> [column.name for column in kind_named("rota", "absences").columns]
    ['name', 'from', 'to']
    """
    return _BY_NAME.get((job, name))


def kinds_of(job: str) -> tuple[TableKind, ...]:
    """Return the descriptions of a job's tables, in the order in which templates have them.

    >>> [kind.name for kind in kinds_of("teams")]
    ['people', 'rules', 'rooms']
    """
    return tuple(kind for kind in KINDS if kind.job == job)
