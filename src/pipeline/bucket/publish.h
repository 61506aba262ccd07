/*
 * publish: a brand's folded buckets and events, as the keys that dashboards read.
 *
 * Everything here can be made again from the ledger and the judge's state: publishing twice after a crash changes
 * nothing. What became of a series behind our back is noticed by its newest entry, and mended first.
 */
#ifndef REBATO_PIPELINE_BUCKET_PUBLISH_H
#define REBATO_PIPELINE_BUCKET_PUBLISH_H

#include "judge/judge.h"
#include "ledger/ledger.h"
#include "pipeline/bucket/builder.h"

/* What the judge thought at each bucket of a turn, until the turn is committed. */
struct publish_list;

struct publish_list *publish_list_create(void);
void publish_list_destroy(struct publish_list **list);
void publish_list_clear(struct publish_list *list);
void publish_list_add(
        struct publish_list *list, uint32_t bucket, const struct brand_status *status);

struct publish_job {
    struct ledger_reader *reader;
    struct view brand;
    const struct page_slice *slice;
    uint32_t before;  /* folded before this turn */
    uint32_t through; /* and now */
    uint32_t stands;  /* the state; beyond `through` while a shard counts again what it had lost */
    int64_t *last_ms; /* LEDGER_SERIES_COUNT of them: the newest entries published */
};

/* The entries of the newest of the job's buckets, as they are kept beside the state; they live until the next
 * call. Returns how many. */
size_t publish_list_pack(struct publish_list *list,
        const struct publish_job *job,
        const struct ledger_ring_entry **entries);

/* How far a job's ts:10s entries are published; all zero before the first. */
struct publish_place {
    size_t cell;  /* of the slice */
    size_t entry; /* of the list */
};

/* The ts:10s entry of the next bucket, until publish_series_is_done(). */
int publish_series_is_done(const struct publish_job *job, const struct publish_place *place);
enum ledger_outcome publish_series(const struct publish_job *job,
        const struct publish_list *list,
        struct publish_place *place);
/* now:<brand> */
enum ledger_outcome publish_now(const struct publish_job *job, const struct brand_judge *judge);
/* top:<brand> */
enum ledger_outcome publish_top(const struct publish_job *job);

/* The entry of the period that holds `bucket`, which is over. */
enum ledger_outcome publish_rollup(struct ledger_reader *reader,
        struct view brand,
        enum ledger_series series,
        uint32_t bucket,
        int64_t last_ms[LEDGER_SERIES_COUNT]);
uint32_t publish_period_buckets(enum ledger_series series);
/* The last bucket of the period that holds `bucket`. */
uint32_t publish_period_end(enum ledger_series series, uint32_t bucket);

/* incidents, inc:<id>, its timeline, alerts and the notification. */
enum ledger_outcome publish_event(
        struct ledger_reader *reader, const struct judge_event *event, struct view payload);

#endif
