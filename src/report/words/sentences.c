#include "report/words/sentences.h"

#include "alert/render/brief.h"
#include "alert/render/words.h"
#include "core/text/calendar.h"

#include <assert.h>
#include <inttypes.h>

#define NAME_SHOWN 64
#define DAY_MS     INT64_C(86400000)

const char *
say(enum lang lang, const char *es, const char *en)
{
    return lang == LANG_ES ? es : en;
}

const char *
label(enum label which, enum lang lang)
{
    static const char *const labels[LABEL_COUNT][2] = {
        [LABEL_REPORT] = { "Informe de incidencia", "Incident report" },
        [LABEL_INCIDENTS] = { "Incidencias", "Incidents" },
        [LABEL_OVERVIEW] = { "En resumen", "Overview" },
        [LABEL_CHART] = { "Cómo fue", "How it went" },
        [LABEL_SILENCE] = { "El reloj del silencio", "The silence clock" },
        [LABEL_SCOPE] = { "A cuántos y a quién", "How many, and exactly who" },
        [LABEL_TIMELINE] = { "Minuto a minuto", "Minute by minute" },
        [LABEL_PLAYBOOK] = { "Lo que había que decir", "What had to be said" },
        [LABEL_DECISION] = { "Por qué se avisó", "Why it was told" },
        [LABEL_OTHERWISE] = { "Con otra sensibilidad", "With another sensitivity" },
        [LABEL_POSTS] = { "Lo que más se vio", "What most people saw" },
        [LABEL_KIN] = { "Otras veces, en este archivo", "Other times, in this archive" },
        [LABEL_FILL] = { "Para completar", "To be filled in" },
        [LABEL_METHOD] = { "De dónde salen estas cifras", "Where these figures are from" },
        [LABEL_PEOPLE] = { "Personas", "People" },
        [LABEL_MESSAGES] = { "Mensajes", "Posts" },
        [LABEL_PEAK] = { "Máximo en 10 min", "Most in 10 min" },
        [LABEL_DURATION] = { "Duración", "Duration" },
        [LABEL_ALERT_CLOCK] = { "De la alerta a la respuesta", "Alert to answer" },
        [LABEL_ONSET_CLOCK] = { "Del comienzo a la respuesta", "Onset to answer" },
        [LABEL_GRADE] = { "Nota", "Grade" },
        [LABEL_FROM] = { "Desde", "From" },
        [LABEL_TO] = { "Hasta", "To" },
        [LABEL_SPAN] = { "Tiempo", "Time" },
        [LABEL_TIME] = { "Hora (UTC)", "Time (UTC)" },
        [LABEL_WHAT] = { "Qué", "What" },
        [LABEL_STEP] = { "Paso", "Step" },
        [LABEL_DONE] = { "Hecho", "Done" },
        [LABEL_EVIDENCE] = { "Prueba", "Evidence" },
        [LABEL_NOT_DONE] = { "no consta", "not seen" },
        [LABEL_SENSITIVITY] = { "Sensibilidad", "Sensitivity" },
        [LABEL_THIS_INCIDENT] = { "Esta incidencia", "This incident" },
        [LABEL_ALERTS] = { "Alertas en el archivo", "Alerts in the archive" },
        [LABEL_NOTICES] = { "Avisos en total", "Notices in all" },
        [LABEL_AFFECTED] = { "En primera persona", "First person" },
        [LABEL_COMMENTARY] = { "Comentan", "Commentary" },
        [LABEL_REPOSTS] = { "Reenvíos", "Reposts" },
        [LABEL_LATE] = { "Llegaron tarde", "Came late" },
        [LABEL_MENTIONS] = { "Menciones", "Mentions" },
        [LABEL_COMPLAINTS] = { "Quejas", "Complaints" },
        [LABEL_EXPECTED] = { "Esperadas", "Expected" },
        [LABEL_USUAL] = { "Lo habitual", "Usual range" },
        [LABEL_CAUSES] = { "Causas", "Causes" },
        [LABEL_WELL] = { "Qué funcionó", "What went well" },
        [LABEL_BADLY] = { "Qué no funcionó", "What went badly" },
        [LABEL_ACTIONS] = { "Qué va a cambiar", "What will change" },
        [LABEL_ACTION] = { "Acción", "Action" },
        [LABEL_OWNER] = { "Responsable", "Owner" },
        [LABEL_DUE] = { "Fecha", "Date" },
        [LABEL_BRAND] = { "Marca", "Brand" },
        [LABEL_ONSET] = { "Comienzo", "Onset" },
        [LABEL_ALERT] = { "Alerta", "Alert" },
        [LABEL_ANSWER] = { "Respuesta", "Answer" },
        [LABEL_RESOLVED] = { "Resuelta", "Resolved" },
        [LABEL_ANSWERED] = { "A quién se contestó, y quién espera",
                "Who was answered, and who still waits" },
        [LABEL_REPLIED] = { "Con respuesta directa", "Got a direct reply" },
        [LABEL_WAITING] = { "Quién espera todavía", "Who still waits" },
        [LABEL_WAITS] = { "Espera", "Waits" },
        [LABEL_SINCE] = { "Desde", "Since" },
        [LABEL_REACH] = { "Alcance", "Reach" },
        [LABEL_POST] = { "Publicación", "Post" },
    };

    assert((size_t)which < LABEL_COUNT);
    return labels[which][lang];
}

