#include "alert/render/brief.h"

#include "alert/render/words.h"

#include <assert.h>
#include <stddef.h>

/* An expectation this small is no divisor worth showing. */
#define EXPECTED_MIN 0.05

static const int64_t grade_ends_ms[] = { 15 * 60000LL, 30 * 60000LL, 120 * 60000LL, 240 * 60000LL };

int64_t
brief_silence_ms(const struct brief *brief)
{
    int64_t end = brief->answered_ms == TIME_NONE ? brief->at_ms : brief->answered_ms;

    return end > brief->opened_ms ? end - brief->opened_ms : 0;
}

int64_t
brief_next_grade_ms(const struct brief *brief)
{
    int64_t silence = brief_silence_ms(brief);

    if (brief->answered_ms != TIME_NONE) {
        return -1;
    }
    for (size_t i = 0; i < sizeof grade_ends_ms / sizeof grade_ends_ms[0]; i++) {
        if (silence < grade_ends_ms[i]) {
            return grade_ends_ms[i] - silence;
        }
    }
    return -1;
}

const char *
brief_kind_words(enum judge_event_kind kind, enum lang lang)
{
    static const char *const words[][2] = {
        [EVENT_OPENED] = { "nueva incidencia", "new incident" },
        [EVENT_ESCALATED] = { "va a más", "growing" },
        [EVENT_ANSWERED] = { "hay respuesta pública", "publicly answered" },
        [EVENT_SILENCE] = { "sigue el silencio", "still silent" },
        [EVENT_COOLING] = { "remite", "cooling down" },
        [EVENT_REOPENED] = { "vuelve a abrirse", "reopened" },
        [EVENT_RESOLVED] = { "resuelta", "resolved" },
        [EVENT_EARLY] = { "primer aviso", "early notice" },
        [EVENT_WITHDRAWN] = { "no se confirma", "not confirmed" },
    };

    assert((size_t)kind < sizeof words / sizeof words[0]);
    return words[kind][lang];
}

const char *
brief_severity_words(enum severity severity, enum lang lang)
{
    static const char *const words[][2] = {
        [SEVERITY_INFO] = { "AVISO", "NOTICE" },
        [SEVERITY_WARNING] = { "ATENCIÓN", "WARNING" },
        [SEVERITY_CRITICAL] = { "CRÍTICA", "CRITICAL" },
    };

    assert((size_t)severity < sizeof words / sizeof words[0]);
    return words[severity][lang];
}

const char *
brief_step_words(enum playbook_step step, enum lang lang)
{
    static const char *const words[PLAYBOOK_COUNT][2] = {
        [PLAYBOOK_ACKNOWLEDGE] = { "reconocer lo que pasa", "acknowledge it" },
        [PLAYBOOK_APOLOGISE] = { "pedir disculpas", "apologise" },
        [PLAYBOOK_EXPLAIN] = { "explicar la causa", "explain the cause" },
        [PLAYBOOK_INSTRUCT] = { "decir qué hacer mientras tanto", "say what to do meanwhile" },
        [PLAYBOOK_CORRECT] = { "corregir lo que no es cierto", "correct what is wrong" },
        [PLAYBOOK_SCOPE] = { "decir a quién afecta", "say who is affected" },
        [PLAYBOOK_REMEDY] = { "compensar", "offer a remedy" },
        [PLAYBOOK_RESOLVED] = { "anunciar que está resuelto", "announce that it is resolved" },
    };

    assert((size_t)step < PLAYBOOK_COUNT);
    return words[step][lang];
}

void
brief_signals(FILE *out, const struct brief *brief, enum lang lang)
{
    fputs(signal_title(brief->signal, lang), out);
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        enum signal signal = (enum signal)i;
        if (signal != brief->signal && (brief->signals & SIGNAL_BIT(signal)) != 0) {
            fprintf(out, ", %s", signal_title(signal, lang));
        }
    }
}

static const char *
people_words(uint64_t count, enum lang lang)
{
    if (lang == LANG_ES) {
        return count == 1 ? " persona" : " personas";
    }
    return count == 1 ? " person" : " people";
}

