#include "pipeline/live/live.h"

#include "core/process/clock.h"
#include "core/process/log.h"
#include "http/server.h"
#include "pipeline/live/judge_thread.h"
#include "pipeline/live/messenger.h"
#include "pipeline/live/rule_swap.h"
#include "pipeline/live/web.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* A judge that does not renew its lease for so long has lost it. */
#define LEASE_MS (10 * INT64_C(1000))
/* Between two looks whether the ledger is there. */
#define LEDGER_NAP_MS 500

struct live {
    /* Fixed once started. */
    struct live_options options;
    struct ledger *ledger;
    struct board *board;
    struct docket *docket;
    struct messenger *messenger;
    struct judge_thread *judge;
    struct keeper *keeper;         /* NULL: nothing is kept */
    struct control_scribe *scribe; /* NULL: no control log */
    struct worker *workers[LIVE_WORKERS_MAX];
    uint32_t worker_count;
    struct http_server *http;
    struct web web;

    /* Owned by the main thread. */
    struct rule_swap swap;

    /* Shared. */
    struct stop_flag stop;       /* workers */
    struct stop_flag judge_stop; /* raised when the workers are done */
};

void
live_options_init(struct live_options *options,
        const struct rule_set *rules,
        const struct judge_settings *judge)
{
    *options = (struct live_options){ .rules = rules,
        .judge = judge,
        .worker_count = 1,
        .allow_ms = INT64_C(30000),
        .keep_ms = INT64_C(300000),
        .turn_ms = 200,
        .early_ms = 300,
        .lang = LANG_ES,
        .external_url = "",
        .instance = "rebato" };
    ledger_options_init(&options->ledger);
    engine_options_init(&options->worker.engine, rules);
    options->worker.linger_ms = 200;
    options->worker.idle_ms = INT64_C(15000);
}

static enum live_outcome
of_ledger(enum ledger_outcome outcome)
{
    if (outcome == LEDGER_OK) {
        return LIVE_OK;
    }
    return outcome == LEDGER_REFUSED ? LIVE_REFUSED : LIVE_AWAY;
}

static enum live_outcome
create_workers(struct live *live, char trouble[LIVE_TROUBLE_SIZE])
{
    struct worker_options options = live->options.worker;

    assert(live->options.worker_count <= LIVE_WORKERS_MAX);
    options.ledger = live->ledger;
    options.keeper = live->keeper;
    options.stop = &live->stop;
    options.engine.rules = live->options.rules;
    options.engine.shards = ledger_shard_count(live->ledger);
    options.engine.partition.allow_ms = live->options.allow_ms;
    for (uint32_t i = 0; i < live->options.worker_count; i++) {
        options.number = i;
        live->workers[i] = worker_create(&options, trouble);
        if (live->workers[i] == NULL) {
            return LIVE_REFUSED;
        }
        live->worker_count++;
    }
    return LIVE_OK;
}

/* The ledger ends with the process. */
static int
is_transient(const struct live *live)
{
    return strcmp(live->options.ledger.url, "memory:") == 0;
}

static enum live_outcome
create_judge(struct live *live, char trouble[LIVE_TROUBLE_SIZE])
{
    struct docket_options docket = { .ledger = live->ledger,
        .rules = live->options.rules,
        .judge = live->options.judge,
        .allow_ms = live->options.allow_ms,
        .lease_ms = LEASE_MS,
        .early_ms = live->options.early_ms,
        .clock_ms = clock_wall_ms,
        .transient = is_transient(live),
        .asks = 1,
        .lang = live->options.lang,
        .external_url = live->options.external_url,
        .board = live->board,
        .instance = live->options.instance,
        .on_event = live->options.on_event,
        .context = live->options.context,
        .on_shard = live->scribe == NULL ? NULL : control_scribe_take_shard,
        .on_lapses = live->scribe == NULL ? NULL : control_scribe_note,
        .shard_context = live->scribe };

    snprintf(trouble, LIVE_TROUBLE_SIZE, "out of memory");
    live->docket = docket_create(&docket);
    if (live->docket == NULL || live->messenger == NULL) {
        return LIVE_BROKEN;
    }
    struct judge_thread_options judge = { .docket = live->docket,
        .messenger = live->messenger,
        .turn_ms = live->options.turn_ms,
        .stop = &live->judge_stop };
    live->judge = judge_thread_create(&judge);
    return live->judge == NULL ? LIVE_BROKEN : LIVE_OK;
}