/* ---- parts of sentences ---- */

void
say_people(FILE *out, uint64_t count, enum lang lang)
{
    words_count(out, count, lang);
    fputs(count == 1 ? say(lang, " persona", " person") : say(lang, " personas", " people"), out);
}

static void
say_posts(FILE *out, uint64_t count, enum lang lang)
{
    words_count(out, count, lang);
    fputs(count == 1 ? say(lang, " mensaje", " post") : say(lang, " mensajes", " posts"), out);
}

struct brief
say_brief(const struct incident_why *why, signal_set signals)
{
    return (struct brief){ .signal = why->signal,
        .signals = signals,
        .window_ms = why->window_ms,
        .people = why->authors,
        .posts = why->posts,
        .expected = why->expected,
        .ratio = why->ratio };
}

void
say_signals(FILE *out, const struct study_incident *incident, enum lang lang)
{
    struct brief brief = say_brief(&facts_opening(incident)->why, incident->last.signals);

    brief_signals(out, &brief, lang);
}

/* ---- the overview ---- */

static void
say_duration(FILE *out, const struct incident *incident, enum lang lang)
{
    fputs(say(lang, "Empezó hacia el ", "It began about "), out);
    words_moment(out, incident->onset_ms, lang);
    if (incident->resolved_ms == TIME_NONE) {
        fputs(say(lang, " y seguía abierta ", " and was still open "), out);
        words_span(out, facts_end_ms(incident) - incident->onset_ms);
        fputs(say(lang, " después, con lo último que se sabe;",
                      " later, at the last that is known;"),
                out);
    } else {
        fputs(say(lang, " y duró ", " and lasted "), out);
        words_span(out, incident->resolved_ms - incident->onset_ms);
        fputs(say(lang, ", con la calma del final;", ", counting the calm at its end;"), out);
    }
}

static void
say_extent(FILE *out, const struct incident *incident, enum lang lang)
{
    fputc(' ', out);
    say_people(out, incident->authors, lang);
    fputs(incident->authors == 1 ? say(lang, " se quejó en ", " complained in ")
                                 : say(lang, " se quejaron en ", " complained in "),
            out);
    say_posts(out, incident->posts, lang);
    if (incident->peak_authors == 0) {
        fputc('.', out);
        return;
    }
    fputs(say(lang, ", y en el peor momento lo hacían ", ", and at the worst there were "), out);
    words_count(out, incident->peak_authors, lang);
    fputs(say(lang, " en 10 minutos.", " in 10 minutes."), out);
}

static void
say_detection(FILE *out, const struct study_incident *incident, enum lang lang)
{
    const struct incident_why *why = &facts_opening(incident)->why;
    struct brief brief = say_brief(why, SIGNAL_BIT(why->signal));

    fputs(say(lang, " rebato avisó ", " rebato told of it "), out);
    words_minutes(out, incident->last.opened_ms - incident->last.onset_ms, lang);
    fputs(say(lang, " después del comienzo, con ", " after the onset, with "), out);
    brief_size(out, &brief, lang);
    fputc('.', out);
}

static void
say_answer(FILE *out, const struct incident *incident, enum lang lang)
{
    struct facts_clock clock = facts_clock_of(incident, incident->opened_ms);

    if (!clock.answered) {
        fputs(say(lang, " La marca no respondió en público", " The brand did not answer in public"),
                out);
    } else if (clock.span_ms == 0) {
        fputs(say(lang, " La marca respondió en público antes de la alerta",
                      " The brand answered in public ahead of the alert"),
                out);
    } else {
        fputs(say(lang, " La marca respondió en público ", " The brand answered in public "), out);
        words_minutes(out, clock.span_ms, lang);
        fputs(say(lang, " después de la alerta", " after the alert"), out);
    }
    fprintf(out, "%s%c.", say(lang, ": nota ", ": grade "), incident->clock.grade);
}

