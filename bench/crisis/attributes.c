#include "crisis/attributes.h"

#include "crisis/intake.h"

#include "core/hash.h"

#include "fold/fold.h"
#include "fold/sketch.h"

#include "window/cell.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define EARLIEST_MS   86400000.0 /* a watch begins a bucket before its first mention */
#define AGE_MOST_DAYS 36500
#define LATEST_MS     40000000000000.0 /* what a bucket can be numbered for */
#define ROOTS_KEPT    4096             /* of a brand, for whoever passes one on */

struct brand_watch {
    uint64_t key;
    char *name; /* as JSON */
    struct panel *panel;
    struct intake *intake;
    uint64_t *roots; /* by their lowest bits, the last one stays */
};

struct court {
    struct tiers tiers;
    struct brand_watch *brands; /* in the order in which they were first heard of */
    size_t count, capacity;
    uint32_t *places; /* open addressing: number of the brand + 1 */
    size_t place_count;
    int64_t clock_ms;
    struct folded *folded;
};

/* ---- brands ---- */

static uint32_t *
place_of(const struct court *court, uint64_t key)
{
    size_t at = (size_t)key % court->place_count;
    while (court->places[at] != 0 && court->brands[court->places[at] - 1].key != key) {
        at = (at + 1) % court->place_count;
    }
    return &court->places[at];
}

static int
grow(struct court *court)
{
    size_t capacity = court->capacity == 0 ? 64 : 2 * court->capacity;
    struct brand_watch *brands = realloc(court->brands, capacity * sizeof *brands);
    uint32_t *places = calloc(4 * capacity, sizeof *places);

    court->brands = brands == NULL ? court->brands : brands;
    if (brands == NULL || places == NULL) {
        free(places);
        return 0;
    }
    free(court->places);
    court->capacity = capacity;
    court->places = places;
    court->place_count = 4 * capacity;
    for (size_t i = 0; i < court->count; i++) {
        *place_of(court, brands[i].key) = (uint32_t)i + 1;
    }
    return 1;
}

static void
fold(void *context, const struct brand_bucket *bucket)
{
    struct panel *panel = context;
    panel_fold(panel, bucket);
}

static void
drop_brand(struct brand_watch *watch)
{
    intake_destroy(&watch->intake);
    panel_destroy(&watch->panel);
    free(watch->roots);
    free(watch->name);
}

static struct brand_watch *
add_brand(struct court *court, uint64_t key, const char *name, int64_t time_ms)
{
    struct brand_watch watch = { .key = key, .name = strdup(name) };

    watch.panel = watch.name == NULL ? NULL : panel_create(&court->tiers, name);
    watch.intake = watch.panel == NULL ? NULL : intake_create(fold, watch.panel);
    watch.roots = calloc(ROOTS_KEPT, sizeof *watch.roots);
    if (watch.intake == NULL || watch.roots == NULL) {
        drop_brand(&watch);
        return NULL;
    }
    panel_begin(watch.panel, time_ms);
    court->brands[court->count] = watch;
    *place_of(court, key) = (uint32_t)++court->count;
    return &court->brands[court->count - 1];
}

static struct brand_watch *
brand_of(struct court *court, const json_t *brand, int64_t time_ms)
{
    char *name = json_dumps(brand, JSON_ENCODE_ANY | JSON_COMPACT);
    struct brand_watch *watch = NULL;

    if (name != NULL && (court->count < court->capacity || grow(court))) {
        uint64_t key = hash_view(view_of(name), 0);
        uint32_t number = *place_of(court, key);
        watch = number > 0 ? &court->brands[number - 1] : add_brand(court, key, name, time_ms);
    }
    free(name);
    return watch;
}

/* ---- one line ---- */

/* Anything that names something: 0 for what is absent, null, 0 or empty. */
static uint64_t
identity(const json_t *value)
{
    if (json_is_string(value)) {
        const struct view text = { json_string_value(value), json_string_length(value) };
        return text.size == 0 ? 0 : hash_view(text, 1) | 1;
    }
    if (json_is_number(value)) {
        double number = json_number_value(value);
        json_int_t whole = json_is_integer(value) ? json_integer_value(value) : (json_int_t)number;
        return whole == 0 ? 0 : hash_bytes(&whole, sizeof whole) | 1;
    }
    return 0;
}