/* Where fences stand counting goes on from them, whatever a start time says: better refused than ignored. */
static enum live_outcome
check_fresh(
        const struct live_options *options, struct ledger *ledger, char trouble[LIVE_TROUBLE_SIZE])
{
    struct ledger_progress progress = { .partitions = 0 };
    struct ledger_reader *reader = ledger_reader_create(ledger);
    enum ledger_outcome outcome =
            reader == NULL ? LEDGER_AWAY : ledger_progress(reader, 0, &progress);

    ledger_reader_destroy(&reader);
    if (outcome == LEDGER_OK && progress.partitions > 0) {
        snprintf(trouble, LIVE_TROUBLE_SIZE,
                "namespace %s has counted %u partition(s) already: a start by time needs a new "
                "namespace, or use rebato replay",
                options->ledger.name_space, progress.partitions);
        return LIVE_REFUSED;
    }
    snprintf(trouble, LIVE_TROUBLE_SIZE, "the ledger does not answer");
    return of_ledger(outcome);
}

static enum live_outcome
check_ledger(
        const struct live_options *options, struct ledger *ledger, char trouble[LIVE_TROUBLE_SIZE])
{
    enum live_outcome outcome = of_ledger(ledger_check(ledger, trouble));

    return outcome == LIVE_OK && options->fresh_only ? check_fresh(options, ledger, trouble)
                                                     : outcome;
}

/* It may come up after us, or stand still for a moment as we come. */
static enum live_outcome
await_ledger(const struct live *live, char trouble[LIVE_TROUBLE_SIZE])
{
    const struct live_options *options = &live->options;
    int64_t end_ms = clock_monotonic_ms() + options->wait_ms;
    enum live_outcome outcome = check_ledger(options, live->ledger, trouble);

    while (outcome == LIVE_AWAY && clock_monotonic_ms() < end_ms &&
            !(options->called_off != NULL && options->called_off())) {
        clock_sleep_ms(LEDGER_NAP_MS);
        outcome = check_ledger(options, live->ledger, trouble);
    }
    return outcome;
}

/* Before anybody counts or judges. */
static enum live_outcome
create_keeper(struct live *live, char trouble[LIVE_TROUBLE_SIZE])
{
    struct keeper_options options = { .ledger = live->ledger,
        .keep = live->options.keep,
        .sharing = live->options.keep_sharing,
        .every_ms = live->options.keep_ms };
    char why[KEEPER_TROUBLE_SIZE];

    if (live->options.keep == NULL) {
        return LIVE_OK;
    }
    live->options.keep = NULL;
    live->keeper = keeper_create(&options);
    if (live->keeper == NULL) {
        snprintf(trouble, LIVE_TROUBLE_SIZE, "out of memory");
        return LIVE_BROKEN;
    }
    enum live_outcome outcome = of_ledger(keeper_begin(live->keeper, why));
    if (outcome != LIVE_OK) {
        snprintf(trouble, LIVE_TROUBLE_SIZE, "%.*s", LIVE_TROUBLE_SIZE - 1, why);
        return outcome;
    }
    return live->options.fresh_only ? check_fresh(&live->options, live->ledger, trouble) : LIVE_OK;
}

static enum live_outcome
create_scribe(struct live *live, char trouble[LIVE_TROUBLE_SIZE])
{
    if (live->options.control != NULL) {
        live->scribe = control_scribe_create(live->options.control, trouble);
        if (live->scribe == NULL) {
            return LIVE_REFUSED;
        }
    }
    return LIVE_OK;
}

