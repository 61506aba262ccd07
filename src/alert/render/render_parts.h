/*
 * render_parts: what render.c puts together.
 *
 * For this folder, and for src/report, whose documents say the same of an incident.
 */
#ifndef REBATO_ALERT_RENDER_RENDER_PARTS_H
#define REBATO_ALERT_RENDER_RENDER_PARTS_H

#include "alert/render.h"
#include "alert/render/brief.h"
#include "alert/render/parts.h"

/* The facts of the sentence; the title is borrowed from the rule set, or else the id from the event. */
struct brief render_brief(const struct judge_event *event, const struct render_context *context);

/* The rule whose threshold decided, or else the first rule of the deciding signal; NULL without one. */
const struct rule *render_rule(const struct incident *incident, const struct rule_set *rules);

/* alerts[0].crisis */
json_t *render_crisis(const struct judge_event *event, const struct render_context *context);

/* A caller that only wants a summary leaves the rest of the context NULL. */
const char *render_or_empty(const char *text);

/* Parts that payload and log line have in common. */
json_t *render_fired(uint32_t fired);
json_t *render_ticks(const struct incident *incident);
/* The figures of a decision, without what fired and by which rule. */
json_t *render_why(const struct incident_why *why);
/* Beside the figures, what they were held against in another way than usual; nothing as a rule. */
void render_put_shift(json_t *why, const struct limit_shift *shift);
/* null when it has none. */
json_t *render_kin(const struct incident_kin *kin);
/* Who they are who complain: people, or accounts that were made for it. */
json_t *render_authenticity(const struct incident *incident);
/* How often the brand answered somebody about it; null when it was never heard to. */
json_t *render_replies(const struct incident *incident);
/* How many and who, without what others denied. */
json_t *render_scope(const struct incident *incident);

/* ---- a payload read back ---- */

/* The facts of an alert's "crisis"; views into it. False: it is not one of ours. */
int render_read_brief(json_t *crisis, struct brief *brief);
/* The lines of a payload that has a "surge". */
void render_surge_text(FILE *out, json_t *payload, enum lang lang);

#endif