static int
is_set(const json_t *value)
{
    return json_is_true(value) || (json_is_number(value) && json_number_value(value) != 0);
}

static enum signal
signal_of(const json_t *line)
{
    const json_t *name = json_object_get(line, "signal");
    if (!is_set(json_object_get(line, "complaint"))) {
        return SIGNAL_COUNT;
    }
    enum signal signal =
            json_is_string(name) ? signal_find(view_of(json_string_value(name))) : SIGNAL_COMPLAINT;
    if (signal == SIGNAL_COUNT || signal_kind_of(signal) != SIGNAL_KIND_COMPLAINT) {
        signal = SIGNAL_COMPLAINT;
    }
    return signal;
}

static int
read_time(const json_t *value, int64_t *time_ms)
{
    double number = json_number_value(value);
    if (!json_is_number(value) || number < EARLIEST_MS || number >= LATEST_MS) {
        return 0;
    }
    *time_ms = (int64_t)number;
    return 1;
}

/* 0 is what is absent, as everywhere: an account of today is half a day old. */
static int32_t
age_of(const json_t *value)
{
    double days = json_number_value(value);
    return json_is_number(value) && days > 0 && days < AGE_MOST_DAYS ? (int32_t)days : AGE_UNKNOWN;
}

/* A text is read as the product reads it; what has no words, a number for instance, stands for itself. */
static uint64_t
wording_of(struct court *court, const json_t *value)
{
    struct view text = { json_string_value(value), json_string_length(value) };

    if (!json_is_string(value)) {
        return identity(value);
    }
    if (text.size > TEXT_SIZE_MAX) {
        return hash_view(text, 1) | 1; /* no post is that long */
    }
    fold_text(text, FOLD_SQUEEZE_REPEATS, court->folded);
    uint64_t sketch = sketch_of(folded_view(court->folded));
    return sketch != 0 ? sketch : identity(value);
}

/* Who passes on what others have written? A root may be given for every post: one that is the post itself, or that
 * nobody has named before, is no other's. */
static int
is_reshared(struct brand_watch *watch, uint64_t root, uint64_t id)
{
    if (root == 0) {
        return 0;
    }
    uint64_t *kept = &watch->roots[root / 2 % ROOTS_KEPT]; /* the lowest bit is set in all */
    int known = *kept == root;
    *kept = root;
    return known && root != id;
}

enum outcome { LINE_TAKEN, LINE_WRONG, LINE_FAILED };

static enum outcome
take(struct court *court, const json_t *line)
{
    const json_t *brand = json_object_get(line, "brand");
    struct heard heard = { .id = identity(json_object_get(line, "id")),
        .author = identity(json_object_get(line, "author")),
        .signal = signal_of(line),
        .age_days = age_of(json_object_get(line, "age")),
        .wording = wording_of(court, json_object_get(line, "text")) };
    int64_t arrived_ms;

    if (brand == NULL || !read_time(json_object_get(line, "t"), &heard.time_ms)) {
        return LINE_WRONG;
    }
    if (!read_time(json_object_get(line, "arrived"), &arrived_ms)) {
        arrived_ms = heard.time_ms;
    }
    /* A post from the future must not close what others still fill. */
    int64_t now_ms = heard.time_ms < arrived_ms ? heard.time_ms : arrived_ms;
    court->clock_ms = now_ms > court->clock_ms ? now_ms : court->clock_ms;
    if (is_set(json_object_get(line, "official"))) {
        return LINE_TAKEN;
    }
    struct brand_watch *watch = brand_of(court, brand, court->clock_ms - ALLOW_MS);
    if (watch == NULL) {
        return LINE_FAILED;
    }
    heard.reshared = is_reshared(watch, identity(json_object_get(line, "root")), heard.id);
    if (!intake_hear(watch->intake, &heard, court->clock_ms)) {
        return LINE_FAILED;
    }
    return LINE_TAKEN;
}

/* ---- what came of it ---- */

