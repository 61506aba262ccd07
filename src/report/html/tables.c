#include "alert/render/brief.h"
#include "alert/render/words.h"
#include "core/text/calendar.h"
#include "report/html/html.h"

#include <inttypes.h>

#define DAY_MS           (INT64_C(24) * 60 * 60 * 1000)
#define INDEX_MAX        256
#define CHART_ROWS_SHOWN 96

/* ---- the timeline ---- */

static void
write_clock_time(const struct page *page, int64_t time_ms)
{
    struct calendar_date date = calendar_date_of(time_ms);
    char machine[CALENDAR_TEXT_SIZE];

    fprintf(page->out, "<time datetime=\"%s\">%02d:%02d:%02d</time>",
            calendar_print(time_ms, machine), (int)date.hour, (int)date.minute, (int)date.second);
}

/* "+12 min" of the alert. */
static void
write_offset(const struct page *page, int64_t span_ms)
{
    fputs(span_ms < 0 ? "−" : "+", page->out);
    words_span(page->out, span_ms < 0 ? -span_ms : span_ms);
}

static const char *
row_kind(const struct timeline_row *row)
{
    switch (row->kind) {
    case TIMELINE_ONSET:
        return "onset";
    case TIMELINE_PEAK:
        return "peak";
    case TIMELINE_OFFICIAL:
        return "official";
    case TIMELINE_EVENT:
        break;
    }
    return judge_event_name(row->event->kind);
}

/* Rows have the time of day: where the day changes it is said. */
static void
write_day(const struct page *page, int64_t time_ms)
{
    fputs("<tr class=\"day\"><td colspan=\"3\">", page->out);
    words_day(page->out, time_ms, page->lang);
    fputs("</td></tr>\n", page->out);
}

static void
write_row(const struct page *page, const struct incident *incident, const struct timeline_row *row)
{
    fprintf(page->out, "<tr data-kind=\"%s\" data-who=\"%s\"><td class=\"when\">", row_kind(row),
            row->kind != TIMELINE_OFFICIAL ? "other"
            : row->post->impostor          ? "impostor"
            : row->post->broadcast         ? "brand"
                                           : "desk");
    write_clock_time(page, row->time_ms);
    fputs("</td><td class=\"when optional\">", page->out);
    write_offset(page, row->time_ms - incident->opened_ms);
    fputs("</td><td>", page->out);
    say_row(page->text, row, page->lang);
    if (row->kind == TIMELINE_PEAK) {
        fputs(": ", page->out);
        words_count(page->out, incident->peak_authors, page->lang);
        fputs(say(page->lang, " personas en 10 min", " people in 10 min"), page->out);
    }
    if (row->kind == TIMELINE_OFFICIAL) {
        fputs("<br><span class=\"small soft\">", page->out);
        html_evidence(page, view_of(row->post->link), view_of(row->post->id));
        fputs("</span>", page->out);
    }
    fputs("</td></tr>\n", page->out);
}

void
html_timeline(const struct page *page, const struct study_incident *incident)
{
    struct timeline_row rows[TIMELINE_MAX];
    size_t count = facts_timeline(incident, rows);

    html_heading(page, LABEL_TIMELINE);
    fprintf(page->out,
            "<table class=\"timeline\">\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\" "
            "class=\"optional\">%s</th><th scope=\"col\">%s</th></tr></thead>\n<tbody>\n",
            label(LABEL_TIME, page->lang), say(page->lang, "Desde la alerta", "Since the alert"),
            label(LABEL_WHAT, page->lang));
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || rows[i].time_ms / DAY_MS != rows[i - 1].time_ms / DAY_MS) {
            write_day(page, rows[i].time_ms);
        }
        write_row(page, &incident->last, &rows[i]);
    }
    fputs("</tbody></table>\n", page->out);
    if (incident->events_left_out > 0) {
        fprintf(page->out, "<p class=\"small soft\">%zu %s</p>\n", incident->events_left_out,
                say(page->lang, "pasos intermedios no se muestran.",
                        "steps in between are not shown."));
    }
}