static enum live_outcome
create_parts(struct live *live, char trouble[LIVE_TROUBLE_SIZE])
{
    snprintf(trouble, LIVE_TROUBLE_SIZE, "out of memory");
    live->messenger = messenger_create(live->options.sinks, live->options.sink_count);
    live->board = board_create(live->options.rules);
    if (live->messenger == NULL || live->board == NULL) {
        return LIVE_BROKEN;
    }
    messenger_watch(live->messenger, rule_set_brand_count(live->options.rules));
    live->ledger = ledger_create(&live->options.ledger, trouble);
    if (live->ledger == NULL) {
        return LIVE_REFUSED;
    }
    enum live_outcome outcome = await_ledger(live, trouble);
    if (outcome == LIVE_OK) {
        outcome = create_keeper(live, trouble);
    }
    if (outcome == LIVE_OK) {
        outcome = create_scribe(live, trouble);
    }
    if (outcome == LIVE_OK) {
        outcome = create_judge(live, trouble);
    }
    return outcome == LIVE_OK ? create_workers(live, trouble) : outcome;
}

enum live_outcome
live_create(
        const struct live_options *options, struct live **created, char trouble[LIVE_TROUBLE_SIZE])
{
    struct live *live = calloc(1, sizeof *live);

    *created = NULL;
    if (live == NULL) {
        struct keep *keep = options->keep;
        keep_destroy(&keep);
        snprintf(trouble, LIVE_TROUBLE_SIZE, "out of memory");
        return LIVE_BROKEN;
    }
    live->options = *options;
    enum live_outcome outcome = create_parts(live, trouble);
    if (outcome != LIVE_OK) {
        live_destroy(&live);
        return outcome;
    }
    trouble[0] = '\0';
    *created = live;
    return LIVE_OK;
}

void
live_destroy(struct live **live)
{
    if (*live == NULL) {
        return;
    }
    for (uint32_t i = 0; i < (*live)->worker_count; i++) {
        worker_destroy(&(*live)->workers[i]);
    }
    rule_swap_fini(&(*live)->swap);
    judge_thread_destroy(&(*live)->judge);
    keeper_destroy(&(*live)->keeper);
    keep_destroy(&(*live)->options.keep);
    docket_destroy(&(*live)->docket);
    control_scribe_destroy(&(*live)->scribe);
    messenger_destroy(&(*live)->messenger);
    board_destroy(&(*live)->board);
    ledger_destroy(&(*live)->ledger);
    free(*live);
    *live = NULL;
}

static int
start_http(struct live *live, char trouble[LIVE_TROUBLE_SIZE])
{
    char why[160];

    if (live->options.http_listen == NULL) {
        return 1;
    }
    live->web = (struct web){ .live = live, .board = live->board };
    live->http = http_server_start(
            live->options.http_listen, web_routes, web_route_count, &live->web, why);
    if (live->http == NULL) {
        snprintf(trouble, LIVE_TROUBLE_SIZE, "the page cannot listen on %s: %s",
                live->options.http_listen, why);
    }
    return live->http != NULL;
}

static int
start_threads(struct live *live)
{
    if (!messenger_start(live->messenger) || !judge_thread_start(live->judge) ||
            (live->scribe != NULL && !control_scribe_start(live->scribe))) {
        return 0;
    }
    for (uint32_t i = 0; i < live->worker_count; i++) {
        if (!worker_start(live->workers[i])) {
            return 0;
        }
    }
    return live->keeper == NULL || is_transient(live) || keeper_start(live->keeper);
}

enum live_outcome
live_start(struct live *live, char trouble[LIVE_TROUBLE_SIZE])
{
    char unused[LIVE_TROUBLE_SIZE];

    snprintf(trouble, LIVE_TROUBLE_SIZE, "a thread could not be started");
    if (start_http(live, trouble) && start_threads(live)) {
        trouble[0] = '\0';
        return LIVE_OK;
    }
    live_stop(live, unused);
    return LIVE_BROKEN;
}

void
live_ask_stop(struct live *live)
{
    stop_raise(&live->stop);
}

