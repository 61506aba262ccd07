/* The report as Markdown, for a wiki or a repository: the page without its drawing. */
#include "alert/render/brief.h"
#include "alert/render/words.h"
#include "report/facts.h"
#include "report/words/escaped.h"
#include "report/words/sentences.h"

#include <inttypes.h>

struct paper {
    FILE *out;
    FILE *text; /* escaped on its way to `out` */
    const struct report *report;
    enum lang lang;
};

static void
heading(const struct paper *paper, enum label which)
{
    fprintf(paper->out, "\n## %s\n\n", label(which, paper->lang));
}

static void
columns(const struct paper *paper, const enum label *labels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(paper->out, "| %s ", label(labels[i], paper->lang));
    }
    fputs("|\n", paper->out);
    for (size_t i = 0; i < count; i++) {
        fputs("| --- ", paper->out);
    }
    fputs("|\n", paper->out);
}

static void
moment(const struct paper *paper, int64_t time_ms)
{
    if (time_ms == TIME_NONE) {
        fputs("–", paper->out);
    } else {
        words_moment(paper->out, time_ms, paper->lang);
    }
}

/* As text: whoever reads the wiki decides whether to follow it. */
static void
evidence(const struct paper *paper, struct view link, struct view id)
{
    words_quote(paper->text, link.size > 0 ? link : id, 200);
}

/* ---- sections ---- */

static void
write_clocks(const struct paper *paper, const struct study_incident *incident)
{
    static const enum label names[] = { LABEL_ALERT_CLOCK, LABEL_ONSET_CLOCK };
    const struct incident *last = &incident->last;
    int64_t from_ms[] = { last->opened_ms, last->onset_ms };

    heading(paper, LABEL_SILENCE);
    fprintf(paper->out, "**%s: %c**\n\n", label(LABEL_GRADE, paper->lang), last->clock.grade);
    for (int i = 0; i < 2; i++) {
        struct facts_clock clock = facts_clock_of(last, from_ms[i]);
        fprintf(paper->out, "- %s: ", label(names[i], paper->lang));
        say_clock(paper->text, &clock, paper->lang);
        fputc('\n', paper->out);
    }
    struct facts_gap gaps[GAPS_MAX];
    size_t count = facts_gaps(incident, gaps);
    for (size_t i = 0; i < count; i++) {
        fprintf(paper->out, "- %s: ", say(paper->lang, "Sin novedades", "Without an update"));
        moment(paper, gaps[i].from_ms);
        fputs(" – ", paper->out);
        moment(paper, gaps[i].to_ms);
        fputc('\n', paper->out);
    }
}

static void
write_waiting(const struct paper *paper, const struct waiting *row, int64_t until_ms)
{
    fputs("| ", paper->out);
    words_span(paper->out, until_ms - row->since_ms);
    fputs(" | ", paper->out);
    moment(paper, row->since_ms);
    fprintf(paper->out, " | %" PRIu64 " | %" PRIu32 " | %" PRIu32 " | ", row->reach, row->reposts,
            row->posts);
    evidence(paper, view_of(row->link), view_of(row->id));
    fputs(" |\n", paper->out);
}

static void
write_waits(const struct paper *paper, const struct study_incident *incident)
{
    static const enum label names[] = { LABEL_WAITS, LABEL_SINCE, LABEL_REACH, LABEL_REPOSTS,
        LABEL_MESSAGES, LABEL_POST };
    const struct incident_waits *waits = facts_waits(paper->report, incident);

    if (waits == NULL) {
        return;
    }
    heading(paper, LABEL_ANSWERED);
    say_answered(paper->text, waits, paper->lang);
    fputs("\n\n", paper->out);
    if (waits->answered > 0) {
        fprintf(paper->out, "- %s: %" PRIu64 "\n- %s: %" PRIu64 "\n- %s: %" PRIu64 "\n\n",
                say(paper->lang, "Nombran el problema", "Name the matter"), waits->named,
                say(paper->lang, "Otra cosa, en palabras propias", "Other, in words of its own"),
                waits->own_words,
                say(paper->lang, "La misma frase que otros", "The same sentence as others"),
                waits->canned);
    }
    if (waits->waiting_count == 0) {
        return;
    }
    columns(paper, names, 6);
    for (size_t i = 0; i < waits->waiting_count; i++) {
        write_waiting(paper, &waits->waiting[i], waits->until_ms);
    }
    fputc('\n', paper->out);
    say_waiting(paper->text, waits, paper->lang);
    fputc('\n', paper->out);
}