void
say_story(FILE *out, const struct study_incident *incident, enum lang lang)
{
    say_duration(out, &incident->last, lang);
    say_extent(out, &incident->last, lang);
    say_detection(out, incident, lang);
    say_answer(out, &incident->last, lang);
    if (incident->last.coordinated) {
        fputs(say(lang,
                      " Es actividad coordinada: sin las cuentas que la llevan nadie habría "
                      "recibido el aviso.",
                      " It is coordinated activity: without the accounts behind it nobody would "
                      "have been told."),
                out);
    }
    if (incident->last.kin.before > 0) {
        fputc(' ', out);
        brief_kin(out, &incident->last.kin, lang);
        fputc('.', out);
    }
}

/* Of one day the date is said once. */
static void
say_hole(FILE *out, const struct hole *hole, enum lang lang)
{
    struct calendar_date to = calendar_date_of(hole->to_ms);

    words_moment(out, hole->from_ms, lang);
    fputs(" – ", out);
    if (hole->from_ms / DAY_MS == hole->to_ms / DAY_MS) {
        fprintf(out, "%02d:%02d", (int)to.hour, (int)to.minute);
    } else {
        words_moment(out, hole->to_ms, lang);
    }
}

void
say_holes(FILE *out, enum hole_sort sort, const struct hole *holes, size_t count, enum lang lang)
{
    if (count == 0) {
        return;
    }
    fputs(sort == HOLE_MISSING
                    ? say(lang, "De esta marca no llegó nada, y debería: ",
                              "Nothing came of this brand, and should have: ")
                    : say(lang, "Lo de esta marca llegó demasiado tarde para saber cómo estaba: ",
                              "What came of this brand came too late to know how it was: "),
            out);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "" : "; ", out);
        say_hole(out, &holes[i], lang);
    }
    fputc('.', out);
}

void
say_overview(FILE *out,
        const struct report *report,
        const struct study_incident *incident,
        enum lang lang)
{
    words_quote(out, facts_title(report, incident), NAME_SHOWN);
    fputs(": ", out);
    say_signals(out, incident, lang);
    fputs(". ", out);
    say_story(out, incident, lang);
}

/* ---- the decision ---- */

static void
say_rule(FILE *out, const struct report *report, const struct incident_why *why, enum lang lang)
{
    if (why->rule == UINT32_MAX) {
        return;
    }
    fputs(say(lang, " Lo pide un umbral", " A threshold asks for it"), out);
    if (report->rules != NULL && why->rule < rule_set_rule_count(report->rules)) {
        const struct rule *rule = rule_set_rule(report->rules, why->rule);
        fputs(say(lang, " de la regla ", " of the rule "), out);
        words_quote(out, rule->id, NAME_SHOWN);
    }
    fputc('.', out);
}

static void
say_authenticity(FILE *out, const struct incident *incident, enum lang lang)
{
    const struct authenticity *weighed = &incident->authenticity;
    struct brief brief = {
        .weighed = weighed->people, .organic = weighed->organic, .young = weighed->young
    };

    if (brief.organic < brief.weighed) {
        fputs(say(lang, " Quién se queja: ", " Who complains: "), out);
        brief_authenticity(out, &brief, lang);
        fputc('.', out);
    }
}

void
say_why(FILE *out,
        const struct report *report,
        const struct study_incident *incident,
        enum lang lang)
{
    const struct incident_why *why = &facts_opening(incident)->why;
    struct brief brief = say_brief(why, SIGNAL_BIT(why->signal));