/* ---- the clocks ---- */

static void
write_clock(const struct page *page, enum label which, const struct facts_clock *clock, char grade)
{
    fprintf(page->out, "<tr><td>%s</td><td class=\"when optional\">", label(which, page->lang));
    html_moment(page, clock->from_ms);
    fputs("</td><td class=\"when optional\">", page->out);
    html_moment(page, clock->answered ? clock->to_ms : TIME_NONE);
    fputs("</td><td>", page->out);
    say_clock(page->text, clock, page->lang);
    fprintf(page->out, "</td><td class=\"number\">%c</td></tr>\n", grade);
}

static void
write_gaps(const struct page *page, const struct study_incident *incident)
{
    struct facts_gap gaps[GAPS_MAX];
    size_t count = facts_gaps(incident, gaps);

    if (incident->last.clock.answered_ms == TIME_NONE) {
        return;
    }
    fputs("<p>", page->out);
    if (count == 0) {
        fputs(say(page->lang, "Después de responder no dejó pasar más de ",
                      "Once it had answered it never let more than "),
                page->out);
        words_span(page->out, incident->settings.update_every_ms);
        fputs(say(page->lang, " sin dar novedades.</p>\n", " pass without an update.</p>\n"),
                page->out);
        return;
    }
    fputs(say(page->lang, "Sin novedades más de lo debido (",
                  "Without an update for longer than due ("),
            page->out);
    words_span(page->out, incident->settings.update_every_ms);
    fputs("): ", page->out);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "" : "; ", page->out);
        write_clock_time(page, gaps[i].from_ms);
        fputs("–", page->out);
        write_clock_time(page, gaps[i].to_ms);
        fputs(" (", page->out);
        words_span(page->out, gaps[i].to_ms - gaps[i].from_ms);
        fputs(")", page->out);
    }
    fputs(".</p>\n", page->out);
}

void
html_clocks(const struct page *page, const struct study_incident *incident)
{
    static const enum label columns[] = { LABEL_FROM, LABEL_TO };
    const struct incident *last = &incident->last;
    struct facts_clock alert = facts_clock_of(last, last->opened_ms);
    struct facts_clock onset = facts_clock_of(last, last->onset_ms);

    html_heading(page, LABEL_SILENCE);
    fputs("<table>\n<thead><tr><td></td>", page->out);
    for (size_t i = 0; i < 2; i++) {
        fprintf(page->out, "<th scope=\"col\" class=\"optional\">%s</th>",
                label(columns[i], page->lang));
    }
    fprintf(page->out,
            "<th scope=\"col\">%s</th><th scope=\"col\" class=\"number\">%s</th></tr></thead>"
            "\n<tbody>\n",
            label(LABEL_SPAN, page->lang), label(LABEL_GRADE, page->lang));
    write_clock(page, LABEL_ALERT_CLOCK, &alert, last->clock.grade);
    write_clock(page, LABEL_ONSET_CLOCK, &onset, ' ');
    fprintf(page->out,
            "</tbody></table>\n<p class=\"small soft\" style=\"margin-top:.7rem\">%s</p>\n",
            say(page->lang,
                    "La nota es la del primer reloj: antes de la alerta no se puede culpar a "
                    "nadie. A en "
                    "menos de 15 min, B 30 min, C 2 h, D 4 h, F después o nunca.",
                    "The grade is that of the first clock: before the alert nobody can be blamed. "
                    "A within "
                    "15 min, B 30 min, C 2 h, D 4 h, F later or never."));
    write_gaps(page, incident);
}

/* ---- the scope ---- */

