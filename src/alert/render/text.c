/*
 * A payload as lines for a person. It is read back from JSON, so that every sink shows what was sent
 * and nothing else; a field that is missing or of the wrong type costs its line, not the alert.
 */
#include "alert/render.h"
#include "alert/render/render_parts.h"
#include "alert/render/words.h"
#include "core/text/calendar.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define QUOTE_SIZE_MAX 180
#define VALUES_MAX     4 /* languages, facet values ... on one line */

struct page {
    FILE *out;
    enum lang lang;
    json_t *crisis; /* borrowed */
    struct brief brief;
};

/* ---- reading ---- */

static json_t *
part(const struct page *page, const char *name)
{
    return json_object_get(page->crisis, name);
}

static uint64_t
read_count(json_t *object, const char *name)
{
    json_int_t count = json_integer_value(json_object_get(object, name));

    return count < 0 ? 0 : (uint64_t)count;
}

static double
read_number(json_t *object, const char *name)
{
    return json_number_value(json_object_get(object, name));
}

static int64_t
read_time(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    struct view text = { json_string_value(value), json_string_length(value) };
    int64_t time_ms;

    return text.at != NULL && calendar_parse(text, &time_ms) ? time_ms : TIME_NONE;
}

static struct view
read_view(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);

    return (struct view){ json_string_value(value), json_string_length(value) };
}

static int
read_kind(struct view name, enum judge_event_kind *kind)
{
    for (int i = EVENT_OPENED; i <= EVENT_WITHDRAWN; i++) {
        if (view_equal(name, view_of(judge_event_name((enum judge_event_kind)i)))) {
            *kind = (enum judge_event_kind)i;
            return 1;
        }
    }
    return 0;
}

static enum severity
read_severity(struct view name)
{
    for (int i = SEVERITY_INFO; i < SEVERITY_CRITICAL; i++) {
        if (view_equal(name, view_of(severity_name((enum severity)i)))) {
            return (enum severity)i;
        }
    }
    return SEVERITY_CRITICAL; /* unknown is no reason to play it down */
}

static signal_set
read_signals(json_t *names)
{
    signal_set signals = 0;

    for (size_t i = 0; i < json_array_size(names); i++) {
        json_t *name = json_array_get(names, i);
        enum signal signal =
                signal_find((struct view){ json_string_value(name), json_string_length(name) });
        signals |= signal == SIGNAL_COUNT ? 0 : SIGNAL_BIT(signal);
    }
    return signals;
}

static char
read_grade(struct view text)
{
    if (text.size != 1 || text.at[0] < 'A' || text.at[0] > 'F') {
        return '-';
    }
    return text.at[0];
}

static struct incident_replies
read_replies(json_t *replies)
{
    return (struct incident_replies){ .heard = json_is_object(replies),
        .more = json_is_true(json_object_get(replies, "at_least")),
        .count = (uint32_t)read_count(replies, "naming"),
        .different = (uint32_t)read_count(replies, "different") };
}

static int
is_ours(json_t *crisis)
{
    return view_equal(read_view(crisis, "schema"), VIEW("rebato/crisis/v1"));
}

int
render_read_brief(json_t *crisis, struct brief *brief)
{
    json_t *why = json_object_get(crisis, "why");
    json_t *clock = json_object_get(crisis, "clock");
    json_t *scope = json_object_get(crisis, "scope");
    json_t *authenticity = json_object_get(crisis, "authenticity");

    *brief = (struct brief){
        .brand = read_view(crisis, "title"),
        .severity = read_severity(read_view(crisis, "severity")),
        .coordinated = json_is_true(json_object_get(authenticity, "coordinated")),
        .weighed = read_count(authenticity, "people"),
        .organic = read_count(authenticity, "organic"),
        .young = read_count(authenticity, "young"),
        .signal = signal_find(read_view(why, "signal")),
        .signals = read_signals(json_object_get(crisis, "signals")),
        .at_ms = read_time(crisis, "at"),
        .onset_ms = read_time(clock, "onset"),
        .opened_ms = read_time(clock, "alerted"),
        .answered_ms = read_time(clock, "public_answer"),
        .resolved_ms = read_time(crisis, "resolved"),
        .last_official_ms = read_time(clock, "last_official_post"),
        .grade = read_grade(read_view(clock, "grade")),
        .window_ms = (int64_t)read_count(why, "window_s") * 1000,
        .people = read_count(why, "authors"),
        .posts = read_count(why, "posts"),
        .expected = read_number(why, "expected"),
        .ratio = read_number(why, "ratio"),
        .p_log10 = read_number(why, "p_log10"),
        .share = read_number(why, "share"),
        .usual_share = read_number(why, "usual_share"),
        .people_all = read_count(scope, "authors"),
        .posts_all = read_count(scope, "posts"),
        .replies = read_replies(json_object_get(clock, "replies")),
    };
    return is_ours(crisis) && brief->signal != SIGNAL_COUNT && brief->at_ms != TIME_NONE &&
           brief->onset_ms != TIME_NONE && brief->opened_ms != TIME_NONE &&
           read_kind(read_view(crisis, "kind"), &brief->kind);
}

