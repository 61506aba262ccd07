/*
 * A submission on its way: first the authors and exemplars of all ranges, and only when every one of
 * them was answered well the applies. All of it is pipelined on one connection; ledger_poll() moves it.
 *
 * Every range is applied to every shard, also where it has no count: the fence and the greatest time
 * must advance everywhere, or the judge of a quiet shard would wait for ever.
 */
#include "ledger/redis/body.h"

#include "core/process/clock.h"
#include "core/process/crash_point.h"
#include "core/process/log.h"
#include "ledger/redis/field.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static const struct tally_range *
range_at(const struct redis_writer *writer, uint32_t range)
{
    return tally_range_at(writer->base.tally, range);
}

static struct redis_source *
source_at(const struct redis_writer *writer, uint32_t range)
{
    return writer->sources[range_at(writer, range)->source];
}

static uint32_t
shard_at(const struct redis_writer *writer, uint32_t brand)
{
    return ledger_shard_of(writer->base.ledger, names_text(writer->base.names, brand));
}

/* The range is still to be counted in the shard. */
static int
wanted(const struct redis_writer *writer, uint32_t range, uint32_t shard)
{
    return writer->base.ranges[range] == LEDGER_PENDING &&
           claim_wants(&source_at(writer, range)->claim, shard, range_at(writer, range)->to);
}

/* The worse outcome stays. */
static void
range_fail(struct redis_writer *writer, uint32_t range, enum ledger_outcome outcome)
{
    enum ledger_outcome *have = &writer->base.ranges[range];

    if (*have == LEDGER_PENDING || (*have == LEDGER_CLOSED && outcome == LEDGER_CLASH)) {
        *have = outcome;
    }
}

/* Memory for what is in flight ran out: nothing is known of it any more. */
static void
give_up(struct redis_writer *writer)
{
    log_event(LOG_ERROR, "ledger_memory", "ranges=%zu", writer->base.range_count);
    redis_link_drop(writer->link);
}

static void
expect_reply(struct redis_writer *writer, struct redis_pending what)
{
    void *at = writer->pending;

    if (!page_grow(&at, &writer->pending_room, writer->pending_count, sizeof *writer->pending)) {
        give_up(writer);
        return;
    }
    writer->pending = at;
    writer->pending[writer->pending_count++] = what;
}

/* ---- authors and exemplars ---- */

static int
compare_authors(const void *left, const void *right)
{
    const struct tally_author *a = left;
    const struct tally_author *b = right;
    int order = ORDER(a->range, b->range);

    order = order != 0 ? order : ORDER(a->brand, b->brand);
    order = order != 0 ? order : ORDER(a->dim, b->dim);
    return order != 0 ? order : ORDER(a->bucket, b->bucket);
}

static int
same_set(const struct tally_author *a, const struct tally_author *b)
{
    return compare_authors(a, b) == 0;
}

/* `count` authors of one range, series and bucket. */
static void
send_authors(struct redis_writer *writer, const struct tally_author *authors, size_t count)
{
    struct redis_link *link = writer->link;
    struct view brand = names_text(writer->base.names, authors->brand);
    struct view dim = names_text(writer->base.names, authors->dim);
    const struct redis_source *source = source_at(writer, authors->range);
    uint32_t shard = shard_at(writer, authors->brand);

    redis_begin_script(link, SCRIPT_AUTHORS, 2);
    redis_key_shard(link, shard);
    redis_key(link, "{%" PRIu32 "}:au:1:%.*s:%.*s:%" PRIu32, shard, (int)brand.size, brand.at,
            (int)dim.size, dim.at, authors->bucket);
    redis_arg_source(link, 'w', source);
    redis_arg_text(link, source->token);
    redis_arg_i64(link, authors->bucket);
    redis_arg_i64(link, REDIS_AUTHORS_MAX);
    redis_arg_i64(link, REDIS_AUTHORS_TTL_S);
    for (size_t i = 0; i < count; i++) {
        /* As a signed number, which Redis keeps in 8 bytes while the set is small. */
        redis_arg_i64(link, (int64_t)authors[i].author);
    }
    redis_end(link);
    expect_reply(writer, (struct redis_pending){ DUE_AUTHORS, authors->range, shard,
                                 (uint32_t)(authors - writer->authors) });
}