static void
write_values(const struct page *page, const struct scope_group *group)
{
    fputs("<div><h3>", page->out);
    say_group(page->text, group, page->lang);
    fputs("</h3>\n<ul class=\"values\">\n", page->out);
    for (size_t i = 0; i < group->value_count; i++) {
        uint64_t count = group->values[i]->count;
        uint64_t percent = group->sum == 0 ? 0 : 100 * count / group->sum;
        fputs("<li><span>", page->out);
        words_quote(page->text, group->labels[i], NAME_SIZE_MAX);
        fputs("</span><span class=\"number\">", page->out);
        words_count(page->out, count, page->lang);
        fprintf(page->out,
                "</span><span class=\"share\"><i style=\"width:%" PRIu64 "%%\"></i></span></li>\n",
                percent);
    }
    if (group->rest > 0) {
        fprintf(page->out, "<li class=\"soft\"><span>%s</span><span class=\"number\">",
                say(page->lang, "otros", "others"));
        words_count(page->out, group->rest, page->lang);
        fputs("</span></li>\n", page->out);
    }
    fputs("</ul></div>\n", page->out);
}

static void
write_total(const struct page *page, enum label which, uint64_t count)
{
    fprintf(page->out, "<div><dt>%s</dt><dd>", label(which, page->lang));
    words_count(page->out, count, page->lang);
    fputs("</dd></div>\n", page->out);
}

void
html_scope(const struct page *page, const struct study_incident *incident)
{
    struct scope_group groups[SCOPE_GROUPS_MAX];
    size_t count = facts_scope(&incident->last, groups);
    const struct incident *last = &incident->last;

    html_heading(page, LABEL_SCOPE);
    fputs("<dl class=\"figures\" style=\"margin-top:0\">\n", page->out);
    write_total(page, LABEL_PEOPLE, last->authors);
    write_total(page, LABEL_MESSAGES, last->posts);
    write_total(page, LABEL_AFFECTED, last->first_person);
    write_total(page, LABEL_COMMENTARY, facts_commentary(incident));
    write_total(page, LABEL_REPOSTS, last->reposts);
    if (last->late > 0) {
        write_total(page, LABEL_LATE, last->late);
    }
    fprintf(page->out,
            "</dl>\n<p class=\"small soft\" style=\"margin-top:.7rem\">%s</p>\n<div "
            "class=\"groups\">\n",
            say(page->lang,
                    "Personas y mensajes son de quienes se quejan; lo demás, de todas las "
                    "menciones de la "
                    "marca desde el comienzo.",
                    "People and posts are of those who complain; the rest is of all mentions of "
                    "the brand "
                    "since the onset."));
    for (size_t i = 0; i < count; i++) {
        write_values(page, &groups[i]);
    }
    fputs("</div>\n", page->out);
}

/* ---- the playbook ---- */

static const struct incident_post *
post_of(const struct incident *incident, const char *id)
{
    for (size_t i = 0; i < incident->official_count; i++) {
        if (strcmp(incident->official[i].id, id) == 0) {
            return &incident->official[i];
        }
    }
    return NULL;
}

static void
write_step(const struct page *page, const struct incident *incident, enum playbook_step step)
{
    const struct playbook_tick *tick = &incident->playbook[step];

    if (tick->time_ms == TIME_NONE) {
        fprintf(page->out,
                "<tr class=\"missing\"><td class=\"check\">○</td><td>%s</td><td>%s</td><td "
                "class=\"optional\"></td></tr>\n",
                brief_step_words(step, page->lang), label(LABEL_NOT_DONE, page->lang));
        return;
    }
    const struct incident_post *post = post_of(incident, tick->post_id);
    fprintf(page->out, "<tr><td class=\"check\">●</td><td>%s</td><td class=\"when\">",
            brief_step_words(step, page->lang));
    write_clock_time(page, tick->time_ms);
    fputs(" · ", page->out);
    write_offset(page, tick->time_ms - incident->opened_ms);
    fputs("</td><td class=\"small optional\">", page->out);
    html_evidence(page, view_of(post == NULL ? "" : post->link), view_of(tick->post_id));
    fputs("</td></tr>\n", page->out);
}