/* ---- writing, a line each ---- */

static const char *
say(const struct page *page, const char *es, const char *en)
{
    return page->lang == LANG_ES ? es : en;
}

static void
write_head(const struct page *page)
{
    const struct brief *brief = &page->brief;

    fprintf(page->out, "%s · %s · ", brief_severity_words(brief->severity, page->lang),
            brief_kind_words(brief->kind, page->lang));
    words_quote(page->out, brief->brand, 64);
    fputs(": ", page->out);
    if (brief->coordinated) {
        fprintf(page->out, "%s, ", brief_coordinated_words(page->lang));
    }
    brief_signals(page->out, brief, page->lang);
}

static void
write_size(const struct page *page)
{
    const struct brief *brief = &page->brief;

    fputs("\n  ", page->out);
    brief_size(page->out, brief, page->lang);
    if (brief->p_log10 < -2) {
        fputs(say(page, "; por azar, ", "; by chance, "), page->out);
        words_chance(page->out, brief->p_log10, page->lang);
    }
    if (brief->share > 0) {
        fputs("\n  ", page->out);
        words_share(page->out, brief->share, page->lang);
        fputs(say(page, " de las menciones son quejas; lo habitual, ",
                      " of the mentions are complaints; usually "),
                page->out);
        words_share(page->out, brief->usual_share, page->lang);
    }
}

static int32_t
read_hundredths(json_t *object, const char *name)
{
    double number = read_number(object, name);

    return number > -100 && number < 100 ? (int32_t)lround(100 * number) : 0;
}

/* What it was held against, where that was not as usual. */
static void
write_shift(const struct page *page)
{
    json_t *moved = json_object_get(part(page, "why"), "threshold_shift");
    struct limit_shift shift = { .verdicts = read_hundredths(moved, "verdicts") };

    shift.planned = read_hundredths(moved, "by") - shift.verdicts;
    (void)view_copy(read_view(moved, "planned"), shift.name, sizeof shift.name);
    if (brief_is_shifted(&shift)) {
        fputs("\n  ", page->out);
        brief_shift(page->out, &shift, page->lang);
    }
}

/* "es 71 %, en 22 %" or "android 212, ios 188" */
static void
write_values(const struct page *page, json_t *values)
{
    const char *name;
    json_t *value;
    int written = 0;

    json_object_foreach(values, name, value)
    {
        if (written == VALUES_MAX) {
            fputs(", …", page->out);
            return;
        }
        fputs(written++ > 0 ? ", " : " · ", page->out);
        words_quote(page->out, view_of(name), 32);
        fputc(' ', page->out);
        if (json_is_real(value)) {
            words_share(page->out, json_real_value(value), page->lang);
        } else {
            words_count(page->out, (uint64_t)json_integer_value(value), page->lang);
        }
    }
}

static void
write_scope(const struct page *page)
{
    json_t *scope = part(page, "scope");
    const char *name;
    json_t *facet;

    fputs(say(page, "\n  Alcance: ", "\n  Scope: "), page->out);
    words_count(page->out, page->brief.posts_all, page->lang);
    fputs(say(page, " mensajes de ", " posts by "), page->out);
    words_count(page->out, page->brief.people_all, page->lang);
    fputs(say(page, " personas, ", " people, "), page->out);
    words_count(page->out, read_count(scope, "first_person"), page->lang);
    fputs(say(page, " en primera persona, ", " of them affected, "), page->out);
    words_count(page->out, read_count(scope, "reposts"), page->lang);
    fputs(say(page, " reenvíos", " reposts"), page->out);
    write_values(page, json_object_get(scope, "langs"));
    json_object_foreach(json_object_get(scope, "facets"), name, facet)
    {
        write_values(page, facet);
    }
}

static void
write_authenticity(const struct page *page)
{
    if (page->brief.organic < page->brief.weighed) {
        fputs("\n  ", page->out);
        brief_authenticity(page->out, &page->brief, page->lang);
    }
}

static void
write_since(const struct page *page)
{
    const struct brief *brief = &page->brief;

    fputs(say(page, "\n  Empezó hacia el ", "\n  Started about "), page->out);
    words_moment(page->out, brief->onset_ms, page->lang);
    fputs(say(page, ", hace ", ", "), page->out);
    words_span(page->out, brief->at_ms - brief->onset_ms);
    fputs(say(page, "", " ago"), page->out);
}

/* A field that is missing or damaged costs the line. */
static void
write_kin(const struct page *page)
{
    json_t *past = part(page, "kin");
    json_t *last = json_object_get(past, "last");
    struct incident_kin kin = { .before = (uint32_t)read_count(past, "before"),
        .since_ms = read_time(past, "since"),
        .last_resolved_ms = read_time(last, "resolved"),
        .last_grade = read_grade(read_view(last, "grade")) };

    if (kin.before == 0 || kin.since_ms == TIME_NONE || kin.last_resolved_ms == TIME_NONE) {
        return;
    }
    fputs("\n  ", page->out);
    brief_kin(page->out, &kin, page->lang);
}