/* The authors of the tally whose sets may take them, sorted; returns how many. */
static size_t
sort_authors(struct redis_writer *writer)
{
    const struct tally *tally = writer->base.tally;
    const uint64_t epoch = redis_link_epoch(writer->link);
    size_t count = 0;

    for (size_t i = 0; i < tally_author_count(tally); i++) {
        const struct tally_author *author = tally_author_at(tally, i);
        if (!redis_full_knows(&writer->full, epoch, author)) {
            writer->authors[count++] = *author;
        }
    }
    if (count > 0) {
        qsort(writer->authors, count, sizeof *writer->authors, compare_authors);
    }
    return count;
}

static void
send_all_authors(struct redis_writer *writer)
{
    void *at = writer->authors;

    while (writer->author_room < tally_author_count(writer->base.tally)) {
        if (!page_grow(&at, &writer->author_room, writer->author_room, sizeof *writer->authors)) {
            give_up(writer);
            return;
        }
        writer->authors = at;
    }
    size_t count = sort_authors(writer);
    for (size_t i = 0, end = 0; i < count; i = end) {
        const struct tally_author *first = &writer->authors[i];
        for (end = i + 1; end < count && end - i < REDIS_ARGUMENTS_CHUNK &&
                          same_set(first, &writer->authors[end]);
                end++) {
        }
        if (wanted(writer, first->range, shard_at(writer, first->brand))) {
            send_authors(writer, first, end - i);
        }
    }
}

/* Exemplars are samples: sending one twice changes nothing, and its range may still be refused. */
static void
send_exemplar(struct redis_writer *writer, const struct tally_exemplar *exemplar)
{
    struct redis_link *link = writer->link;
    struct view brand = names_text(writer->base.names, exemplar->brand);
    uint32_t shard = shard_at(writer, exemplar->brand);
    char head[16];
    int size = snprintf(head, sizeof head, "%" PRIu32, exemplar->bucket);

    redis_begin(link, "ZADD");
    redis_key(link, "{%" PRIu32 "}:x:%.*s", shard, (int)brand.size, brand.at);
    redis_arg_format(link, "%" PRIu64, exemplar->weight);
    redis_arg_series(link, (struct view){ head, (size_t)size }, (struct view){ 0 },
            (struct view){ exemplar->json, exemplar->json_size });
    redis_end(link);
    redis_begin(link, "ZREMRANGEBYRANK");
    redis_key(link, "{%" PRIu32 "}:x:%.*s", shard, (int)brand.size, brand.at);
    redis_arg_i64(link, 0);
    redis_arg_i64(link, -REDIS_EXEMPLARS_MAX - 1);
    redis_end(link);
    redis_begin(link, "EXPIRE");
    redis_key(link, "{%" PRIu32 "}:x:%.*s", shard, (int)brand.size, brand.at);
    redis_arg_i64(link, REDIS_AUTHORS_TTL_S);
    redis_end(link);
    for (int i = 0; i < 3; i++) {
        expect_reply(writer, (struct redis_pending){ DUE_EXEMPLAR, 0, shard, 0 });
    }
}

/* ---- applies ---- */

static int
compare_pieces(const void *left, const void *right)
{
    const struct redis_piece *a = left;
    const struct redis_piece *b = right;
    int order = ORDER(a->range, b->range);

    order = order != 0 ? order : ORDER(a->shard, b->shard);
    order = order != 0 ? order : ORDER(a->kind, b->kind);
    return order != 0 ? order : ORDER(a->index, b->index);
}