static void
write_playbook(const struct paper *paper, const struct incident *incident)
{
    heading(paper, LABEL_PLAYBOOK);
    for (int i = 0; i < PLAYBOOK_COUNT; i++) {
        const struct playbook_tick *tick = &incident->playbook[i];
        int done = tick->time_ms != TIME_NONE;
        fprintf(paper->out, "- [%c] %s", done ? 'x' : ' ',
                brief_step_words((enum playbook_step)i, paper->lang));
        if (done) {
            fputs(" · ", paper->out);
            moment(paper, tick->time_ms);
            fputs(" · ", paper->out);
            evidence(paper, VIEW(""), view_of(tick->post_id));
        }
        fputc('\n', paper->out);
    }
}

static void
write_timeline(const struct paper *paper, const struct study_incident *incident)
{
    static const enum label names[] = { LABEL_TIME, LABEL_WHAT };
    struct timeline_row rows[TIMELINE_MAX];
    size_t count = facts_timeline(incident, rows);

    heading(paper, LABEL_TIMELINE);
    columns(paper, names, 2);
    for (size_t i = 0; i < count; i++) {
        fputs("| ", paper->out);
        moment(paper, rows[i].time_ms);
        fputs(" | ", paper->out);
        say_row(paper->text, &rows[i], paper->lang);
        if (rows[i].kind == TIMELINE_OFFICIAL) {
            fputs(": ", paper->out);
            evidence(paper, view_of(rows[i].post->link), view_of(rows[i].post->id));
        }
        fputs(" |\n", paper->out);
    }
}

static void
write_total(const struct paper *paper, enum label which, uint64_t count)
{
    fprintf(paper->out, "- %s: ", label(which, paper->lang));
    words_count(paper->out, count, paper->lang);
    fputc('\n', paper->out);
}

static void
write_group(const struct paper *paper, const struct scope_group *group)
{
    fputs("- ", paper->out);
    say_group(paper->text, group, paper->lang);
    for (size_t i = 0; i < group->value_count; i++) {
        fputs(i == 0 ? ": " : ", ", paper->out);
        words_quote(paper->text, group->labels[i], NAME_SIZE_MAX);
        fputc(' ', paper->out);
        words_count(paper->out, group->values[i]->count, paper->lang);
    }
    if (group->rest > 0) {
        fputs(say(paper->lang, ", otros ", ", others "), paper->out);
        words_count(paper->out, group->rest, paper->lang);
    }
    fputc('\n', paper->out);
}

static void
write_scope(const struct paper *paper, const struct study_incident *incident)
{
    struct scope_group groups[SCOPE_GROUPS_MAX];
    const struct incident *last = &incident->last;
    size_t count = facts_scope(last, groups);

    heading(paper, LABEL_SCOPE);
    write_total(paper, LABEL_PEOPLE, last->authors);
    write_total(paper, LABEL_MESSAGES, last->posts);
    write_total(paper, LABEL_PEAK, last->peak_authors);
    write_total(paper, LABEL_AFFECTED, last->first_person);
    write_total(paper, LABEL_COMMENTARY, facts_commentary(incident));
    write_total(paper, LABEL_REPOSTS, last->reposts);
    write_total(paper, LABEL_LATE, last->late);
    for (size_t i = 0; i < count; i++) {
        write_group(paper, &groups[i]);
    }
}

static void
write_posts(const struct paper *paper, const struct study_incident *incident)
{
    if (incident->post_count > 0) {
        heading(paper, LABEL_POSTS);
    }
    for (size_t i = 0; i < incident->post_count; i++) {
        fputs("> ", paper->out);
        words_quote(paper->text, view_of(incident->posts[i].text), sizeof incident->posts[i].text);
        fputs("\n\n", paper->out);
    }
}

