#include "alert/render/brief.h"
#include "alert/render/words.h"
#include "report/html/chart.h"
#include "report/html/html.h"

#include <inttypes.h>

#define ACTION_ROWS 4

static void
write_header(const struct page *page, const struct study_incident *incident)
{
    const struct incident *last = &incident->last;

    fprintf(page->out, "<header class=\"head\"><div>\n<p class=\"kicker\">%s <code>%s</code> · ",
            label(LABEL_REPORT, page->lang), last->id);
    html_moment(page, last->opened_ms);
    fputs("</p>\n<h1>", page->out);
    words_quote(page->text, facts_title(page->report, incident), 64);
    fprintf(page->out,
            "</h1>\n<p class=\"signals\"><span class=\"severity\" data-severity=\"%s\">%s</span> "
            "· ",
            severity_name(last->severity), brief_severity_words(last->severity, page->lang));
    if (last->coordinated) {
        fprintf(page->out, "<b>%s</b> · ", brief_coordinated_words(page->lang));
    }
    say_signals(page->text, incident, page->lang);
    fprintf(page->out,
            "</p>\n</div>\n<p class=\"grade\" data-grade=\"%c\"><b>%c</b><span>%s</span></p>\n"
            "</header>\n",
            last->clock.grade, last->clock.grade, label(LABEL_GRADE, page->lang));
}

/* ---- figures ---- */

static void
begin_figure(const struct page *page, enum label which, const char *class)
{
    fprintf(page->out, "<div><dt>%s</dt><dd%s>", label(which, page->lang), class);
}

static void
write_count(const struct page *page, enum label which, uint64_t count)
{
    begin_figure(page, which, "");
    words_count(page->out, count, page->lang);
    fputs("</dd></div>\n", page->out);
}

static void
write_clock(const struct page *page, enum label which, const struct facts_clock *clock)
{
    begin_figure(page, which, clock->answered ? "" : " class=\"late\"");
    if (!clock->answered) {
        fputs(say(page->lang, "nunca", "never"), page->out);
    } else if (clock->span_ms == 0) {
        fputs(say(page->lang, "antes", "ahead"), page->out);
    } else {
        words_span(page->out, clock->span_ms);
    }
    fputs("</dd></div>\n", page->out);
}

/* Of those who complained, the share who got a reply. */
static void
write_replied(const struct page *page, const struct incident_waits *waits)
{
    if (waits == NULL || waits->people == 0) {
        return;
    }
    begin_figure(page, LABEL_REPLIED, waits->answered == 0 ? " class=\"late\"" : "");
    words_share(page->out, (double)waits->answered / (double)waits->people, page->lang);
    fputs("</dd></div>\n", page->out);
}

static void
write_figures(const struct page *page, const struct study_incident *incident)
{
    const struct incident *last = &incident->last;
    struct facts_clock alert = facts_clock_of(last, last->opened_ms);
    struct facts_clock onset = facts_clock_of(last, last->onset_ms);

    fputs("<dl class=\"figures\">\n", page->out);
    write_count(page, LABEL_PEOPLE, last->authors);
    write_count(page, LABEL_PEAK, last->peak_authors);
    begin_figure(page, LABEL_DURATION, "");
    words_span(page->out, facts_end_ms(last) - last->onset_ms);
    fputs("</dd></div>\n", page->out);
    write_clock(page, LABEL_ALERT_CLOCK, &alert);
    write_clock(page, LABEL_ONSET_CLOCK, &onset);
    write_replied(page, facts_waits(page->report, incident));
    fputs("</dl>\n", page->out);
}

/* ---- the chart ---- */

static void
write_legend(const struct page *page)
{
    static const struct {
        const char *drawing;
        const char *words[2];
    } rows[] = {
        { "<path class=\"area\" d=\"M0 10L7 2L20 6V12H0Z\"/><path class=\"people\" "
          "d=\"M0 10L7 2L20 6\"/>",
                { "personas que se quejan, en 10 min", "people who complain, in 10 min" } },
        { "<path class=\"band\" d=\"M0 1h20v10h-20Z\"/><path class=\"expected\" d=\"M0 6H20\"/>",
                { "lo habitual a esa hora", "what is usual at that hour" } },
        { "<path class=\"silence\" d=\"M0 6H20\"/>",
                { "silencio desde la alerta", "silence since the alert" } },
        { "<path class=\"official\" d=\"M10 0l6 6l-6 6l-6 -6Z\"/>",
                { "la marca, en público", "the brand, in public" } },
        { "<path class=\"official reply\" d=\"M10 0l6 6l-6 6l-6 -6Z\"/>",
                { "la marca, a una persona", "the brand, to somebody" } },
        { "<path class=\"mentions\" d=\"M3 12v-12h5v12Z\"/><path class=\"complaints\" "
          "d=\"M11 12v-7h5v7Z\"/>",
                { "menciones y quejas por minuto", "mentions and complaints a minute" } },
    };

    fputs("<ul class=\"legend\">\n", page->out);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fprintf(page->out, "<li><svg viewBox=\"0 0 20 12\" aria-hidden=\"true\">%s</svg>%s</li>\n",
                rows[i].drawing, rows[i].words[page->lang]);
    }
    fputs("</ul>\n", page->out);
}