static void
add_piece(struct redis_writer *writer, struct redis_piece piece)
{
    void *at = writer->pieces;

    if (!page_grow(&at, &writer->piece_room, writer->piece_count, sizeof *writer->pieces)) {
        give_up(writer);
        return;
    }
    writer->pieces = at;
    writer->pieces[writer->piece_count++] = piece;
}

/* Cells and official posts, in the order in which they are sent. */
static void
sort_pieces(struct redis_writer *writer)
{
    const struct tally *tally = writer->base.tally;

    writer->piece_count = 0;
    for (size_t i = 0; i < tally_cell_count(tally); i++) {
        const struct tally_cell *cell = tally_cell_at(tally, i);
        add_piece(writer, (struct redis_piece){ .range = cell->range,
                                  .shard = shard_at(writer, cell->brand),
                                  .kind = cell->kind == CELL_LATE ? PIECE_LATE : PIECE_ON_TIME,
                                  .index = (uint32_t)i });
    }
    for (size_t i = 0; i < tally_official_count(tally); i++) {
        const struct tally_official *official = tally_official_at(tally, i);
        add_piece(writer, (struct redis_piece){ .range = official->range,
                                  .shard = shard_at(writer, official->brand),
                                  .kind = PIECE_OFFICIAL,
                                  .index = (uint32_t)i });
    }
    if (writer->piece_count > 0) {
        qsort(writer->pieces, writer->piece_count, sizeof *writer->pieces, compare_pieces);
    }
}

static void
arg_cell(struct redis_writer *writer, const struct redis_piece *piece)
{
    struct redis_link *link = writer->link;
    const struct tally_cell *cell = tally_cell_at(writer->base.tally, piece->index);
    struct view brand = names_text(writer->base.names, cell->brand);
    struct view dim = names_text(writer->base.names, cell->dim);

    if (piece->kind == PIECE_LATE) {
        redis_arg_i64(link, cell->bucket);
        redis_arg_series(link, (struct view){ 0 }, brand, dim);
    } else {
        char head[24];
        int size = snprintf(head, sizeof head, "c:1:%" PRIu32 ":", cell->bucket);
        redis_arg_series(link, (struct view){ head, (size_t)size }, brand, dim);
    }
    redis_arg_i64(link, cell->count);
}

static void
arg_official(struct redis_writer *writer, const struct redis_piece *piece)
{
    struct redis_link *link = writer->link;
    const struct tally_official *official = tally_official_at(writer->base.tally, piece->index);
    struct view brand = names_text(writer->base.names, official->brand);
    char post[17];
    char value[REDIS_OFFICIAL_SIZE];

    snprintf(post, sizeof post, "%016" PRIx64, ledger_post_hash(official));
    redis_arg_i64(link, official->bucket);
    redis_arg_series(link, (struct view){ 0 }, brand, view_of(post));
    redis_arg(link, (struct view){ value, redis_official_print(official, value) });
}

/* Of the on-time cells among pieces [from, to): the shard's share of the range. Another shard may have closed
 * more. Authors lie in the buckets of their cells. */
static uint32_t
lowest_bucket(const struct redis_writer *writer, size_t from, size_t to)
{
    uint32_t lowest = UINT32_MAX;

    for (size_t i = from; i < to && writer->pieces[i].kind == PIECE_ON_TIME; i++) {
        const struct tally_cell *cell = tally_cell_at(writer->base.tally, writer->pieces[i].index);
        lowest = cell->bucket < lowest ? cell->bucket : lowest;
    }
    return lowest;
}