static void
print_alarm(const struct alarm *alarm, const char *brand, const char *tier, FILE *out)
{
    (void)fprintf(out, "{\"brand\":%s,\"onset\":%" PRId64 ",\"opened\":%" PRId64, brand,
            alarm->onset_ms, alarm->opened_ms);
    if (alarm->resolved_ms == TIME_NONE) {
        (void)fputs(",\"resolved\":null", out);
    } else {
        (void)fprintf(out, ",\"resolved\":%" PRId64, alarm->resolved_ms);
    }
    (void)fprintf(out, ",\"tier\":\"%s\"}\n", tier);
}

static int64_t
end_of(const struct alarm *alarm)
{
    return alarm->resolved_ms == TIME_NONE ? INT64_MAX : alarm->resolved_ms;
}

static int
overlaps(const struct alarm *alarm, const struct alarm_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct alarm *other = &list->alarms[i];
        if (!other->coordinated && alarm->opened_ms <= end_of(other) &&
                other->opened_ms <= end_of(alarm)) {
            return 1;
        }
    }
    return 0;
}

static const char *
tier_of(const struct alarm *alarm, const struct alarm_list *critical)
{
    if (alarm->coordinated) {
        return "coordinated";
    }
    return overlaps(alarm, critical) ? "critical" : "page";
}

void
attributes_print(const struct panel *panel, const char *brand, FILE *out)
{
    const struct alarm_list *pages = panel_alarms(panel, TIER_PAGE);
    const struct alarm_list *watched = panel_alarms(panel, TIER_WATCH);
    const struct alarm_list *critical = panel_alarms(panel, TIER_CRITICAL);
    size_t page = 0;

    for (size_t i = 0; i <= watched->count; i++) {
        int64_t until_ms = i < watched->count ? watched->alarms[i].opened_ms : INT64_MAX;
        for (; page < pages->count && pages->alarms[page].opened_ms <= until_ms; page++) {
            const struct alarm *alarm = &pages->alarms[page];
            print_alarm(alarm, brand, tier_of(alarm, critical), out);
        }
        if (i < watched->count && !watched->alarms[i].coordinated &&
                !overlaps(&watched->alarms[i], pages)) {
            print_alarm(&watched->alarms[i], brand, "watch", out);
        }
    }
}

static void
finish_brand(struct court *court, struct brand_watch *watch, FILE *out)
{
    if (out != NULL) {
        intake_end(watch->intake);
        panel_end(watch->panel, court->clock_ms);
        attributes_print(watch->panel, watch->name, out);
    }
    drop_brand(watch);
}

static enum outcome
take_text(struct court *court, const char *text, size_t size)
{
    json_t *line = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    enum outcome outcome = json_is_object(line) ? take(court, line) : LINE_WRONG;
    json_decref(line);
    return outcome;
}

static int
take_file(struct court *court, FILE *file)
{
    char *text = NULL;
    size_t room = 0;
    uint64_t wrong = 0;
    ssize_t size;
    int fine = 1;

    while (fine && (size = getline(&text, &room, file)) > 0) {
        enum outcome outcome = take_text(court, text, (size_t)size);
        fine = outcome != LINE_FAILED;
        wrong += outcome == LINE_WRONG;
    }
    free(text);
    if (wrong > 0) {
        (void)fprintf(stderr, "%" PRIu64 " lines are no mentions and were passed over\n", wrong);
    }
    return fine && !ferror(file);
}

int
attributes_judge(const char *path, FILE *out)
{
    struct court court = { .folded = malloc(sizeof *court.folded) };
    FILE *file = court.folded == NULL ? NULL : fopen(path, "r");
    int fine = file != NULL;

    tiers_init(&court.tiers);
    if (fine) {
        fine = take_file(&court, file);
        (void)fclose(file);
    }
    if (!fine) {
        (void)fprintf(stderr, "%s: cannot be read to its end\n", path);
    }
    for (size_t i = 0; i < court.count; i++) {
        finish_brand(&court, &court.brands[i], fine ? out : NULL);
    }
    free(court.brands);
    free(court.places);
    free(court.folded);
    return fine ? 0 : 2;
}
