/*
 * render: an event of the judge, as the bytes and sentences that leave the house.
 *
 * One payload for every sink: Alertmanager's version-4 shape with a `crisis` object, JSON, keys sorted,
 * the same bytes for the same event. The incident log's line is a stricter form: nothing in it depends
 * on when or where the run took place, so a live run and its replay can be compared byte by byte.
 */
#ifndef REBATO_ALERT_RENDER_H
#define REBATO_ALERT_RENDER_H

#include "judge/judge.h"
#include "match/rule_set.h"

struct render_context {
    const struct rule_set *rules; /* titles of brands and rules */
    const struct brand_settings *brand;
    enum lang lang;
    const char *receiver;     /* "" when not known yet */
    const char *external_url; /* "" or without a trailing slash */
    const char *sensitivity;
    struct view exemplars[8]; /* JSON objects of the top posts, best first */
    size_t exemplar_count;
    double lag_s; /* < 0: unknown */
    int64_t watermark_ms;
};

/* malloc'd, NUL-terminated. Never NULL: aborts when memory is out. */
char *render_payload(const struct judge_event *event, const struct render_context *context);
char *render_log_line(const struct judge_event *event); /* canonical, without a newline */

/* "WhatsApp: 412 personas en 10 min, 19,5 esperadas (x21) · caída del servicio" */
char *render_summary(const struct judge_event *event, const struct render_context *context);

/* A payload as some lines of text for a terminal or a chat: what, how big, since when, the clock, what
 * to do next. NULL when it is not a payload of ours. Escaped for terminals. */
char *render_text(struct view payload, enum lang lang);

#endif
