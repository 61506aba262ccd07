/* What a shard's machine asks for, carried out against the ledger. */
#include "core/process/crash_point.h"
#include "core/process/log.h"
#include "pipeline/docket/private.h"

/* The control log is so far behind at most. */
#define LAPSES_MS 1000

static struct docket_brand *
brands_of(const struct docket *docket, uint32_t shard)
{
    return docket->shards[shard].brands;
}

void
docket_forget_shard(struct docket *docket, uint32_t shard)
{
    for (size_t i = 0; i < docket->shards[shard].brand_count; i++) {
        brand_judge_destroy(&brands_of(docket, shard)[i].judge);
    }
    docket_forget_events(docket, docket->event_committed);
}

static int64_t
now_of(const struct docket *docket)
{
    return docket->options.clock_ms == NULL ? docket->wall_ms : docket->options.clock_ms();
}

/* ---- a brand's state ---- */

/* What is kept elsewhere of a brand that the ledger does not know: after it has lost everything. */
static void
find_state(const struct docket *docket, struct view brand, struct ledger_state *stored)
{
    struct ledger_state kept = { .folded_through = 0 };

    if (docket->options.find_state != NULL && docket->options.find_state(docket->options.context,
                                                      brand, &kept.folded_through, &kept.state)) {
        *stored = kept;
    }
}

static void
use_state(struct docket_brand *brand, const struct ledger_state *stored)
{
    /* The former judge may have stopped before its last periods ended. */
    brand->unrolled[0] = stored->folded_through;
    brand->unrolled[1] = stored->folded_through;
    docket_early_parse(brand, stored->early);
    brand->open_seen = 0;
    if (stored->state.size > 0 &&
            !brand_judge_load(brand->judge, stored->state.at, stored->state.size)) {
        log_event(LOG_WARN, "state_of_another_version", "brand=%s advice=%s", brand->settings.id,
                "the brand learns anew");
    }
}

static enum ledger_outcome
load(struct docket *docket, struct docket_brand *brand, struct shard_answer *answer)
{
    struct view id = view_of(brand->settings.id);
    struct ledger_state stored;
    enum ledger_outcome outcome = ledger_load(docket->reader, brand->shard, id, &stored);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    answer->stored_through = stored.folded_through;
    if (stored.folded_through == 0) {
        find_state(docket, id, &stored);
    }
    const struct docket_set *home = docket_home(docket, stored.folded_through);
    home = home == NULL ? docket_set_of(docket, brand) : home;
    brand_judge_destroy(&brand->judge);
    brand->judge = brand_judge_create(home->judge, &brand->settings);
    if (brand->judge == NULL) {
        return LEDGER_AWAY;
    }
    use_state(brand, &stored);
    if (!docket_adopt(docket, brand, home)) {
        return LEDGER_AWAY;
    }
    brand->met = stored.folded_through == 0 && brand->met == 0 ? docket_met(docket, brand->shard)
                                                               : brand->met;
    answer->folded_through = stored.folded_through;
    answer->next_due = docket_next_due(docket, brand);
    return LEDGER_OK;
}

/* ---- a shard ---- */

static enum ledger_outcome
lease(struct docket *docket, uint32_t shard, struct shard_answer *answer)
{
    enum ledger_outcome outcome = ledger_lease(
            docket->reader, shard, now_of(docket), docket->options.lease_ms, &answer->fresh);

    if (outcome == LEDGER_OK && (answer->fresh || !docket->shards[shard].judge.ours)) {
        docket->shards[shard].told = 0;
    }
    return outcome;
}

/* All of the shard is loaded. */
static void
tell_ours(struct docket *docket, uint32_t shard)
{
    if (!docket->shards[shard].told && docket->options.on_shard != NULL) {
        docket->options.on_shard(docket->options.shard_context, shard);
    }
    docket->shards[shard].told = 1;
}

static enum ledger_outcome
progress(struct docket *docket, uint32_t shard, struct shard_answer *answer)
{
    struct ledger_progress seen = { .closed = 0 };

    if (!docket_is_right(docket, shard)) {
        return LEDGER_CLASH;
    }
    tell_ours(docket, shard);
    enum ledger_outcome outcome = ledger_progress(docket->reader, shard, &seen);

    if (outcome == LEDGER_OK && docket->options.board != NULL) {
        board_set_watermark(docket->options.board, seen.latest_ms);
    }
    docket->shards[shard].latest_ms = seen.latest_ms;
    answer->closed = seen.closed;
    answer->watermark_ms = seen.watermark_ms;
    answer->latest_ms = seen.latest_ms;
    return outcome;
}

static enum ledger_outcome
close_shard(struct docket *docket, uint32_t shard, const struct shard_request *request)
{
    enum ledger_outcome outcome =
            ledger_close(docket->reader, shard, request->through, request->watermark_ms);

    if (outcome == LEDGER_OK) {
        crash_point("closed");
    }
    return outcome;
}

/* From where on brands are watched that were never folded: what is closed, and who closed it, depends on the
 * hour, but what was counted first does not, once it is closed. A shard that came back from a mark no longer
 * knows; whoever is new to it there is watched from where the others stand. */
static uint32_t
watched_since(const struct docket *docket, const struct docket_shard *held, uint32_t through)
{
    uint32_t since = docket->page.since <= through ? docket->page.since : 0;

    for (size_t i = 0; since == 0 && i < held->brand_count; i++) {
        uint32_t stands = held->known[i].folded_through;
        since = stands <= through ? stands : 0;
    }
    return since;
}