static void
write_clock_running(const struct page *page)
{
    const struct brief *brief = &page->brief;
    int64_t next_ms = brief_next_grade_ms(brief);

    fputs(say(page, "\n  Reloj: ", "\n  Clock: "), page->out);
    words_minutes(page->out, brief_silence_ms(brief), page->lang);
    fputs(say(page, " sin respuesta pública desde la alerta; nota ",
                  " without a public answer since the alert; grade "),
            page->out);
    fputc(brief->grade, page->out);
    if (next_ms >= 0) {
        fputs(say(page, ", baja en ", ", falls in "), page->out);
        words_span(page->out, next_ms);
    }
}

static void
write_clock(const struct page *page)
{
    const struct brief *brief = &page->brief;

    if (brief->answered_ms == TIME_NONE) {
        write_clock_running(page);
        return;
    }
    fputs(say(page, "\n  Reloj: respondió en público el ", "\n  Clock: answered in public on "),
            page->out);
    words_moment(page->out, brief->answered_ms, page->lang);
    fprintf(page->out, "%s%c", say(page, "; nota ", "; grade "), brief->grade);
    int64_t due_ms = read_time(part(page, "clock"), "next_update_due");
    if (due_ms != TIME_NONE) {
        fputs(say(page, "; próxima novedad antes del ", "; next update due "), page->out);
        words_moment(page->out, due_ms, page->lang);
    }
}

/* At the opening nobody can have been answered yet, or next to nobody. */
static void
write_replies(const struct page *page)
{
    const struct brief *brief = &page->brief;
    int opens = brief->kind == EVENT_OPENED || brief->kind == EVENT_EARLY;

    if (brief->replies.heard && (!opens || brief->replies.count > 0)) {
        fputs("\n  ", page->out);
        brief_replies(page->out, brief, page->lang);
    }
}

static const char *
step_words(struct view name, enum lang lang)
{
    for (int i = 0; i < PLAYBOOK_COUNT; i++) {
        if (view_equal(name, view_of(playbook_step_name((enum playbook_step)i)))) {
            return brief_step_words((enum playbook_step)i, lang);
        }
    }
    return NULL;
}

static void
write_playbook(const struct page *page)
{
    json_t *playbook = part(page, "playbook");
    size_t done = json_array_size(json_object_get(playbook, "done"));
    size_t pending = json_array_size(json_object_get(playbook, "pending"));
    const char *next = step_words(read_view(playbook, "next"), page->lang);

    if (next == NULL || page->brief.kind == EVENT_RESOLVED) {
        return;
    }
    fprintf(page->out, "%s%s (%zu%s%zu%s)", say(page, "\n  Siguiente paso: ", "\n  Next step: "),
            next, done, say(page, " de ", " of "), done + pending, say(page, " hechos", " done"));
}

static void
write_top(const struct page *page)
{
    json_t *top = json_array_get(part(page, "top"), 0);
    struct view text = read_view(top, "text");
    struct view url = read_view(top, "url");

    if (text.size == 0) {
        return;
    }
    fputs(say(page, "\n  Lo más visto: «", "\n  Top post: “"), page->out);
    words_quote(page->out, text, QUOTE_SIZE_MAX);
    fputs(say(page, "»", "”"), page->out);
    if (url.size > 0) {
        fputc(' ', page->out);
        words_quote(page->out, url, 200);
    }
}

static void
write_link(const struct page *page)
{
    struct view url = read_view(part(page, "links"), "page");

    if (url.size > 0) {
        fputs("\n  ", page->out);
        words_quote(page->out, url, 300);
    }
}

static void
write_page(const struct page *page)
{
    write_head(page);
    if (page->brief.kind == EVENT_SILENCE || page->brief.kind == EVENT_RESOLVED) {
        /* Their news is not the size. */
        fputs("\n  ", page->out);
        brief_summary(page->out, &page->brief, page->lang);
    } else {
        write_size(page);
    }
    write_shift(page);
    write_authenticity(page);
    write_scope(page);
    write_since(page);
    write_kin(page);
    if (!page->brief.coordinated) {
        write_clock(page);
        write_replies(page);
        write_playbook(page);
    }
    write_top(page);
    write_link(page);
}

char *
render_text(struct view payload, enum lang lang)
{
    json_t *root = payload.size == 0 ? NULL : json_loadb(payload.at, payload.size, 0, NULL);
    json_t *alert = json_array_get(json_object_get(root, "alerts"), 0);
    struct page page = { .lang = lang, .crisis = json_object_get(alert, "crisis") };
    char *text = NULL;
    size_t size = 0;

    if (!render_read_brief(page.crisis, &page.brief)) {
        json_decref(root);
        return NULL;
    }
    page.out = open_memstream(&text, &size);
    assert(page.out != NULL);
    if (json_is_object(json_object_get(root, "surge"))) {
        render_surge_text(page.out, root, lang);
    } else {
        write_page(&page);
    }
    int failed = fclose(page.out);
    assert(failed == 0);
    json_decref(root);
    return text;
}
