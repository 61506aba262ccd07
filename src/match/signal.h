/*
 * signal: what a post can say about a brand. A closed list: rules name one of these, counts carry
 * them, alerts and pages translate them.
 *
 *   COMPLAINT  people say that something is wrong; distinct authors of these open incidents
 *   CONTEXT    worth counting and showing, never opens an incident by itself
 *   OFFICIAL   said by the brand's own accounts; feeds the silence clock and the playbook
 */
#ifndef REBATO_MATCH_SIGNAL_H
#define REBATO_MATCH_SIGNAL_H

#include "core/view.h"

#include <stdint.h>

/* name in files and keys, C name, kind, Spanish, English */
#define SIGNALS(SIGNAL)                                                                            \
    SIGNAL("outage", OUTAGE, COMPLAINT, "caída del servicio", "service outage")                    \
    SIGNAL("degraded", DEGRADED, COMPLAINT, "servicio lento o a medias", "degraded service")       \
    SIGNAL("complaint", COMPLAINT, COMPLAINT, "queja", "complaint")                                \
    SIGNAL("demand-answer", DEMAND_ANSWER, COMPLAINT, "piden una respuesta", "demand an answer")   \
    SIGNAL("security", SECURITY, COMPLAINT, "seguridad", "security")                               \
    SIGNAL("privacy", PRIVACY, COMPLAINT, "privacidad", "privacy")                                 \
    SIGNAL("billing", BILLING, COMPLAINT, "cobros", "billing")                                     \
    SIGNAL("misinformation", MISINFORMATION, COMPLAINT, "información errónea",                     \
            "wrong information")                                                                   \
    SIGNAL("mistreatment", MISTREATMENT, COMPLAINT, "mal trato", "bad treatment")                  \
    SIGNAL("reputation", REPUTATION, COMPLAINT, "reputación", "reputation")                        \
    SIGNAL("disruption", DISRUPTION, COMPLAINT, "interrupción de la actividad", "disruption")      \
    SIGNAL("exodus", EXODUS, COMPLAINT, "clientes que se van", "customers leaving")                \
    SIGNAL("third-party-denial", THIRD_PARTY_DENIAL, CONTEXT, "otros lo niegan",                   \
            "denied by others")                                                                    \
    SIGNAL("official-acknowledge", OFFICIAL_ACKNOWLEDGE, OFFICIAL, "reconoce", "acknowledges")     \
    SIGNAL("official-apology", OFFICIAL_APOLOGY, OFFICIAL, "se disculpa", "apologises")            \
    SIGNAL("official-explain", OFFICIAL_EXPLAIN, OFFICIAL, "explica", "explains")                  \
    SIGNAL("official-instruct", OFFICIAL_INSTRUCT, OFFICIAL, "da instrucciones", "instructs")      \
    SIGNAL("official-correct", OFFICIAL_CORRECT, OFFICIAL, "corrige", "corrects")                  \
    SIGNAL("official-scope", OFFICIAL_SCOPE, OFFICIAL, "dice a quién afecta", "states the scope")  \
    SIGNAL("official-remedy", OFFICIAL_REMEDY, OFFICIAL, "compensa", "offers a remedy")            \
    SIGNAL("official-resolved", OFFICIAL_RESOLVED, OFFICIAL, "da por resuelto", "says resolved")   \
    SIGNAL("official-denial", OFFICIAL_DENIAL, OFFICIAL, "niega", "denies")                        \
    SIGNAL("official-evasion", OFFICIAL_EVASION, OFFICIAL, "evade", "evades")

enum signal {
#define SIGNAL_ENUM(name, c_name, kind, es, en) SIGNAL_##c_name,
    SIGNALS(SIGNAL_ENUM)
#undef SIGNAL_ENUM
            SIGNAL_COUNT
};

enum signal_kind { SIGNAL_KIND_COMPLAINT, SIGNAL_KIND_CONTEXT, SIGNAL_KIND_OFFICIAL };

/* A set of signals: bit i is signal i. */
typedef uint32_t signal_set;
#define SIGNAL_BIT(signal) ((signal_set)1 << (signal))

enum lang { LANG_ES, LANG_EN };

const char *signal_name(enum signal signal);
const char *signal_title(enum signal signal, enum lang lang);
enum signal_kind signal_kind_of(enum signal signal);
/* SIGNAL_COUNT when unknown. */
enum signal signal_find(struct view name);

#endif