int
live_stopping(const struct live *live)
{
    return stop_raised(&live->stop);
}

enum live_outcome
live_stop(struct live *live, char trouble[LIVE_TROUBLE_SIZE])
{
    enum live_outcome outcome = LIVE_OK;

    trouble[0] = '\0';
    live_ask_stop(live);
    for (uint32_t i = 0; i < live->worker_count; i++) {
        if (worker_stop(live->workers[i])) {
            snprintf(trouble, LIVE_TROUBLE_SIZE, "%s", worker_trouble(live->workers[i]));
            outcome = LIVE_REFUSED;
        }
    }
    stop_raise(&live->judge_stop);
    judge_thread_stop(live->judge);
    messenger_stop(live->messenger);
    judge_thread_settle(live->judge);
    docket_release(live->docket);
    if (live->keeper != NULL) {
        keeper_stop(live->keeper);
    }
    if (live->scribe != NULL) {
        control_scribe_stop(live->scribe);
    }
    http_server_stop(&live->http);
    return outcome;
}

int
live_offer_rules(struct live *live, const struct live_rules *rules)
{
    struct docket_rules offer = {
        .slot = rules->slot, .rules = rules->rules, .judge = rules->judge
    };

    live->swap.judge = live->judge;
    live->swap.workers = live->workers;
    live->swap.worker_count = live->worker_count;
    if (rules->rules != NULL) {
        messenger_watch(live->messenger, rule_set_brand_count(rules->rules));
    }
    return rule_swap_begin(&live->swap, &offer, ledger_shard_count(live->ledger));
}

uint32_t
live_wanted_revision(const struct live *live)
{
    uint32_t oldest = judge_thread_wanted_revision(live->judge);

    for (uint32_t i = 0; i < live->worker_count; i++) {
        uint32_t one = worker_wanted_revision(live->workers[i]);
        oldest = one != 0 && (oldest == 0 || one < oldest) ? one : oldest;
    }
    return oldest;
}

uint32_t
live_slots_used(const struct live *live)
{
    return judge_thread_slots_used(live->judge);
}

struct control_scribe *
live_scribe(struct live *live)
{
    return live->scribe;
}

struct ledger *
live_ledger(struct live *live)
{
    return live->ledger;
}

int
live_rules_settled(struct live *live)
{
    return rule_swap_step(&live->swap);
}

int64_t
live_rules_taken_ns(const struct live *live)
{
    uint64_t longest = 0;

    for (uint32_t i = 0; i < live->worker_count; i++) {
        uint64_t one = meter_read(&worker_meters(live->workers[i])->rules_taken_ns);
        longest = one > longest ? one : longest;
    }
    return (int64_t)longest;
}

enum worker_contact
live_kafka(const struct live *live)
{
    enum worker_contact contact = WORKER_NO_NEWS;

    for (uint32_t i = 0; i < live->worker_count; i++) {
        enum worker_contact one = worker_contact(live->workers[i]);
        if (one == WORKER_CONNECTED) {
            return one;
        }
        contact = one == WORKER_NO_NEWS ? contact : one;
    }
    return contact;
}

uint64_t
live_fate_count(const struct live *live, enum rebato_fate fate)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < live->worker_count; i++) {
        count += worker_fate_count(live->workers[i], fate);
    }
    return count;
}

uint64_t
live_record_count(const struct live *live)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < live->worker_count; i++) {
        count += meter_read(&worker_meters(live->workers[i])->records);
    }
    return count;
}

uint32_t
live_closed_bucket(const struct live *live)
{
    return judge_thread_closed(live->judge);
}

uint64_t
live_notices_delivered(const struct live *live)
{
    return messenger_delivered_count(live->messenger);
}

uint64_t
live_lost_count(const struct live *live)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < live->worker_count; i++) {
        count += meter_read(&worker_meters(live->workers[i])->lost_records);
    }
    return count;
}

uint16_t
live_http_port(const struct live *live)
{
    return live->http == NULL ? 0 : http_server_port(live->http);
}
