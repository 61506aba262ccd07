#include "report/html/html.h"

#include "alert/render/words.h"
#include "report/words/escaped.h"

#include <stdlib.h>

#define INPUTS_SHOWN 20
#define LINK_SHOWN   200

void
html_heading(const struct page *page, enum label which)
{
    fprintf(page->out, "<h2>%s</h2>\n", label(which, page->lang));
}

void
html_columns(const struct page *page, const enum label *labels, size_t count, size_t numbers)
{
    fputs("<thead><tr>", page->out);
    for (size_t i = 0; i < count; i++) {
        fprintf(page->out, "<th scope=\"col\"%s>%s</th>", i >= numbers ? " class=\"number\"" : "",
                label(labels[i], page->lang));
    }
    fputs("</tr></thead>\n", page->out);
}

void
html_moment(const struct page *page, int64_t time_ms)
{
    if (time_ms == TIME_NONE) {
        fputs("–", page->out);
        return;
    }
    words_moment(page->out, time_ms, page->lang);
}

void
html_evidence(const struct page *page, struct view link, struct view id)
{
    if (facts_link_is_safe(link)) {
        fputs("<a rel=\"noopener noreferrer nofollow\" href=\"", page->out);
        words_quote(page->text, link, LINK_SHOWN);
        fputs("\">", page->out);
        words_quote(page->text, link, LINK_SHOWN);
        fputs("</a>", page->out);
        return;
    }
    fputs("<code>", page->out);
    words_quote(page->text, link.size > 0 ? link : id, LINK_SHOWN);
    fputs("</code>", page->out);
}

/* Nothing may be fetched and nothing may run, whatever a name or a link holds. */
static void
write_head(const struct page *page)
{
    fprintf(page->out,
            "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'unsafe-inline'\">\n<meta name=\"referrer\" "
            "content=\"no-referrer\">\n<title>",
            say(page->lang, "es", "en"));
    fprintf(page->out, "%s", label(LABEL_REPORT, page->lang));
    if (page->report->incident_count == 1) {
        fputs(" · ", page->out);
        words_quote(page->text, facts_title(page->report, page->report->incidents[0]), 64);
    }
    fprintf(page->out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", report_style);
}

static void
write_row(const struct page *page, const char *name, const char *value)
{
    fprintf(page->out, "<dt>%s</dt><dd><code>", name);
    words_quote(page->text, view_of(value), 400);
    fputs("</code></dd>\n", page->out);
}

static void
write_method(const struct page *page)
{
    const struct report_source *source = &page->report->source;

    fputs("<section class=\"method\">\n", page->out);
    html_heading(page, LABEL_METHOD);
    fputs("<p>", page->out);
    say_archive(page->text, page->report, page->lang);
    fprintf(page->out, " %s</p>\n<dl>\n",
            say(page->lang,
                    "Una persona cuenta una vez por hora en cada ventana; todas las horas son UTC.",
                    "A person counts once an hour in each window; all times are UTC."));
    write_row(page, say(page->lang, "Orden", "Command"), source->command);
    for (size_t i = 0; i < source->input_count && i < INPUTS_SHOWN; i++) {
        write_row(page, say(page->lang, "Archivo", "Archive"), source->inputs[i]);
    }
    write_row(page, say(page->lang, "Reglas", "Rules"), source->rules_digest);
    write_row(page, label(LABEL_SENSITIVITY, page->lang),
            source->sensitivity == NULL
                    ? say(page->lang, "la que pide cada regla", "as each rule asks for")
                    : source->sensitivity);
    write_row(page, say(page->lang, "Despliegue", "Deployment"), source->deployment);
    write_row(page, say(page->lang, "Versión", "Version"), source->version);
    fputs("</dl>\n</section>\n", page->out);
}

static void
write_nothing(const struct page *page)
{
    fprintf(page->out, "<h1>%s</h1>\n<p class=\"overview\">%s</p>\n",
            label(LABEL_REPORT, page->lang),
            say(page->lang, "En este archivo no se abrió ninguna incidencia.",
                    "No incident was opened in this archive."));
}

void
report_html(FILE *out, const struct report *report, enum lang lang)
{
    struct page page = {
        .out = out, .text = escaped_open(out, ESCAPE_HTML), .report = report, .lang = lang
    };
    size_t shown = report->incident_count < REPORT_INCIDENTS_MAX ? report->incident_count
                                                                 : REPORT_INCIDENTS_MAX;

    write_head(&page);
    if (report->incident_count == 0) {
        write_nothing(&page);
    }
    if (report->incident_count > 1) {
        html_index(&page);
    }
    for (size_t i = 0; i < shown; i++) {
        html_incident(&page, report->incidents[i]);
    }
    write_method(&page);
    fputs("</body>\n</html>\n", out);
    fclose(page.text);
}
