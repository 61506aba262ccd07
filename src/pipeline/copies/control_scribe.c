#include "pipeline/copies/control_scribe.h"

#include "core/arena.h"
#include "core/hash.h"
#include "core/process/clock.h"
#include "core/process/log.h"
#include "core/process/thread.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* Between two looks at what the judge left. */
#define TURN_MS 100
/* Before a log that could not be read or written is tried again. */
#define RETRY_MS 2000
/* Revisions noted and not written yet: the whole list of them. */
#define NOTED_RULES_MAX REVISIONS_MAX

/* What the judge saw last of a shard. */
struct seen {
    struct arena *texts; /* NULL: nothing */
    struct ledger_lapse *lapses;
    size_t count;
    uint64_t hash;
    int fresh; /* not compared with the log yet */
};

struct noted_rules {
    struct revision revision;
    char *text; /* malloc'd */
    size_t size;
};

struct control_scribe {
    /* Fixed at creation. */
    struct control_scribe_options options;

    /* Owned by the scribe's thread. */
    struct control_store *store;
    struct control *log; /* as it was read, and what was appended since; NULL: has to be read */
    int64_t retry_ms;
    int said; /* that it is away */

    pthread_mutex_t lock; /* around everything below */
    struct seen shards[SHARDS_MAX];
    int stale; /* a shard is new to us: others may have written since */
    struct noted_rules rules[NOTED_RULES_MAX];
    size_t rules_count; /* of those, in order of number */

    struct stop_flag stop;
    struct thread thread;
};

struct control_scribe *
control_scribe_create(
        const struct control_scribe_options *options, char trouble[CONTROL_TROUBLE_SIZE])
{
    struct control_scribe *scribe = calloc(1, sizeof *scribe);

    if (scribe == NULL) {
        snprintf(trouble, CONTROL_TROUBLE_SIZE, "out of memory");
        return NULL;
    }
    scribe->options = *options;
    pthread_mutex_init(&scribe->lock, NULL);
    scribe->store = control_store_create(&options->store, trouble);
    if (scribe->store == NULL) {
        control_scribe_destroy(&scribe);
    }
    return scribe;
}

void
control_scribe_destroy(struct control_scribe **scribe)
{
    if (*scribe == NULL) {
        return;
    }
    for (size_t i = 0; i < SHARDS_MAX; i++) {
        arena_destroy(&(*scribe)->shards[i].texts);
    }
    for (size_t i = 0; i < (*scribe)->rules_count; i++) {
        free((*scribe)->rules[i].text);
    }
    control_store_destroy(&(*scribe)->store);
    control_destroy(&(*scribe)->log);
    pthread_mutex_destroy(&(*scribe)->lock);
    free(*scribe);
    *scribe = NULL;
}

/* ---- what is left for the scribe ---- */

void
control_scribe_note_revision(
        struct control_scribe *scribe, const struct revision *revision, struct view text)
{
    struct noted_rules rules = {
        .revision = *revision, .text = malloc(text.size + 1), .size = text.size
    };

    assert(rules.text != NULL);
    if (text.size > 0) {
        memcpy(rules.text, text.at, text.size);
    }
    pthread_mutex_lock(&scribe->lock);
    scribe->stale = 1; /* others may have written it */
    if (scribe->rules_count < NOTED_RULES_MAX) {
        scribe->rules[scribe->rules_count++] = rules;
        rules.text = NULL;
    }
    pthread_mutex_unlock(&scribe->lock);
    free(rules.text);
}

void
control_scribe_take_shard(void *context, uint32_t shard)
{
    struct control_scribe *scribe = context;

    pthread_mutex_lock(&scribe->lock);
    scribe->stale = 1;
    arena_destroy(&scribe->shards[shard].texts);
    scribe->shards[shard] = (struct seen){ .texts = NULL };
    pthread_mutex_unlock(&scribe->lock);
}

static uint64_t
hash_of(const struct ledger_lapse *lapses, size_t count)
{
    uint64_t hash = count;

    for (size_t i = 0; i < count; i++) {
        const int64_t numbers[] = { lapses[i].partition, lapses[i].offset, lapses[i].through };
        struct view bytes = { .at = (const char *)numbers, .size = sizeof numbers };
        hash = hash_view(lapses[i].topic, hash_view(bytes, hash));
    }
    return hash;
}

