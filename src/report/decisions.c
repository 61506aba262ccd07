#include "report/decisions.h"

#include "alert/render/brief.h"
#include "alert/render/words.h"
#include "core/text/calendar.h"
#include "report/table.h"
#include "report/words/sentences.h"

#include <inttypes.h>

struct telling {
    FILE *out;
    const struct decisions *decisions;
    enum lang lang;
};

/* Which detector looks at a window, in their order. */
static const enum detector window_detectors[SIGNAL_WINDOWS] = { DETECTOR_SCAN_10M, DETECTOR_SCAN_1H,
    DETECTOR_SCAN_6H, DETECTOR_SCAN_24H };

/* The figures of these events are their reason; those of others stand beside it. */
static int
is_about_size(enum judge_event_kind kind)
{
    return kind == EVENT_OPENED || kind == EVENT_REOPENED || kind == EVENT_ESCALATED;
}

static int
fired(const struct study_event *event, uint32_t subject, enum detector detector)
{
    uint32_t told_by = event->why.anything ? LOOK_ANYTHING : (uint32_t)event->why.signal;

    return is_about_size(event->kind) && told_by == subject &&
           (event->why.fired & (uint32_t)detector) != 0;
}

/* ---- what was looked at ---- */

static const char *
subject_title(uint32_t subject, enum lang lang)
{
    return subject == LOOK_ANYTHING
                   ? say(lang, "quejas de cualquier cosa", "complaints of anything")
                   : signal_title((enum signal)subject, lang);
}

static void
tell_columns(const struct telling *telling)
{
    static const struct {
        const char *names[2];
        int width;
    } columns[] = {
        { { "ventana", "window" }, 9 },
        { { "U", "U" }, 8 },
        { { "C", "C" }, 8 },
        { { "T", "T" }, 9 },
        { { "C/T", "C/T" }, 8 },
        { { "M", "M" }, 9 },
        { { "phi", "phi" }, 7 },
        { { "log10 p", "log10 p" }, 9 },
        { { "puntos", "score" }, 8 },
        { { "hacen falta", "needed" }, 13 },
    };

    fputs("    ", telling->out);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        table_right(telling->out, columns[i].names[telling->lang], columns[i].width);
    }
    fputc('\n', telling->out);
}

static void
tell_window(const struct telling *telling,
        const struct signal_look *look,
        size_t which,
        const char *remark)
{
    const struct signal_window *window = &look->windows[which];
    double mentions = (double)window->mentions;

    fputs("    ", telling->out);
    table_span(telling->out, window->window_ms, 9);
    table_count(telling->out, window->people, telling->lang, 8);
    table_count(telling->out, window->posts, telling->lang, 8);
    table_count(telling->out, window->mentions, telling->lang, 9);
    table_share(
            telling->out, mentions > 0 ? (double)window->posts / mentions : 0, telling->lang, 8);
    table_number(telling->out, window->expected, telling->lang, 9);
    table_number(telling->out, window->dispersion, telling->lang, 7);
    table_hundredths(telling->out, window->p_log10, telling->lang, 9);
    table_hundredths(telling->out, window->score, telling->lang, 8);
    table_hundredths(telling->out, window->needed, telling->lang, 13);
    fprintf(telling->out, "%s\n", remark);
}

static void
tell_look(const struct telling *telling,
        const struct study_event *event,
        const struct study_look *seen)
{
    const struct signal_look *look = &seen->look;
    const char *arrow = say(telling->lang, "  ← avisa", "  ← tells");
    int slow = fired(event, seen->subject, DETECTOR_CUSUM);

    fprintf(telling->out, "  %s (%s)\n", subject_title(seen->subject, telling->lang),
            sensitivity_name(look->sensitivity));
    tell_columns(telling);
    for (size_t i = 0; i < SIGNAL_WINDOWS; i++) {
        tell_window(
                telling, look, i, fired(event, seen->subject, window_detectors[i]) ? arrow : "");
    }
    fputs(say(telling->lang, "    acumulado (CUSUM) ", "    collected (CUSUM) "), telling->out);
    table_hundredths(telling->out, look->cusum, telling->lang, 1);
    fputs(say(telling->lang, ", hacen falta ", ", needed "), telling->out);
    table_hundredths(telling->out, look->cusum_limit, telling->lang, 1);
    if (look->cusum > 0) {
        fputs(say(telling->lang, "; desde el ", "; since "), telling->out);
        words_moment(telling->out, look->cusum_from_ms, telling->lang);
    }
    fputs(slow ? arrow : "", telling->out);
    fputs(say(telling->lang, "\n    tamaño para esta marca ", "\n    size for this brand "),
            telling->out);
    table_number(telling->out, look->severity, telling->lang, 1);
    fputs(say(telling->lang, "; quejas habituales ", "; usual share of complaints "), telling->out);
    words_share(telling->out, look->usual_share, telling->lang);
    fputc('\n', telling->out);
}

/* ---- a plain threshold ---- */

static void
tell_asked(const struct telling *telling, const char *what, double found, double asked)
{
    if (asked <= 0) {
        return;
    }
    fprintf(telling->out, "    %s ", what);
    table_number(telling->out, found, telling->lang, 1);
    fputs(say(telling->lang, ", se piden ", ", asked for "), telling->out);
    table_number(telling->out, asked, telling->lang, 1);
    fputc('\n', telling->out);
}