/* A table of eight times nothing would say no more. */
static void
write_no_steps(const struct page *page)
{
    fprintf(page->out, "<p>%s %d %s: ", say(page->lang, "De los", "Of the"), PLAYBOOK_COUNT,
            say(page->lang, "pasos no consta ninguno", "steps none was seen"));
    for (int step = 0; step < PLAYBOOK_COUNT; step++) {
        fprintf(page->out, "%s%s", step == 0 ? "" : "; ",
                brief_step_words((enum playbook_step)step, page->lang));
    }
    fputs(".</p>\n", page->out);
}

void
html_playbook(const struct page *page, const struct study_incident *incident)
{
    size_t done = facts_steps_done(&incident->last);

    html_heading(page, LABEL_PLAYBOOK);
    if (done == 0) {
        write_no_steps(page);
        return;
    }
    fprintf(page->out, "<p>%zu %s %d%s</p>\n", done, say(page->lang, "de", "of"), PLAYBOOK_COUNT,
            say(page->lang, " pasos dados, cada uno con la publicación que lo prueba.",
                    " steps taken, each with the post that proves it."));
    fprintf(page->out,
            "<table>\n<thead><tr><td></td><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th "
            "scope=\"col\" class=\"optional\">%s</th></tr></thead>\n<tbody>\n",
            label(LABEL_STEP, page->lang), label(LABEL_DONE, page->lang),
            label(LABEL_EVIDENCE, page->lang));
    for (int step = 0; step < PLAYBOOK_COUNT; step++) {
        write_step(page, &incident->last, (enum playbook_step)step);
    }
    fputs("</tbody></table>\n", page->out);
}

/* ---- other settings, other incidents ---- */

void
html_otherwise(const struct page *page, const struct study_incident *incident)
{
    static const enum label columns[] = { LABEL_SENSITIVITY, LABEL_THIS_INCIDENT, LABEL_ALERTS,
        LABEL_NOTICES };

    html_heading(page, LABEL_OTHERWISE);
    fputs("<table>\n", page->out);
    html_columns(page, columns, 4, 2);
    fputs("<tbody>\n", page->out);
    for (int i = 0; i < PRESET_COUNT; i++) {
        struct facts_what_if what;
        facts_what_if(page->report, incident, (enum sensitivity)i, &what);
        fprintf(page->out, "<tr><td>%s</td><td>", sensitivity_words(what.sensitivity, page->lang));
        say_what_if(page->text, &what, page->lang);
        fputs("</td><td class=\"number\">", page->out);
        words_count(page->out, what.alerts, page->lang);
        fputs("</td><td class=\"number\">", page->out);
        words_count(page->out, what.notices, page->lang);
        fputs("</td></tr>\n", page->out);
    }
    fputs("</tbody></table>\n", page->out);
}

static void
write_kin(const struct page *page, const struct study_incident *kin)
{
    fputs("<tr><td class=\"when\">", page->out);
    html_moment(page, kin->last.opened_ms);
    fputs("</td><td>", page->out);
    say_signals(page->text, kin, page->lang);
    fputs("</td><td class=\"number\">", page->out);
    words_count(page->out, kin->last.authors, page->lang);
    fprintf(page->out, "</td><td class=\"number\">%c</td></tr>\n", kin->last.clock.grade);
}

void
html_kin(const struct page *page, const struct study_incident *incident)
{
    static const enum label columns[] = { LABEL_ALERT, LABEL_WHAT, LABEL_PEOPLE, LABEL_GRADE };
    const struct study_incident *kin[KIN_MAX];
    size_t count = facts_kin(page->report, incident, kin);

    if (count == 0) {
        return;
    }
    html_heading(page, LABEL_KIN);
    fputs("<table>\n", page->out);
    html_columns(page, columns, 4, 2);
    fputs("<tbody>\n", page->out);
    for (size_t i = 0; i < count; i++) {
        write_kin(page, kin[i]);
    }
    fputs("</tbody></table>\n", page->out);
}