/* One range in one shard; its pieces are [from, to). */
static void
send_apply(struct redis_writer *writer, const struct redis_pending *where, size_t from, size_t to)
{
    struct redis_link *link = writer->link;
    const struct tally_range *range = range_at(writer, where->range);
    const struct redis_source *source = source_at(writer, where->range);
    const struct claim_answer *stand = &source->claim.shards[where->shard].answer;
    size_t counts[3] = { 0 };

    assert(to - from <= LEDGER_APPLY_CELLS_MAX); /* see ledger_cells_max() */
    for (size_t i = from; i < to; i++) {
        counts[writer->pieces[i].kind]++;
    }
    redis_begin_script(link, SCRIPT_APPLY, 1);
    redis_key_shard(link, where->shard);
    redis_arg_source(link, 'f', source);
    redis_arg_source(link, 'w', source);
    redis_arg_i64(link, stand->fence);
    redis_arg_i64(link, range->to);
    if (range->max_time_ms == INT64_MIN) {
        redis_arg_text(link, "-");
    } else {
        redis_arg_i64(link, range->max_time_ms);
    }
    redis_arg_i64(link, stand->late_below);
    redis_arg_i64(link, lowest_bucket(writer, from, to));
    redis_arg_i64(link, (int64_t)counts[PIECE_ON_TIME]);
    redis_arg_i64(link, (int64_t)counts[PIECE_LATE]);
    if (range->last_offset < 0) {
        redis_arg_text(link, "");
    } else {
        redis_arg_format(link, "@%" PRId64 "@%" PRId64, range->last_offset, range->last_stamp_ms);
    }
    if (range->lowest_bucket == UINT32_MAX) {
        redis_arg_text(link, "");
    } else {
        redis_arg_i64(link, range->lowest_bucket);
    }
    redis_arg_i64(link, claim_late_below(&source->claim, where->shard, range->to));
    for (size_t i = from; i < to; i++) {
        if (writer->pieces[i].kind == PIECE_OFFICIAL) {
            arg_official(writer, &writer->pieces[i]);
        } else {
            arg_cell(writer, &writer->pieces[i]);
        }
    }
    redis_end(link);
    expect_reply(writer, *where);
}

/* The pieces of one range in one shard begin at `at`; returns where the next begin. */
static size_t
piece_end(const struct redis_writer *writer, size_t at, uint32_t range, uint32_t shard)
{
    while (at < writer->piece_count && writer->pieces[at].range == range &&
            writer->pieces[at].shard == shard) {
        at++;
    }
    return at;
}

static void
send_all_applies(struct redis_writer *writer)
{
    uint32_t shards = ledger_shard_count(writer->base.ledger);
    uint64_t places = (uint64_t)writer->base.range_count * shards;
    size_t from = 0;

    sort_pieces(writer);
    for (uint64_t place = 0; place < places; place++) {
        struct redis_pending where = { DUE_APPLY, (uint32_t)(place / shards),
            (uint32_t)(place % shards), 0 };
        size_t to = piece_end(writer, from, where.range, where.shard);
        if (wanted(writer, where.range, where.shard)) {
            send_apply(writer, &where, from, to);
        }
        from = to;
    }
}

/* ---- the submission as a whole ---- */

void
redis_submit(struct ledger_writer *base, const struct tally *tally)
{
    struct redis_writer *writer = redis_writer_of(base);
    uint64_t epoch = redis_link_epoch(writer->link);

    writer->phase = DUE_AUTHORS;
    writer->pending_count = 0;
    writer->pending_done = 0;
    writer->progress_ms = clock_monotonic_ms();
    if (epoch == 0) {
        return; /* the first poll says AWAY */
    }
    for (uint32_t range = 0; range < base->range_count; range++) {
        const struct redis_source *source = source_at(writer, range);
        if (source == NULL || !claim_is_held(&source->claim, epoch)) {
            range_fail(writer, range, LEDGER_CLASH);
        }
    }
    send_all_authors(writer);
    for (size_t i = 0; i < tally_exemplar_count(tally); i++) {
        send_exemplar(writer, tally_exemplar_at(tally, i));
    }
}

/* {1, 1}: the set takes no more. */
static void
learn_full(
        struct redis_writer *writer, const struct redis_pending *pending, const redisReply *reply)
{
    int64_t full = 0;

    if (redis_reply_i64(reply, 1, &full) && full == 1) {
        redis_full_learn(
                &writer->full, redis_link_epoch(writer->link), &writer->authors[pending->author]);
    }
}