static void
tell_threshold(const struct telling *telling, const struct incident_why *why)
{
    const struct rule_set *rules = telling->decisions->rules;

    if ((why->fired & (uint32_t)DETECTOR_THRESHOLD) == 0 || rules == NULL ||
            why->rule >= rule_set_rule_count(rules)) {
        return;
    }
    const struct rule *rule = rule_set_rule(rules, why->rule);
    const struct threshold *asked = &rule->threshold;
    fprintf(telling->out, "  %s %.*s, ", say(telling->lang, "umbral de la regla", "threshold of"),
            (int)rule->id.size, rule->id.at);
    words_span(telling->out, asked->window_ms);
    fputc('\n', telling->out);
    tell_asked(
            telling, say(telling->lang, "mensajes", "posts"), (double)why->posts, asked->min_count);
    tell_asked(telling, say(telling->lang, "personas", "people"), (double)why->authors,
            asked->min_authors);
    tell_asked(telling, say(telling->lang, "veces lo esperado", "times the expected"), why->ratio,
            asked->ratio);
    tell_asked(telling, say(telling->lang, "parte de las menciones", "share of the mentions"),
            why->share, asked->share);
    if (asked->for_ms > 0) {
        fputs(say(telling->lang, "    sin pausa durante ", "    without a break for "),
                telling->out);
        words_span(telling->out, asked->for_ms);
        fputc('\n', telling->out);
    }
}

/* ---- calendar and verdicts ---- */

static void
tell_shift(const struct telling *telling, const struct limit_shift *shift)
{
    if (brief_is_shifted(shift)) {
        fputs("  ", telling->out);
        brief_shift(telling->out, shift, telling->lang);
        fputc('\n', telling->out);
    }
}

/* ---- decisions that are about time ---- */

static void
tell_span(const struct telling *telling, const char *es, const char *en, int64_t span_ms)
{
    fprintf(telling->out, "  %s ", say(telling->lang, es, en));
    words_span(telling->out, span_ms);
    fputc('\n', telling->out);
}

static void
tell_reason(const struct telling *telling, const struct study_event *event)
{
    const struct judge_settings *judge = telling->decisions->judge;
    const struct study_incident *incident = telling->decisions->incident;

    if (event->kind == EVENT_COOLING) {
        tell_span(telling, "lo que la abrió no se da desde hace", "what opened it has not held for",
                judge->cool_after_ms);
    } else if (event->kind == EVENT_RESOLVED) {
        tell_span(telling, "en calma desde hace", "calm for", judge->resolve_after_ms);
    } else if (event->kind == EVENT_SILENCE && event->answered_ms == TIME_NONE) {
        tell_span(telling, "sin respuesta pública; el plazo de la marca es",
                "no public answer; the brand's target is", incident->settings.ack_target_ms);
    } else if (event->kind == EVENT_SILENCE) {
        tell_span(telling, "respondida, y sin novedades en", "answered, and without an update for",
                incident->settings.update_every_ms);
    } else if (event->kind == EVENT_ANSWERED) {
        tell_span(telling, "la marca respondió en público, contado desde la alerta, en",
                "the brand answered in public, counted from the alert, after",
                event->answered_ms > incident->last.opened_ms
                        ? event->answered_ms - incident->last.opened_ms
                        : 0);
    }
}

static void
tell_event(const struct telling *telling, const struct study_event *event, size_t number)
{
    char at[CALENDAR_TEXT_SIZE];
    struct timeline_row row = { .time_ms = event->time_ms, .kind = TIMELINE_EVENT, .event = event };

    fprintf(telling->out, "\n%zu. %s  ", number, calendar_print(event->time_ms, at));
    say_row(telling->out, &row, telling->lang);
    fprintf(telling->out, "  [%s, %s]\n", judge_event_name(event->kind),
            severity_name(event->severity));
    tell_reason(telling, event);
    if (is_about_size(event->kind)) {
        tell_threshold(telling, &event->why);
        tell_shift(telling, &event->shift);
    }
    for (size_t i = 0; i < event->look_count; i++) {
        tell_look(telling, event, &event->looks[i]);
    }
}

static void
tell_legend(const struct telling *telling)
{
    fputs(say(telling->lang,
                  "\nU personas que se quejan (cada una, una vez por hora) · C sus mensajes · T "
                  "todas "
                  "las menciones\nM las U que se esperaban · phi cuánto oscilan · p la "
                  "probabilidad "
                  "de U o más por azar\npuntos = -log10 p y un plus por ventana larga; 0: ni "
                  "siquiera llama la atención\n",
                  "\nU people who complain (each once an hour) · C their posts · T all mentions\nM "
                  "the U that were expected · phi how much they swing · p the chance of U or more"
                  "\nscore = -log10 p and a bonus of the longer windows; 0: not even unusual\n"),
            telling->out);
}

void
decisions_text(FILE *out, const struct decisions *decisions, enum lang lang)
{
    const struct study_incident *incident = decisions->incident;
    const struct incident *last = &incident->last;
    struct telling telling = { .out = out, .decisions = decisions, .lang = lang };

    fprintf(out, "%s · %s · ", last->id, last->brand);
    say_signals(out, incident, lang);
    fprintf(out, "\n%s ", say(lang, "comienzo estimado", "estimated onset"));
    words_moment(out, last->onset_ms, lang);
    fputc('\n', out);
    if (last->kin.before > 0) {
        brief_kin(out, &last->kin, lang);
        fputc('\n', out);
    }
    for (size_t i = 0; i < incident->event_count; i++) {
        tell_event(&telling, &incident->events[i], i + 1);
    }
    if (incident->events_left_out > 0) {
        fprintf(out, "\n%zu %s\n", incident->events_left_out,
                say(lang, "decisiones más, antes de la última, no se guardan",
                        "more, before the last one, are not kept"));
    }
    tell_legend(&telling);
}
