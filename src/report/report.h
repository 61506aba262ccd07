/*
 * report: what happened in an episode, as one document that a person reads, files and fills in afterwards.
 *
 *   a replay's incidents (replay/study.h) ─┬─▶ report_html      one page, SVG and CSS inside, no script, no network
 *   and what other settings would have     ├─▶ report_markdown  the same for a wiki
 *   told (replay/presets.h)                └─▶ report_json      the same for a program
 *
 * Rendering only: everything comes in with the structure, nothing is read, no clock is asked, and the same
 * structure gives the same bytes. Texts of strangers are escaped for where they stand, links are followed
 * only to http and https, every list has an end and says what it leaves out. Causes, lessons and actions are
 * left empty: nobody should read there what nobody has found out.
 */
#ifndef REBATO_REPORT_REPORT_H
#define REBATO_REPORT_REPORT_H

#include "match/rule_set.h"
#include "rebato/mention.h"
#include "replay/holes.h"
#include "replay/presets.h"
#include "replay/study.h"
#include "replay/waits.h"

#include <stdio.h>

/* Incidents shown whole in one document. */
#define REPORT_INCIDENTS_MAX 64

/* Where the figures are from: enough to make the document again. */
struct report_source {
    const char *version;
    const char *command; /* as it was typed */
    const char *deployment;
    const char *rules_digest;
    const char *sensitivity; /* of all rules; NULL: as each of them says */
    const char *const *inputs;
    size_t input_count;
    uint64_t received;
    const uint64_t *fates; /* REBATO_FATE_COUNT of them */
    int64_t first_ms;      /* INT64_MIN: none */
    int64_t last_ms;
};

struct report {
    struct report_source source;
    const struct rule_set *rules; /* titles; may be NULL */
    const struct study_incident *const *incidents;
    size_t incident_count;
    uint64_t left_out; /* opened in the archive, and not here */
    /* All incidents of the archive, for what came before. */
    const struct study_incident *const *known;
    size_t known_count;
    struct preset_result presets[PRESET_COUNT];
    const struct holes *holes; /* of the archive; may be NULL */
    const struct waits *waits; /* likewise, after waits_finish() */
};

void report_html(FILE *out, const struct report *report, enum lang lang);
void report_markdown(FILE *out, const struct report *report, enum lang lang);
void report_json(FILE *out, const struct report *report, enum lang lang);

#endif