static void
write_chart(const struct page *page, const struct study_incident *incident)
{
    if (incident->chart.count == 0) {
        return;
    }
    html_heading(page, LABEL_CHART);
    fputs("<figure>\n", page->out);
    chart_draw(page->out, incident, CHART_WIDE, page->lang);
    chart_draw(page->out, incident, CHART_NARROW, page->lang);
    write_legend(page);
    fputs("</figure>\n", page->out);
    html_chart_table(page, incident);
}

/* ---- words ---- */

static void
write_decision(const struct page *page, const struct study_incident *incident)
{
    html_heading(page, LABEL_DECISION);
    fputs("<p>", page->out);
    say_why(page->text, page->report, incident, page->lang);
    fprintf(page->out,
            "</p>\n<p class=\"small soft\">%s <code>rebato explain incident %s</code></p>\n",
            say(page->lang, "Todas las cifras de cada decisión:", "All figures of each decision:"),
            incident->last.id);
}

static void
write_post(const struct page *page, const struct study_post *post)
{
    fputs("<blockquote><p", page->out);
    if (post->lang[0] != '\0') {
        fputs(" lang=\"", page->out);
        words_quote(page->text, view_of(post->lang), sizeof post->lang);
        fputs("\"", page->out);
    }
    fputs(">", page->out);
    words_quote(page->text, view_of(post->text), sizeof post->text);
    fputs("</p><footer>", page->out);
    if (post->time_ms != TIME_NONE) {
        html_moment(page, post->time_ms);
        fputs(" · ", page->out);
    }
    if (post->reach > 0) {
        fputs(say(page->lang, "alcance ", "reach "), page->out);
        words_count(page->out, post->reach, page->lang);
        fputs(" · ", page->out);
    }
    fputs("<code>", page->out);
    words_quote(page->text, view_of(post->id), sizeof post->id);
    fputs("</code></footer></blockquote>\n", page->out);
}

static void
write_posts(const struct page *page, const struct study_incident *incident)
{
    if (incident->post_count == 0) {
        return;
    }
    html_heading(page, LABEL_POSTS);
    for (size_t i = 0; i < incident->post_count; i++) {
        write_post(page, &incident->posts[i]);
    }
}

/* ---- what only people know ---- */

static void
write_field(const struct page *page, enum label which)
{
    const char *name = label(which, page->lang);

    fprintf(page->out,
            "<div><h3>%s</h3><div class=\"field\" contenteditable=\"true\" role=\"textbox\" "
            "aria-multiline=\"true\" aria-label=\"%s\"></div></div>\n",
            name, name);
}

static void
write_actions(const struct page *page)
{
    static const enum label columns[] = { LABEL_ACTION, LABEL_OWNER, LABEL_DUE };

    fprintf(page->out, "<h3>%s</h3>\n<table class=\"actions\">\n",
            label(LABEL_ACTIONS, page->lang));
    html_columns(page, columns, 3, 3);
    fputs("<tbody>\n", page->out);
    for (int i = 0; i < ACTION_ROWS; i++) {
        fputs("<tr><td contenteditable=\"true\"></td><td contenteditable=\"true\"></td>"
              "<td contenteditable=\"true\"></td></tr>\n",
                page->out);
    }
    fputs("</tbody></table>\n", page->out);
}

static void
write_fields(const struct page *page)
{
    html_heading(page, LABEL_FILL);
    fprintf(page->out, "<p class=\"small soft\">%s</p>\n<div class=\"fill\">\n",
            say(page->lang,
                    "Esto no lo sabe ningún programa. Se puede escribir aquí mismo y guardar la "
                    "página.",
                    "No program knows this. It can be written right here, and the page saved."));
    write_field(page, LABEL_CAUSES);
    write_field(page, LABEL_WELL);
    write_field(page, LABEL_BADLY);
    fputs("</div>\n", page->out);
    write_actions(page);
}

/* Before the figures: whoever reads them has to know what they lack. */
static void
write_holes(const struct page *page, const struct study_incident *incident)
{
    for (int sort = 0; sort < HOLE_SORTS; sort++) {
        struct hole holes[HOLES_SHOWN];
        size_t count = facts_holes(page->report, incident, (enum hole_sort)sort, holes);
        if (count > 0) {
            fputs("<p class=\"holes\">", page->out);
            say_holes(page->text, (enum hole_sort)sort, holes, count, page->lang);
            fputs("</p>\n", page->out);
        }
    }
}

void
html_incident(const struct page *page, const struct study_incident *incident)
{
    fprintf(page->out, "<article class=\"incident\" id=\"i-%s\">\n", incident->last.id);
    write_header(page, incident);
    fputs("<p class=\"overview\">", page->out);
    say_story(page->text, incident, page->lang);
    fputs("</p>\n", page->out);
    write_holes(page, incident);
    write_figures(page, incident);
    write_chart(page, incident);
    html_clocks(page, incident);
    html_playbook(page, incident);
    html_timeline(page, incident);
    html_scope(page, incident);
    html_waits(page, incident);
    write_posts(page, incident);
    write_decision(page, incident);
    html_otherwise(page, incident);
    html_kin(page, incident);
    write_fields(page);
    fputs("</article>\n", page->out);
}