static void
copy_lapses(struct seen *seen, const struct ledger_lapse *lapses, size_t count)
{
    arena_destroy(&seen->texts);
    seen->texts = arena_create();
    assert(seen->texts != NULL);
    seen->lapses = arena_take(seen->texts, (count + 1) * sizeof *lapses);
    assert(seen->lapses != NULL);
    for (size_t i = 0; i < count; i++) {
        seen->lapses[i] = lapses[i];
        seen->lapses[i].topic = arena_copy(seen->texts, lapses[i].topic);
        assert(seen->lapses[i].topic.at != NULL);
    }
    seen->count = count;
    seen->fresh = 1;
}

void
control_scribe_note(void *context, uint32_t shard, const struct ledger_lapse *lapses, size_t count)
{
    struct control_scribe *scribe = context;
    struct seen *seen = &scribe->shards[shard];
    uint64_t hash = hash_of(lapses, count);

    pthread_mutex_lock(&scribe->lock);
    if (seen->texts == NULL || seen->hash != hash) {
        copy_lapses(seen, lapses, count);
        seen->hash = hash;
    }
    pthread_mutex_unlock(&scribe->lock);
}

/* ---- the scribe's thread ---- */

/* Everything has to be compared anew: after a failure it is not known what is in the log. */
static void
start_over(struct control_scribe *scribe, const char *why)
{
    if (!scribe->said) {
        log_event(LOG_WARN, "control_log_away", "why=\"%s\"", why);
        scribe->said = 1;
    }
    scribe->retry_ms = clock_monotonic_ms() + RETRY_MS;
    control_destroy(&scribe->log);
    for (size_t i = 0; i < SHARDS_MAX; i++) {
        scribe->shards[i].fresh = scribe->shards[i].texts != NULL;
    }
}

static int
append(struct control_scribe *scribe, const char *key, char *line)
{
    char trouble[CONTROL_TROUBLE_SIZE];
    int fine = control_store_append(scribe->store, key, line) &&
               control_take(scribe->log, view_of(line), trouble);

    free(line);
    return fine;
}

static int
append_idle(struct control_scribe *scribe, const struct control_idle *idle, char *line)
{
    char *key = control_idle_key(idle);
    int fine = append(scribe, key, line);

    free(key);
    return fine;
}

/* The log must be this deployment's. Settings that a person may change are said again. */
static int
head_log(struct control_scribe *scribe, char trouble[CONTROL_TROUBLE_SIZE])
{
    const struct control_header *wanted = &scribe->options.header;
    const struct control_header *found = control_header(scribe->log);

    if (found != NULL && (strcmp(found->deployment, wanted->deployment) != 0 ||
                                 strcmp(found->name_space, wanted->name_space) != 0 ||
                                 found->shards != wanted->shards)) {
        snprintf(trouble, CONTROL_TROUBLE_SIZE,
                "it is that of deployment %.60s, namespace %.60s, %u shards", found->deployment,
                found->name_space, found->shards);
        return 0;
    }
    char *line = control_header_line(wanted);
    char *there = found == NULL ? NULL : control_header_line(found);
    int same = there != NULL && strcmp(line, there) == 0;
    free(there);
    if (same) {
        free(line);
        return 1;
    }
    snprintf(trouble, CONTROL_TROUBLE_SIZE, "it cannot be written");
    return append(scribe, "control", line);
}

static int
open_log(struct control_scribe *scribe, char trouble[CONTROL_TROUBLE_SIZE])
{
    size_t torn = 0;

    control_destroy(&scribe->log);
    scribe->log = control_create();
    assert(scribe->log != NULL);
    if (!control_store_read(scribe->store, scribe->log, &torn, trouble)) {
        return 0;
    }
    if (torn > 0) {
        log_event(LOG_WARN, "control_log_torn", "advice=\"its last line was cut off\"");
    }
    return head_log(scribe, trouble);
}

/* One shard, with the lock held by nobody: `seen` is ours. */
static int
write_shard(struct control_scribe *scribe, uint32_t shard, const struct seen *seen)
{
    struct control_changes changes;
    int fine = 1;

    control_compare(scribe->log, shard, seen->lapses, seen->count, &changes);
    for (size_t i = 0; fine && i < changes.added_count; i++) {
        fine = append_idle(scribe, &changes.added[i], control_idle_line(&changes.added[i]));
    }
    for (size_t i = 0; fine && i < changes.voided_count; i++) {
        fine = append_idle(scribe, &changes.voided[i], control_void_line(&changes.voided[i]));
    }
    if (changes.added_count + changes.voided_count > 0) {
        log_event(LOG_INFO, "control_log", "shard=%u added=%zu voided=%zu", shard,
                changes.added_count, changes.voided_count);
    }
    control_changes_fini(&changes);
    return fine;
}

