/*
 * told_incident: an incident as its log tells of it, for whoever has no archive to replay.
 *
 *   lines of `rebato log`, of a replay, or of Redis ──▶ whose it was, what decided, from when to when
 *
 * Lines of other incidents, and what is no line of a log, are passed over.
 */
#ifndef REBATO_APP_OPERATE_TOLD_INCIDENT_H
#define REBATO_APP_OPERATE_TOLD_INCIDENT_H

#include "app/cli.h"
#include "app/settings/settings.h"
#include "judge/judge.h"

struct told_incident {
    const char *id; /* whose lines are looked for */
    size_t lines;   /* so many were found; 0: nothing below is known */
    char brand_id[BRAND_ID_SIZE_MAX + 1];
    enum signal signal; /* that decided; SIGNAL_COUNT: none that we know */
    int by_rule_alone;  /* a plain threshold opened it, and no score */
    int64_t onset_ms;   /* or TIME_NONE, as the next one */
    int64_t end_ms;     /* of the last that was told */
};

/* False when it cannot be read; "-" is standard input. */
int told_read_file(struct told_incident *told, const char *path);
/* As a deployment's Redis has it. Complains as `verb`. */
enum exit_code told_read_ledger(
        struct told_incident *told, const char *verb, const struct settings *settings);

#endif
