/*
 * sentences: what a report says in words, in Spanish and English, as plain text. Whoever asks brings a stream
 * that escapes.
 *
 * Inside this folder only.
 */
#ifndef REBATO_REPORT_WORDS_SENTENCES_H
#define REBATO_REPORT_WORDS_SENTENCES_H

#include "alert/render/brief.h"
#include "report/facts.h"

/* Headings and labels that the page and the Markdown share. */
enum label {
    LABEL_REPORT,
    LABEL_INCIDENTS,
    LABEL_OVERVIEW,
    LABEL_CHART,
    LABEL_SILENCE,
    LABEL_SCOPE,
    LABEL_TIMELINE,
    LABEL_PLAYBOOK,
    LABEL_DECISION,
    LABEL_OTHERWISE,
    LABEL_POSTS,
    LABEL_KIN,
    LABEL_FILL,
    LABEL_METHOD,
    LABEL_PEOPLE,
    LABEL_MESSAGES,
    LABEL_PEAK,
    LABEL_DURATION,
    LABEL_ALERT_CLOCK,
    LABEL_ONSET_CLOCK,
    LABEL_GRADE,
    LABEL_FROM,
    LABEL_TO,
    LABEL_SPAN,
    LABEL_TIME,
    LABEL_WHAT,
    LABEL_STEP,
    LABEL_DONE,
    LABEL_EVIDENCE,
    LABEL_NOT_DONE,
    LABEL_SENSITIVITY,
    LABEL_THIS_INCIDENT,
    LABEL_ALERTS,
    LABEL_NOTICES,
    LABEL_AFFECTED,
    LABEL_COMMENTARY,
    LABEL_REPOSTS,
    LABEL_LATE,
    LABEL_MENTIONS,
    LABEL_COMPLAINTS,
    LABEL_EXPECTED,
    LABEL_USUAL,
    LABEL_CAUSES,
    LABEL_WELL,
    LABEL_BADLY,
    LABEL_ACTIONS,
    LABEL_ACTION,
    LABEL_OWNER,
    LABEL_DUE,
    LABEL_BRAND,
    LABEL_ONSET,
    LABEL_ALERT,
    LABEL_ANSWER,
    LABEL_RESOLVED,
    LABEL_ANSWERED,
    LABEL_REPLIED,
    LABEL_WAITING,
    LABEL_WAITS,
    LABEL_SINCE,
    LABEL_REACH,
    LABEL_POST,
    LABEL_COUNT,
};

const char *label(enum label which, enum lang lang);
const char *say(enum lang lang, const char *es, const char *en);

/* "1 persona", "27 people". */
void say_people(FILE *out, uint64_t count, enum lang lang);
/* The figures of a decision, as alert/render/brief.h says them. */
struct brief say_brief(const struct incident_why *why, signal_set signals);

/* Two or three sentences: what, when, how many, how soon, answered or not. */
void say_overview(FILE *out,
        const struct report *report,
        const struct study_incident *incident,
        enum lang lang);
/* The same without the name of the brand and its signals, for under a heading that has them. */
void say_story(FILE *out, const struct study_incident *incident, enum lang lang);
/* Of spans in which the brand's posts did not come, or came too late; nothing of none. */
void say_holes(
        FILE *out, enum hole_sort sort, const struct hole *holes, size_t count, enum lang lang);
/* What happened in a row of the timeline. */
void say_row(FILE *out, const struct timeline_row *row, enum lang lang);
/* "caída del servicio, queja": the deciding one first. */
void say_signals(FILE *out, const struct study_incident *incident, enum lang lang);
/* Why it was told: the figures of its opening. */
void say_why(FILE *out,
        const struct report *report,
        const struct study_incident *incident,
        enum lang lang);
/* "15 minutos", "sin respuesta en 5 h 22 min". */
void say_clock(FILE *out, const struct facts_clock *clock, enum lang lang);
/* "habría avisado 4 min antes", "no habría avisado". */
void say_what_if(FILE *out, const struct facts_what_if *what, enum lang lang);
const char *sensitivity_words(enum sensitivity sensitivity, enum lang lang);
/* How many of those who complained got a reply, how soon, and how many only passed a complaint on. */
void say_answered(FILE *out, const struct incident_waits *waits, enum lang lang);
/* How many more wait than a table shows, and up to when. */
void say_waiting(FILE *out, const struct incident_waits *waits, enum lang lang);
/* A group of the scope: "idioma", "plataforma", or the facet's own name. */
void say_group(FILE *out, const struct scope_group *group, enum lang lang);
/* One line about what was read and what was left out of it. */
void say_archive(FILE *out, const struct report *report, enum lang lang);

#endif
