/*
 * brief: the few facts of an event that go into a sentence, whether they come from the judge or are
 * read back from a payload. One set of sentences serves both.
 *
 * This folder; report takes its words.
 */
#ifndef REBATO_ALERT_RENDER_BRIEF_H
#define REBATO_ALERT_RENDER_BRIEF_H

#include "judge/judge.h"

#include <stdint.h>
#include <stdio.h>

struct brief {
    struct view brand; /* its title; borrowed */
    enum judge_event_kind kind;
    enum severity severity;
    int coordinated;
    uint64_t weighed;   /* people who were looked at, */
    uint64_t organic;   /* who are no campaign, */
    uint64_t young;     /* whose account is less than 30 days old */
    enum signal signal; /* the one that decided */
    signal_set signals; /* all that joined */
    int64_t at_ms;
    int64_t onset_ms;
    int64_t opened_ms;
    int64_t answered_ms; /* TIME_NONE: not yet */
    int64_t resolved_ms;
    int64_t last_official_ms;
    char grade;
    int64_t window_ms;
    uint64_t people; /* in the window */
    uint64_t posts;
    double expected;
    double ratio;
    double p_log10;
    double share;
    double usual_share;
    uint64_t people_all; /* since the onset */
    uint64_t posts_all;
    struct incident_replies replies;
};

/* Of the clock that is graded: alert to public answer, or to now. Never negative: an answer before the
 * alert took no time. */
int64_t brief_silence_ms(const struct brief *brief);
/* The grade ends there; -1 when the clock stands or the grade cannot fall any more. */
int64_t brief_next_grade_ms(const struct brief *brief);

/* "nueva incidencia", "new incident" */
const char *brief_kind_words(enum judge_event_kind kind, enum lang lang);
const char *brief_severity_words(enum severity severity, enum lang lang);
/* "pedir disculpas", "apologise" */
const char *brief_step_words(enum playbook_step step, enum lang lang);
/* The signals, the deciding one first: "caída del servicio, piden una respuesta". */
void brief_signals(FILE *out, const struct brief *brief, enum lang lang);
/* "autenticidad 12 %: 27 personas de 220, 190 cuentas de menos de 30 días" */
void brief_authenticity(FILE *out, const struct brief *brief, enum lang lang);
/* "actividad coordinada" */
const char *brief_coordinated_words(enum lang lang);
/* "412 personas en 10 min, 19,5 esperadas (x21)" */
void brief_size(FILE *out, const struct brief *brief, enum lang lang);
/* "Es la 3.ª desde el 19/02/2014; la anterior se cerró el 22/02/2014 con nota F". Only of one that has kin. */
void brief_kin(FILE *out, const struct incident_kin *kin, enum lang lang);
/* "respuestas que nombran el asunto: 31, con palabras propias 28; personas que se quejan: 120": side by side, for
 * nobody knows yet who was answered. Only of a brand that was heard to reply. */
void brief_replies(FILE *out, const struct brief *brief, enum lang lang);
/* Did calendar or verdicts ask for more, or less, than the sensitivity? */
int brief_is_shifted(const struct limit_shift *shift);
/* "previsto: final de Copa, umbral +2; por veredictos, umbral +0,5". Only of one that is shifted. */
void brief_shift(FILE *out, const struct limit_shift *shift, enum lang lang);
/* The sentence of render_summary. */
void brief_summary(FILE *out, const struct brief *brief, enum lang lang);

#endif
