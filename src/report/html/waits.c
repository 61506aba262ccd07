/* Who was answered and who still waits, on the page: a sentence, a bar, a table of those that most people saw. */
#include "alert/render/words.h"
#include "report/html/html.h"

#include <inttypes.h>

struct slice {
    const char *sort; /* as the style sheet calls it */
    uint64_t people;
    const char *words[2];
};

#define SLICES 4

static void
slices_of(const struct incident_waits *waits, struct slice slices[SLICES])
{
    const struct slice all[SLICES] = {
        { "named", waits->named,
                { "con una respuesta que nombra el problema",
                        "with a reply that names the matter" } },
        { "own", waits->own_words,
                { "con otra respuesta, en palabras propias",
                        "with another reply, in words of its own" } },
        { "canned", waits->canned,
                { "con la misma frase que otros", "with the same sentence as others" } },
        { "none", waits->people - waits->answered, { "sin respuesta", "without a reply" } },
    };

    memcpy(slices, all, sizeof all);
}

static void
write_bar(const struct page *page, const struct incident_waits *waits)
{
    struct slice slices[SLICES];

    slices_of(waits, slices);
    fputs("<div class=\"split\" aria-hidden=\"true\">", page->out);
    for (size_t i = 0; i < SLICES; i++) {
        if (slices[i].people > 0) {
            fprintf(page->out, "<i data-sort=\"%s\" style=\"flex-grow:%" PRIu64 "\"></i>",
                    slices[i].sort, slices[i].people);
        }
    }
    fputs("</div>\n<ul class=\"legend\">\n", page->out);
    for (size_t i = 0; i < SLICES; i++) {
        if (slices[i].people > 0) {
            fprintf(page->out, "<li><i class=\"key\" data-sort=\"%s\"></i>", slices[i].sort);
            words_count(page->out, slices[i].people, page->lang);
            fprintf(page->out, " %s</li>\n", slices[i].words[page->lang]);
        }
    }
    fputs("</ul>\n", page->out);
}

/* What is 0 is not known. */
static void
write_known(const struct page *page, uint64_t count, const char *class)
{
    fprintf(page->out, "<td class=\"number%s\">", class);
    if (count == 0) {
        fputs("–", page->out);
    } else {
        words_count(page->out, count, page->lang);
    }
    fputs("</td>", page->out);
}

static void
write_row(const struct page *page, const struct waiting *row, int64_t until_ms)
{
    fputs("<tr><td class=\"when\">", page->out);
    words_span(page->out, until_ms - row->since_ms);
    fputs("</td><td class=\"when optional\">", page->out);
    html_moment(page, row->since_ms);
    fputs("</td>", page->out);
    write_known(page, row->reach, "");
    write_known(page, row->reposts, " optional");
    write_known(page, row->posts, " optional");
    fputs("<td class=\"small post\">", page->out);
    html_evidence(page, view_of(row->link), view_of(row->id));
    fputs("</td></tr>\n", page->out);
}

static void
write_table(const struct page *page, const struct incident_waits *waits)
{
    const struct {
        enum label label;
        const char *class;
    } columns[] = {
        { LABEL_WAITS, "" },
        { LABEL_SINCE, "optional" },
        { LABEL_REACH, "number" },
        { LABEL_REPOSTS, "number optional" },
        { LABEL_MESSAGES, "number optional" },
        { LABEL_POST, "" },
    };

    fprintf(page->out, "<h3>%s</h3>\n<table class=\"waits\">\n<thead><tr>",
            label(LABEL_WAITING, page->lang));
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        fprintf(page->out, "<th scope=\"col\" class=\"%s\">%s</th>", columns[i].class,
                label(columns[i].label, page->lang));
    }
    fputs("</tr></thead>\n<tbody>\n", page->out);
    for (size_t i = 0; i < waits->waiting_count; i++) {
        write_row(page, &waits->waiting[i], waits->until_ms);
    }
    fputs("</tbody></table>\n<p class=\"small soft note\">", page->out);
    say_waiting(page->text, waits, page->lang);
    fputs("</p>\n", page->out);
}

void
html_waits(const struct page *page, const struct study_incident *incident)
{
    const struct incident_waits *waits = facts_waits(page->report, incident);

    if (waits == NULL) {
        return;
    }
    html_heading(page, LABEL_ANSWERED);
    fputs("<p>", page->out);
    say_answered(page->text, waits, page->lang);
    fputs("</p>\n", page->out);
    /* Of nobody the sentence says enough. */
    if (waits->answered > 0) {
        write_bar(page, waits);
    }
    if (waits->waiting_count > 0) {
        write_table(page, waits);
    }
}