/* ---- the numbers of the chart ---- */

static void
write_point(const struct page *page, const struct chart_point *point)
{
    fputs("<tr><td class=\"when\">", page->out);
    write_clock_time(page, point->start_ms);
    fprintf(page->out,
            "</td><td class=\"number\">%" PRIu32 "</td><td class=\"number\">%" PRIu32
            "</td><td class=\"number\">%" PRIu32 "</td><td class=\"number\">",
            point->mentions, point->complaints, point->people);
    words_number(page->out, point->expected, page->lang);
    fputs("</td></tr>\n", page->out);
}

void
html_chart_table(const struct page *page, const struct study_incident *incident)
{
    static const enum label columns[] = { LABEL_TIME, LABEL_MENTIONS, LABEL_COMPLAINTS, LABEL_PEAK,
        LABEL_EXPECTED };
    const struct chart *chart = &incident->chart;
    size_t step = (chart->count + CHART_ROWS_SHOWN - 1) / CHART_ROWS_SHOWN;

    fprintf(page->out, "<details><summary>%s</summary>\n<div class=\"scroll\"><table>\n",
            say(page->lang, "Las cifras del gráfico", "The figures of the chart"));
    html_columns(page, columns, 5, 1);
    fputs("<tbody>\n", page->out);
    for (size_t i = 0; i < chart->count; i += step) {
        struct chart_point row = chart->points[i];
        for (size_t next = i + 1; next < i + step && next < chart->count; next++) {
            chart_lay_together(&row, &chart->points[next]);
        }
        write_point(page, &row);
    }
    fputs("</tbody></table></div></details>\n", page->out);
}

/* ---- several incidents ---- */

void
html_index(const struct page *page)
{
    static const enum label columns[] = { LABEL_ALERT, LABEL_BRAND, LABEL_WHAT, LABEL_PEOPLE,
        LABEL_DURATION, LABEL_GRADE };
    const struct report *report = page->report;

    fprintf(page->out, "<nav class=\"index\">\n<h1>%s</h1>\n<table>\n",
            label(LABEL_INCIDENTS, page->lang));
    html_columns(page, columns, 6, 3);
    fputs("<tbody>\n", page->out);
    for (size_t i = 0; i < report->incident_count && i < INDEX_MAX; i++) {
        const struct study_incident *incident = report->incidents[i];
        const struct incident *last = &incident->last;
        fputs("<tr><td class=\"when\">", page->out);
        html_moment(page, last->opened_ms);
        fputs("</td><td>", page->out);
        if (i < REPORT_INCIDENTS_MAX) {
            fprintf(page->out, "<a href=\"#i-%s\">", last->id);
        }
        words_quote(page->text, facts_title(report, incident), 64);
        fputs(i < REPORT_INCIDENTS_MAX ? "</a></td><td>" : "</td><td>", page->out);
        say_signals(page->text, incident, page->lang);
        fputs("</td><td class=\"number\">", page->out);
        words_count(page->out, last->authors, page->lang);
        fputs("</td><td class=\"number optional\">", page->out);
        words_span(page->out, facts_end_ms(last) - last->onset_ms);
        fprintf(page->out, "</td><td class=\"number\">%c</td></tr>\n", last->clock.grade);
    }
    fputs("</tbody></table>\n", page->out);
    if (report->left_out > 0 || report->incident_count > REPORT_INCIDENTS_MAX) {
        fprintf(page->out, "<p class=\"small soft\">%s</p>\n",
                say(page->lang,
                        "Hubo más incidencias de las que caben en una página; pide cada una por su "
                        "id.",
                        "There were more incidents than fit on a page; ask for each by its id."));
    }
    fputs("</nav>\n", page->out);
}