static void
take_reply(struct redis_writer *writer, const redisReply *reply)
{
    struct redis_pending pending = writer->pending[writer->pending_done++];
    int64_t code = CODE_MOVED;

    writer->progress_ms = clock_monotonic_ms();
    if (pending.due == DUE_EXEMPLAR) {
        return; /* not an error: that is all there is to know */
    }
    (void)redis_reply_i64(reply, 0, &code); /* what is no code is treated as a moved fence */
    if (code == CODE_CLOSED) {
        claim_meet_closed(&source_at(writer, pending.range)->claim, pending.shard);
        range_fail(writer, pending.range, LEDGER_CLOSED);
    } else if (code != CODE_DONE) {
        range_fail(writer, pending.range, LEDGER_CLASH);
    } else if (pending.due == DUE_APPLY) {
        claim_advance(&source_at(writer, pending.range)->claim, pending.shard,
                range_at(writer, pending.range)->to);
    } else {
        learn_full(writer, &pending, reply);
    }
}

/* All that was due has come. */
static enum ledger_outcome
finish(struct redis_writer *writer)
{
    for (uint32_t range = 0; range < writer->base.range_count; range++) {
        struct redis_source *source = source_at(writer, range);
        enum ledger_outcome *outcome = &writer->base.ranges[range];
        if (*outcome == LEDGER_PENDING) {
            *outcome = LEDGER_OK;
        } else if (source != NULL) {
            claim_end(&source->claim);
        }
    }
    writer->base.tally = NULL;
    return ledger_ranges_outcome(&writer->base);
}

/* The connection is gone: what has not failed already may or may not have arrived. The claims end with
 * the connection. */
static enum ledger_outcome
fail_all(struct redis_writer *writer, enum ledger_outcome outcome)
{
    for (uint32_t range = 0; range < writer->base.range_count; range++) {
        range_fail(writer, range, outcome);
    }
    writer->base.tally = NULL;
    return ledger_ranges_outcome(&writer->base);
}

/* The next step: PENDING when there is nothing to take yet, OK when one was made. */
static enum ledger_outcome
step(struct redis_writer *writer, int64_t wait_ms)
{
    redisReply *reply = NULL;

    if (writer->pending_done == writer->pending_count) {
        writer->phase = DUE_APPLY;
        send_all_applies(writer);
        return LEDGER_OK;
    }
    enum ledger_outcome outcome = redis_receive(writer->link, wait_ms, &reply);
    if (outcome == LEDGER_OK) {
        take_reply(writer, reply);
        freeReplyObject(reply);
        return LEDGER_OK;
    }
    crash_point(writer->phase == DUE_AUTHORS ? "authors_sent" : "apply_sent");
    int64_t silent_ms = clock_monotonic_ms() - writer->progress_ms;
    if (outcome == LEDGER_PENDING && silent_ms >= writer->base.ledger->options.timeout_ms) {
        log_event(LOG_WARN, "redis_silent", "waited_ms=%" PRId64, silent_ms);
        redis_link_drop(writer->link);
        outcome = LEDGER_AWAY;
    }
    return outcome;
}

enum ledger_outcome
redis_poll(struct ledger_writer *base, int64_t wait_ms)
{
    struct redis_writer *writer = redis_writer_of(base);
    int64_t deadline = clock_monotonic_ms() + wait_ms;

    for (;;) {
        if (redis_link_epoch(writer->link) == 0) {
            return fail_all(writer, LEDGER_AWAY);
        }
        if (writer->phase == DUE_APPLY && writer->pending_done == writer->pending_count) {
            return finish(writer);
        }
        enum ledger_outcome outcome = step(writer, deadline - clock_monotonic_ms());
        if (outcome == LEDGER_PENDING) {
            return outcome;
        }
        if (outcome != LEDGER_OK) {
            return fail_all(writer, outcome);
        }
    }
}
