/*
 * board: what the page shows, copied from the judge's thread to the HTTP thread.
 *
 * The only lock in the process that two busy threads share; neither is a worker. Held for a copy, never
 * for input or output.
 */
#ifndef REBATO_PIPELINE_BOARD_H
#define REBATO_PIPELINE_BOARD_H

#include "judge/judge.h"
#include "match/rule_set.h"

struct board;

/* The set outlives the board. */
struct board *board_create(const struct rule_set *rules);
void board_destroy(struct board **board);

/* Judge's thread: brands and rules are another set's from now on. A brand that both know keeps what is shown
 * of it; nothing of the former set is looked at after the return. */
void board_use_rules(
        struct board *board, const struct rule_set *rules, const struct rule_numbers *numbers);

/* Judge's thread. */
void board_set_status(struct board *board, size_t brand, const struct brand_status *status);
void board_add_bucket(struct board *board, size_t brand, uint32_t bucket, uint64_t total);
void board_add_event(struct board *board, const struct judge_event *event);
void board_set_watermark(struct board *board, int64_t watermark_ms);

/* Any thread. malloc'd JSON. */
char *board_brands_json(struct board *board);
char *board_incidents_json(struct board *board);
/* Prometheus text of the brands' states and windows. */
char *board_metrics(struct board *board);

#endif