/* The log has it already, of this process or of another one. */
static int
is_listed(const struct control *log, const struct revision *revision)
{
    for (size_t i = 0; i < control_rules_count(log); i++) {
        const struct control_rules *rules = control_rules_at(log, i);
        if (rules->number == revision->number && rules->from == revision->from &&
                strcmp(rules->digest, revision->name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int
has_text(const struct control *log, const char *digest)
{
    size_t size = 0;
    char *text = control_rules_text(log, digest, &size);
    int has = text != NULL;

    free(text);
    return has;
}

static int
append_text(void *context, const char *key, char *line)
{
    if (line == NULL) {
        log_event(LOG_WARN, "control_log_lacks", "what=%s why=%s", key, "a rule file is no UTF-8");
        return 1;
    }
    return append(context, key, line);
}

static int
write_text(struct control_scribe *scribe, const struct noted_rules *rules)
{
    struct view text = { .at = rules->text, .size = rules->size };

    return control_text_lines(rules->revision.name, text, append_text, scribe);
}

static int
write_revision(struct control_scribe *scribe, const struct noted_rules *noted)
{
    struct control_rules rules = { .digest = noted->revision.name,
        .number = noted->revision.number,
        .from = noted->revision.from };
    char key[32];

    if (noted->size > 0 && !has_text(scribe->log, rules.digest) && !write_text(scribe, noted)) {
        return 0;
    }
    snprintf(key, sizeof key, "rules:%" PRIu32, rules.number);
    return is_listed(scribe->log, &noted->revision) ||
           append(scribe, key, control_rules_line(&rules));
}

static int
write_rules(struct control_scribe *scribe)
{
    int fine = 1;

    for (size_t i = 0; fine && i < scribe->rules_count; i++) {
        fine = write_revision(scribe, &scribe->rules[i]);
    }
    for (size_t i = 0; fine && i < scribe->rules_count; i++) {
        free(scribe->rules[i].text);
    }
    scribe->rules_count = fine ? 0 : scribe->rules_count;
    return fine;
}

/* With the lock held: what is written are a few hundred bytes into a buffer of the system or of the producer. */
static int
write_news(struct control_scribe *scribe)
{
    int fine = write_rules(scribe);

    for (uint32_t shard = 0; fine && shard < SHARDS_MAX; shard++) {
        struct seen *seen = &scribe->shards[shard];
        if (seen->fresh) {
            fine = write_shard(scribe, shard, seen);
            seen->fresh = 0;
        }
    }
    return fine;
}

static int
has_news(const struct control_scribe *scribe)
{
    size_t fresh = scribe->rules_count;

    for (size_t i = 0; i < SHARDS_MAX; i++) {
        fresh += scribe->shards[i].fresh != 0;
    }
    return fresh > 0;
}

/* Reads the log when it has to be, without the lock: that may take seconds. */
static int
ready(struct control_scribe *scribe, char trouble[CONTROL_TROUBLE_SIZE])
{
    pthread_mutex_lock(&scribe->lock);
    int news = has_news(scribe);
    int stale = scribe->stale || scribe->log == NULL;
    scribe->stale = news ? 0 : scribe->stale;
    pthread_mutex_unlock(&scribe->lock);
    trouble[0] = '\0';
    return news && (!stale || open_log(scribe, trouble));
}

static void
turn(struct control_scribe *scribe)
{
    char trouble[CONTROL_TROUBLE_SIZE];
    int fine = ready(scribe, trouble);

    if (!fine && trouble[0] == '\0') {
        return; /* nothing new */
    }
    pthread_mutex_lock(&scribe->lock);
    fine = fine && write_news(scribe);
    pthread_mutex_unlock(&scribe->lock);
    fine = fine && control_store_flush(scribe->store);
    pthread_mutex_lock(&scribe->lock);
    if (!fine) {
        start_over(scribe, trouble[0] == '\0' ? "it cannot be written" : trouble);
    }
    pthread_mutex_unlock(&scribe->lock);
    if (fine && scribe->said) {
        log_event(LOG_INFO, "control_log_back", "shards=%u", scribe->options.header.shards);
        scribe->said = 0;
    }
}

static void *
run(void *argument)
{
    struct control_scribe *scribe = argument;

    while (!stop_raised(&scribe->stop)) {
        if (clock_monotonic_ms() >= scribe->retry_ms) {
            turn(scribe);
        }
        clock_sleep_ms(TURN_MS);
    }
    turn(scribe);
    return NULL;
}

int
control_scribe_start(struct control_scribe *scribe)
{
    return thread_start(&scribe->thread, "control", run, scribe);
}

void
control_scribe_stop(struct control_scribe *scribe)
{
    stop_raise(&scribe->stop);
    thread_join(&scribe->thread);
}
