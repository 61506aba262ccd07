/*
 * html: the parts of the page. html.c has the frame around all incidents, incident.c what stands of one,
 * tables.c its tables.
 *
 * Inside this folder only.
 */
#ifndef REBATO_REPORT_HTML_HTML_H
#define REBATO_REPORT_HTML_HTML_H

#include "report/facts.h"
#include "report/words/sentences.h"

/* report.css */
extern const char report_style[];

struct page {
    FILE *out;  /* as it is */
    FILE *text; /* escaped on its way to `out` */
    const struct report *report;
    enum lang lang;
};

/* One <article>. */
void html_incident(const struct page *page, const struct study_incident *incident);

void html_timeline(const struct page *page, const struct study_incident *incident);
void html_clocks(const struct page *page, const struct study_incident *incident);
void html_waits(const struct page *page, const struct study_incident *incident);
void html_scope(const struct page *page, const struct study_incident *incident);
void html_playbook(const struct page *page, const struct study_incident *incident);
void html_otherwise(const struct page *page, const struct study_incident *incident);
void html_kin(const struct page *page, const struct study_incident *incident);
void html_chart_table(const struct page *page, const struct study_incident *incident);
/* Of several incidents, with links to each. */
void html_index(const struct page *page);

void html_heading(const struct page *page, enum label which);
/* <thead> with these labels; those from `numbers` on are over numbers. */
void html_columns(const struct page *page, const enum label *labels, size_t count, size_t numbers);
/* A link where it is one that may be followed; else text: of the link, or the id. */
void html_evidence(const struct page *page, struct view link, struct view id);
void html_moment(const struct page *page, int64_t time_ms);

#endif