static const char *
posts_words(uint64_t count, enum lang lang)
{
    if (lang == LANG_ES) {
        return count == 1 ? " mensaje" : " mensajes";
    }
    return count == 1 ? " post" : " posts";
}

void
brief_size(FILE *out, const struct brief *brief, enum lang lang)
{
    /* A threshold may count posts alone. */
    uint64_t count = brief->people > 0 ? brief->people : brief->posts;

    words_count(out, count, lang);
    fputs(brief->people > 0 ? people_words(count, lang) : posts_words(count, lang), out);
    fputs(lang == LANG_ES ? " en " : " in ", out);
    words_span(out, brief->window_ms);
    if (!(brief->expected >= EXPECTED_MIN)) {
        fputs(lang == LANG_ES ? ", lo normal es casi nada" : ", next to none expected", out);
        return;
    }
    fputs(", ", out);
    words_number(out, brief->expected, lang);
    if (lang == LANG_ES) {
        fputs(brief->people > 0 ? " esperadas" : " esperados", out);
    } else {
        fputs(" expected", out);
    }
    fputs(" (", out);
    words_ratio(out, brief->ratio, lang);
    fputs(")", out);
}

const char *
brief_coordinated_words(enum lang lang)
{
    return lang == LANG_ES ? "actividad coordinada" : "coordinated activity";
}

void
brief_authenticity(FILE *out, const struct brief *brief, enum lang lang)
{
    double weighed = brief->weighed > 0 ? (double)brief->weighed : 1;

    fputs(lang == LANG_ES ? "autenticidad " : "authenticity ", out);
    words_share(out, (double)brief->organic / weighed, lang);
    fputs(": ", out);
    words_count(out, brief->organic, lang);
    fputs(people_words(brief->organic, lang), out);
    fputs(lang == LANG_ES ? " de " : " of ", out);
    words_count(out, brief->weighed, lang);
    fputs(", ", out);
    words_count(out, brief->young, lang);
    fputs(lang == LANG_ES ? " cuentas de menos de 30 días" : " accounts of less than 30 days", out);
}

/* What the clock says, for the events that are about the clock. */
static void
write_silence(FILE *out, const struct brief *brief, enum lang lang)
{
    int overdue = brief->answered_ms != TIME_NONE && brief->last_official_ms != TIME_NONE;
    int64_t span = overdue ? brief->at_ms - brief->last_official_ms : brief_silence_ms(brief);

    words_minutes(out, span, lang);
    if (overdue) {
        fputs(lang == LANG_ES ? " sin novedades oficiales" : " without an official update", out);
        return;
    }
    fputs(lang == LANG_ES ? " sin respuesta pública" : " without a public answer", out);
    fprintf(out, lang == LANG_ES ? " (nota %c)" : " (grade %c)", brief->grade);
}

static void
write_answered(FILE *out, const struct brief *brief, enum lang lang)
{
    int64_t span = brief_silence_ms(brief);

    if (span == 0) {
        fputs(lang == LANG_ES ? "respuesta pública antes de la alerta"
                              : "public answer ahead of the alert",
                out);
    } else {
        fputs(lang == LANG_ES ? "respuesta pública tras " : "public answer after ", out);
        words_minutes(out, span, lang);
    }
    fprintf(out, lang == LANG_ES ? " (nota %c)" : " (grade %c)", brief->grade);
}

/* How long and how many in all: what is left to say when it is over, or nearly. */
static void
write_ending(FILE *out, const struct brief *brief, enum lang lang)
{
    int64_t end = brief->resolved_ms == TIME_NONE ? brief->at_ms : brief->resolved_ms;

    fputs(brief_kind_words(brief->kind, lang), out);
    fputs(lang == LANG_ES ? " tras " : " after ", out);
    words_span(out, end - brief->onset_ms);
    fputs(", ", out);
    words_count(out, brief->people_all, lang);
    fputs(people_words(brief->people_all, lang), out);
    fputs(lang == LANG_ES ? " en total" : " in all", out);
}