    brief_size(out, &brief, lang);
    if (why->p_log10 < -2) {
        fputs(say(lang, "; por azar pasaría ", "; by chance it would happen "), out);
        words_chance(out, why->p_log10, lang);
    }
    fputs(". ", out);
    words_share(out, why->share, lang);
    fputs(say(lang, " de las menciones eran quejas; lo habitual, ",
                  " of the mentions were complaints; usually "),
            out);
    words_share(out, why->usual_share, lang);
    fputc('.', out);
    if ((why->fired & (uint32_t)DETECTOR_CUSUM) != 0) {
        fputs(say(lang, " Se fue acumulando poco a poco, sin un salto que lo delatara.",
                      " It piled up little by little, without a jump to give it away."),
                out);
    }
    if (brief_is_shifted(&facts_opening(incident)->shift)) {
        fputs(say(lang, " Frente a lo habitual, ", " Against the usual, "), out);
        brief_shift(out, &facts_opening(incident)->shift, lang);
        fputc('.', out);
    }
    say_authenticity(out, &incident->last, lang);
    say_rule(out, report, why, lang);
}

/* ---- clocks, other settings ---- */

void
say_clock(FILE *out, const struct facts_clock *clock, enum lang lang)
{
    if (!clock->answered) {
        fputs(say(lang, "sin respuesta en ", "no answer in "), out);
        words_span(out, clock->span_ms);
        return;
    }
    if (clock->span_ms == 0) {
        fputs(say(lang, "antes", "ahead of it"), out);
        return;
    }
    words_span(out, clock->span_ms);
}

const char *
sensitivity_words(enum sensitivity sensitivity, enum lang lang)
{
    static const char *const words[][2] = {
        [SENSITIVITY_FEWER] = { "menos avisos (fewer)", "fewer" },
        [SENSITIVITY_BALANCED] = { "equilibrada (balanced)", "balanced" },
        [SENSITIVITY_MORE] = { "más avisos (more)", "more" },
    };

    assert((size_t)sensitivity < sizeof words / sizeof words[0]);
    return words[sensitivity][lang];
}

void
say_what_if(FILE *out, const struct facts_what_if *what, enum lang lang)
{
    if (what->alert == NULL) {
        fputs(say(lang, "no habría avisado", "would have said nothing"), out);
        return;
    }
    if (what->earlier_ms == 0) {
        fputs(say(lang, "habría avisado a la vez", "would have told at the same time"), out);
        return;
    }
    fputs(say(lang, "habría avisado ", "would have told "), out);
    words_span(out, what->earlier_ms > 0 ? what->earlier_ms : -what->earlier_ms);
    fputs(what->earlier_ms > 0 ? say(lang, " antes", " earlier") : say(lang, " después", " later"),
            out);
}

void
say_group(FILE *out, const struct scope_group *group, enum lang lang)
{
    static const struct {
        const char *name;
        const char *words[2];
    } known[] = {
        { "lang", { "Idioma", "Language" } },
        { "plat", { "Plataforma", "Platform" } },
        { "place", { "Lugar", "Place" } },
        { "os", { "Sistema", "System" } },
        { "version", { "Versión", "Version" } },
        { "product", { "Producto", "Product" } },
        { "network", { "Red", "Network" } },
        { "code", { "Código de error", "Error code" } },
        { "people", { "Cuántos, según se dice", "How many, as people say" } },
        { "destination", { "Adónde se van", "Where they go" } },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (view_equal(group->name, view_of(known[i].name)) && group->is_facet == (i > 1)) {
            fputs(known[i].words[lang], out);
            return;
        }
    }
    words_quote(out, group->name, NAME_SHOWN);
}

void
say_archive(FILE *out, const struct report *report, enum lang lang)
{
    const struct report_source *source = &report->source;

    words_count(out, source->received, lang);
    fputs(say(lang, " registros leídos", " records read"), out);
    if (source->first_ms != INT64_MIN) {
        fputs(say(lang, ", del ", ", from "), out);
        words_moment(out, source->first_ms, lang);
        fputs(say(lang, " al ", " to "), out);
        words_moment(out, source->last_ms, lang);
    }
    fputs(say(lang, ". No se cuentan: ", ". Not counted: "), out);
    words_count(out, source->fates[REBATO_FATE_duplicate], lang);
    fputs(say(lang, " repetidos, ", " repeated, "), out);
    words_count(out, source->fates[REBATO_FATE_late], lang);
    fputs(say(lang, " que llegaron tarde (se cuentan aparte), ",
                  " that came late (counted apart), "),
            out);
    words_count(out,
            source->received - source->fates[REBATO_FATE_matched] -
                    source->fates[REBATO_FATE_unmatched] - source->fates[REBATO_FATE_duplicate] -
                    source->fates[REBATO_FATE_late],
            lang);
    fputs(say(lang, " que no se pueden leer o quedan fuera de las fechas pedidas.",
                  " that cannot be read or lie outside the dates asked for."),
            out);
}
