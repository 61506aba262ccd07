/* What happened in a row of the timeline, in words. */
#include "alert/render/brief.h"
#include "report/words/sentences.h"

#include <inttypes.h>

static void
say_silence(FILE *out, const struct study_event *event, enum lang lang)
{
    if (event->answered_ms != TIME_NONE) {
        fputs(say(lang, "Aviso: tocaba dar novedades y no las hay",
                      "Reminder: an update is due, and there is none"),
                out);
        return;
    }
    fprintf(out, "%s %u: %s %c", say(lang, "Aviso de silencio nº", "Silence reminder no."),
            event->reminders, say(lang, "sin respuesta pública; nota", "no public answer; grade"),
            event->grade);
}

static void
say_event(FILE *out, const struct study_event *event, enum lang lang)
{
    struct brief brief = say_brief(&event->why, event->signals);

    switch (event->kind) {
    case EVENT_OPENED:
        fputs(say(lang, "Alerta: ", "Alert: "), out);
        brief_size(out, &brief, lang);
        return;
    case EVENT_ESCALATED:
    case EVENT_REOPENED:
        fputs(event->kind == EVENT_ESCALATED ? say(lang, "Va a más: ", "It grows: ")
                                             : say(lang, "Vuelve a abrirse: ", "Reopened: "),
                out);
        say_people(out, event->authors, lang);
        fputs(say(lang, " desde el comienzo · ", " since the onset · "), out);
        brief_signals(out, &brief, lang);
        return;
    case EVENT_ANSWERED:
        fprintf(out, "%s %c",
                say(lang, "El reloj se para: hay respuesta pública, nota",
                        "The clock stops: there is a public answer, grade"),
                event->grade);
        return;
    case EVENT_SILENCE:
        say_silence(out, event, lang);
        return;
    case EVENT_COOLING:
        fputs(say(lang, "Remite: el motivo ya no se da", "It cools: its reason no longer holds"),
                out);
        return;
    case EVENT_RESOLVED:
        fputs(say(lang, "Resuelta: ", "Resolved: "), out);
        say_people(out, event->authors, lang);
        fputs(say(lang, " en total", " in all"), out);
        return;
    case EVENT_EARLY:
    case EVENT_WITHDRAWN:
        break;
    }
    fputs(brief_kind_words(event->kind, lang), out);
}

static void
say_kind(FILE *out, signal_set signals, enum lang lang)
{
    int said = 0;

    for (int i = 0; i < SIGNAL_COUNT; i++) {
        if ((signals & SIGNAL_BIT(i)) != 0) {
            fprintf(out, "%s%s", said++ > 0 ? ", " : "", signal_title((enum signal)i, lang));
        }
    }
}

static signal_set
acts_of(signal_set signals)
{
    signal_set acts = 0;

    for (int i = 0; i < SIGNAL_COUNT; i++) {
        int act = signal_kind_of((enum signal)i) == SIGNAL_KIND_OFFICIAL;
        acts |= act ? signals & SIGNAL_BIT(i) : 0;
    }
    return acts;
}

static const char *
speaker_of(const struct incident_post *post, enum lang lang)
{
    if (post->impostor) {
        return say(lang, "Una cuenta que se hace pasar por la marca: ",
                "An account that poses as the brand: ");
    }
    return post->broadcast ? say(lang, "La marca ", "The brand ")
                           : say(lang, "La marca, a una persona: ", "The brand, to somebody: ");
}

/* What it does, then what it names. */
static void
say_post(FILE *out, const struct incident_post *post, enum lang lang)
{
    signal_set acts = acts_of(post->signals);
    signal_set matters = post->signals & ~acts;

    fputs(speaker_of(post, lang), out);
    if (acts == 0) {
        fputs(say(lang, "publica algo", "posts something"), out);
    } else {
        say_kind(out, acts, lang);
    }
    if (matters != 0) {
        fputs(" · ", out);
        say_kind(out, matters, lang);
    }
}

void
say_row(FILE *out, const struct timeline_row *row, enum lang lang)
{
    switch (row->kind) {
    case TIMELINE_ONSET:
        fputs(say(lang, "Comienzo: las quejas dejan de ser las de siempre",
                      "Onset: complaints are no longer the usual ones"),
                out);
        return;
    case TIMELINE_PEAK:
        fputs(say(lang, "El peor momento", "The worst moment"), out);
        return;
    case TIMELINE_EVENT:
        say_event(out, row->event, lang);
        return;
    case TIMELINE_OFFICIAL:
        say_post(out, row->post, lang);
        return;
    }
}