void
brief_kin(FILE *out, const struct incident_kin *kin, enum lang lang)
{
    int es = lang == LANG_ES;

    assert(kin->before > 0);
    fprintf(out, "%s%u%s", es ? "Es la " : "This is number ", kin->before + 1,
            es ? ".ª desde el " : " since ");
    words_day(out, kin->since_ms, lang);
    fputs(es ? "; la anterior se cerró el " : "; the one before was closed on ", out);
    words_day(out, kin->last_resolved_ms, lang);
    fprintf(out, "%s%c", es ? " con nota " : " with grade ", kin->last_grade);
}

void
brief_replies(FILE *out, const struct brief *brief, enum lang lang)
{
    const struct incident_replies *replies = &brief->replies;
    int es = lang == LANG_ES;

    assert(replies->heard);
    fputs(es ? "respuestas que nombran el asunto: " : "replies that name the matter: ", out);
    fputs(!replies->more ? "" : es ? "al menos " : "at least ", out);
    words_count(out, replies->count, lang);
    if (replies->count > 0) {
        fputs(es ? ", con palabras propias " : ", in words of their own ", out);
        words_count(out, replies->different, lang);
    }
    fputs(es ? "; personas que se quejan: " : "; people who complain: ", out);
    words_count(out, brief->people_all, lang);
}

int
brief_is_shifted(const struct limit_shift *shift)
{
    return shift->planned != 0 || shift->verdicts != 0;
}

static void
write_threshold(FILE *out, int32_t hundredths, enum lang lang)
{
    fputs(lang == LANG_ES ? "umbral " : "threshold ", out);
    fputc(hundredths < 0 ? '-' : '+', out);
    words_number(out, (hundredths < 0 ? -hundredths : hundredths) / 100.0, lang);
}

void
brief_shift(FILE *out, const struct limit_shift *shift, enum lang lang)
{
    assert(brief_is_shifted(shift));
    if (shift->planned != 0) {
        fputs(lang == LANG_ES ? "previsto: " : "planned: ", out);
        words_quote(out, view_of(shift->name), PLANNED_NAME_SIZE_MAX);
        fputs(", ", out);
        write_threshold(out, shift->planned, lang);
    }
    if (shift->verdicts != 0) {
        fputs(shift->planned != 0 ? "; " : "", out);
        fputs(lang == LANG_ES ? "por veredictos, " : "by verdicts, ", out);
        write_threshold(out, shift->verdicts, lang);
    }
}

static void
write_withdrawn(FILE *out, const struct brief *brief, enum lang lang)
{
    fputs(brief_kind_words(brief->kind, lang), out);
}

static void
write_sized(FILE *out, const struct brief *brief, enum lang lang)
{
    if (brief->kind != EVENT_OPENED) {
        fprintf(out, "%s, ", brief_kind_words(brief->kind, lang));
    }
    brief_size(out, brief, lang);
}

void
brief_summary(FILE *out, const struct brief *brief, enum lang lang)
{
    static void (*const writers[])(FILE *, const struct brief *, enum lang) = {
        [EVENT_OPENED] = write_sized,
        [EVENT_ESCALATED] = write_sized,
        [EVENT_ANSWERED] = write_answered,
        [EVENT_SILENCE] = write_silence,
        [EVENT_COOLING] = write_ending,
        [EVENT_REOPENED] = write_sized,
        [EVENT_RESOLVED] = write_ending,
        [EVENT_EARLY] = write_sized,
        [EVENT_WITHDRAWN] = write_withdrawn,
    };

    assert((size_t)brief->kind < sizeof writers / sizeof writers[0]);
    words_quote(out, brief->brand, 64);
    fputs(": ", out);
    if (brief->coordinated) {
        fprintf(out, "%s, ", brief_coordinated_words(lang));
    }
    writers[brief->kind](out, brief, lang);
    fputs(" · ", out);
    brief_signals(out, brief, lang);
}