static void
write_otherwise(const struct paper *paper, const struct study_incident *incident)
{
    static const enum label names[] = { LABEL_SENSITIVITY, LABEL_THIS_INCIDENT, LABEL_ALERTS,
        LABEL_NOTICES };

    heading(paper, LABEL_OTHERWISE);
    columns(paper, names, 4);
    for (int i = 0; i < PRESET_COUNT; i++) {
        struct facts_what_if what;
        facts_what_if(paper->report, incident, (enum sensitivity)i, &what);
        fprintf(paper->out, "| %s | ", sensitivity_words(what.sensitivity, paper->lang));
        say_what_if(paper->text, &what, paper->lang);
        fprintf(paper->out, " | %" PRIu64 " | %" PRIu64 " |\n", what.alerts, what.notices);
    }
}

static void
write_kin(const struct paper *paper, const struct study_incident *incident)
{
    const struct study_incident *kin[KIN_MAX];
    size_t count = facts_kin(paper->report, incident, kin);

    if (count > 0) {
        heading(paper, LABEL_KIN);
    }
    for (size_t i = 0; i < count; i++) {
        fputs("- ", paper->out);
        moment(paper, kin[i]->last.opened_ms);
        fputs(": ", paper->out);
        say_signals(paper->text, kin[i], paper->lang);
        fprintf(paper->out, " (%c)\n", kin[i]->last.clock.grade);
    }
}

static void
write_fields(const struct paper *paper)
{
    static const enum label fields[] = { LABEL_CAUSES, LABEL_WELL, LABEL_BADLY };
    static const enum label names[] = { LABEL_ACTION, LABEL_OWNER, LABEL_DUE };

    heading(paper, LABEL_FILL);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        fprintf(paper->out, "### %s\n\n\n", label(fields[i], paper->lang));
    }
    fprintf(paper->out, "### %s\n\n", label(LABEL_ACTIONS, paper->lang));
    columns(paper, names, 3);
    fputs("|  |  |  |\n", paper->out);
}

static void
write_holes(const struct paper *paper, const struct study_incident *incident)
{
    for (int sort = 0; sort < HOLE_SORTS; sort++) {
        struct hole holes[HOLES_SHOWN];
        size_t count = facts_holes(paper->report, incident, (enum hole_sort)sort, holes);
        if (count > 0) {
            fputc('\n', paper->out);
            say_holes(paper->text, (enum hole_sort)sort, holes, count, paper->lang);
            fputc('\n', paper->out);
        }
    }
}

static void
write_incident(const struct paper *paper, const struct study_incident *incident)
{
    fprintf(paper->out, "# %s: ", label(LABEL_REPORT, paper->lang));
    words_quote(paper->text, facts_title(paper->report, incident), 64);
    fprintf(paper->out, "\n\n`%s` · ", incident->last.id);
    moment(paper, incident->last.opened_ms);
    fputs("\n\n", paper->out);
    say_overview(paper->text, paper->report, incident, paper->lang);
    fputc('\n', paper->out);
    write_holes(paper, incident);
    write_clocks(paper, incident);
    write_waits(paper, incident);
    write_playbook(paper, &incident->last);
    write_timeline(paper, incident);
    write_scope(paper, incident);
    write_posts(paper, incident);
    heading(paper, LABEL_DECISION);
    say_why(paper->text, paper->report, incident, paper->lang);
    fputc('\n', paper->out);
    write_otherwise(paper, incident);
    write_kin(paper, incident);
    write_fields(paper);
    fputc('\n', paper->out);
}

void
report_markdown(FILE *out, const struct report *report, enum lang lang)
{
    struct paper paper = {
        .out = out, .text = escaped_open(out, ESCAPE_MARKDOWN), .report = report, .lang = lang
    };

    if (report->incident_count == 0) {
        fprintf(out, "# %s\n\n%s\n", label(LABEL_REPORT, lang),
                say(lang, "En este archivo no se abrió ninguna incidencia.",
                        "No incident was opened in this archive."));
    }
    for (size_t i = 0; i < report->incident_count && i < REPORT_INCIDENTS_MAX; i++) {
        write_incident(&paper, report->incidents[i]);
    }
    heading(&paper, LABEL_METHOD);
    say_archive(paper.text, report, lang);
    fputs("\n\n- ", out);
    words_quote(paper.text, view_of(report->source.command), 400);
    fprintf(out, "\n- %s · rebato %s\n", report->source.rules_digest, report->source.version);
    fclose(paper.text);
}