static void
note_lapses(struct docket *docket, uint32_t shard, const struct ledger_page *page)
{
    docket->shards[shard].lapses_ms = docket->wall_ms;
    if (docket->options.on_lapses != NULL) {
        docket->options.on_lapses(
                docket->options.shard_context, shard, page->lapses, page->lapse_count);
    }
}

void
docket_look_for_lapses(struct docket *docket, uint32_t shard)
{
    struct ledger_page page;

    if (docket->options.on_lapses != NULL && docket->shards[shard].judge.ours &&
            ledger_lapses(docket->reader, shard, &page) == LEDGER_OK) {
        note_lapses(docket, shard, &page);
    }
}

void
docket_look_at_times(struct docket *docket, uint32_t shard)
{
    int64_t since_ms = docket->wall_ms - docket->shards[shard].lapses_ms;

    if (since_ms < 0 || since_ms >= LAPSES_MS) {
        docket_look_for_lapses(docket, shard);
    }
}

static enum ledger_outcome
read_shard(struct docket *docket,
        uint32_t shard,
        const struct shard_request *request,
        struct shard_answer *answer)
{
    enum ledger_outcome outcome =
            ledger_read(docket->reader, shard, request->through, &docket->page);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    note_lapses(docket, shard, &docket->page);
    docket->since = watched_since(docket, &docket->shards[shard], request->through);
    page_walk_start(&docket->walk, &docket->page);
    answer->is_new = docket->since == 0;
    return LEDGER_OK;
}

/* The brand is in hand from here on. Brands come in the order of the page. */
static int
look(struct docket *docket, const struct docket_brand *brand)
{
    docket_forget_events(docket, docket->event_committed);
    docket->brand_case = (struct docket_case){ .slice = page_walk_take(
                                                       &docket->walk, view_of(brand->settings.id)),
        .event_first = docket->event_count };
    return !page_slice_is_empty(&docket->brand_case.slice);
}

static enum ledger_outcome
carry_out(struct docket *docket,
        uint32_t shard,
        const struct shard_request *request,
        struct shard_answer *answer)
{
    struct docket_brand *brand = brands_of(docket, shard) + request->brand;
    enum ledger_outcome outcome = LEDGER_OK;

    switch (request->ask) {
    case SHARD_LEASE:
        return lease(docket, shard, answer);
    case SHARD_LOAD:
        return load(docket, brand, answer);
    case SHARD_MEND:
        return docket_mend(docket, brand, request);
    case SHARD_PROGRESS:
        return progress(docket, shard, answer);
    case SHARD_CLOSE:
        return close_shard(docket, shard, request);
    case SHARD_READ:
        return read_shard(docket, shard, request, answer);
    case SHARD_LOOK:
        answer->holds = look(docket, brand);
        break;
    case SHARD_FOLD:
        answer->folded_through = docket_fold(docket, brand, request);
        break;
    case SHARD_COMMIT:
        outcome = docket_commit(docket, brand, request, docket->brand_case.event_first);
        if (outcome == LEDGER_OK) {
            crash_point("folded");
        }
        break;
    case SHARD_PUBLISH:
        outcome = docket_publish(docket, brand, request, &answer->has_more);
        answer->next_due = docket_next_due(docket, brand);
        break;
    case SHARD_ERASE:
        return ledger_erase(docket->reader, shard, view_of(brand->settings.id), request->through);
    case SHARD_FORGET:
        docket_forget_shard(docket, shard);
        break;
    case SHARD_REST:
        break;
    }
    return outcome;
}

static enum shard_outcome
meaning_of(enum ledger_outcome outcome)
{
    switch (outcome) {
    case LEDGER_OK:
        return SHARD_OK;
    case LEDGER_CLASH:
        return SHARD_CLASH;
    case LEDGER_LOST:
        return SHARD_LOST;
    case LEDGER_PENDING:
    case LEDGER_CLOSED:
    case LEDGER_AWAY:
    case LEDGER_REFUSED:
        break;
    }
    return SHARD_AWAY;
}

/* Where all that is closed is judged, the ledger is told: it is where it may begin again. */
static void
mark(struct docket *docket, uint32_t shard)
{
    struct docket_shard *held = &docket->shards[shard];

    if (held->judge.ours && held->judge.judged != held->marked &&
            !shard_judge_is_behind(&held->judge)) {
        held->marked = held->judge.judged;
        (void)ledger_mark(docket->reader, shard,
                held->marked); /* what fails comes again in a bucket's time */
    }
}

enum ledger_outcome
docket_run_shard(struct docket *docket, uint32_t shard)
{
    struct shard_judge *judge = &docket->shards[shard].judge;
    enum ledger_outcome trouble = LEDGER_OK;
    struct shard_request request = shard_judge_next(judge, now_of(docket));

    while (request.ask != SHARD_REST) {
        struct shard_answer answer = { .next_due = UINT32_MAX };
        enum ledger_outcome outcome = carry_out(docket, shard, &request, &answer);
        answer.outcome = meaning_of(outcome);
        trouble = answer.outcome == SHARD_AWAY ? outcome : trouble;
        shard_judge_answer(judge, &answer);
        request = shard_judge_next(judge, now_of(docket));
    }
    mark(docket, shard);
    return trouble;
}
