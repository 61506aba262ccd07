#include "replay/summary.h"

#include "core/limits.h"
#include "core/names.h"
#include "core/text/calendar.h"
#include "match/signal.h"
#include "mention/mention.h"
#include "window/cell.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#define DAY_BUCKETS (24 * 3600 / BUCKET_SECONDS)

static const char *const hole_names[HOLE_SORTS] = {
    [HOLE_MISSING] = "missing", [HOLE_STALE] = "stale"
};

struct summary_day {
    uint32_t day; /* since 1970 */
    uint64_t total;
};

struct summary_brand {
    uint64_t total;
    uint64_t late;
    uint64_t official;
    uint64_t signals[SIGNAL_COUNT];
    struct summary_day *days; /* in rising order */
    size_t day_count;
    size_t day_capacity;
    const struct hole_list *holes[HOLE_SORTS]; /* NULL: none */
};

struct summary {
    struct names *names;
    struct summary_brand *brands; /* by number of the name */
    size_t capacity;
};

struct summary *
summary_create(void)
{
    struct summary *summary = calloc(1, sizeof *summary);

    if (summary == NULL) {
        return NULL;
    }
    summary->names = names_create(BRANDS_MAX);
    if (summary->names == NULL) {
        summary_destroy(&summary);
    }
    return summary;
}

void
summary_destroy(struct summary **summary)
{
    if (*summary == NULL) {
        return;
    }
    for (size_t i = 0; i < (*summary)->capacity; i++) {
        free((*summary)->brands[i].days);
    }
    free((*summary)->brands);
    names_destroy(&(*summary)->names);
    free(*summary);
    *summary = NULL;
}

static struct summary_brand *
brand_of(struct summary *summary, struct view id)
{
    uint32_t number = names_number(summary->names, id);

    assert(number != NAME_NONE);
    if (number >= summary->capacity) {
        size_t capacity = 2 * ((size_t)number + 8);
        struct summary_brand *more = realloc(summary->brands, capacity * sizeof *more);
        assert(more != NULL);
        memset(more + summary->capacity, 0, (capacity - summary->capacity) * sizeof *more);
        summary->brands = more;
        summary->capacity = capacity;
    }
    return &summary->brands[number];
}

static void
add_day(struct summary_brand *brand, uint32_t day, uint64_t count)
{
    if (brand->day_count == 0 || brand->days[brand->day_count - 1].day != day) {
        if (brand->day_count == brand->day_capacity) {
            size_t capacity = brand->day_capacity == 0 ? 16 : 2 * brand->day_capacity;
            struct summary_day *more = realloc(brand->days, capacity * sizeof *more);
            assert(more != NULL);
            brand->days = more;
            brand->day_capacity = capacity;
        }
        brand->days[brand->day_count++] = (struct summary_day){ .day = day };
    }
    brand->days[brand->day_count - 1].total += count;
}

static void
add_signal(struct summary_brand *brand, const struct summary_cell *cell)
{
    enum signal signal = signal_find(view_slice(cell->dim, strlen(DIM_SIGNAL), cell->dim.size));

    if (signal != SIGNAL_COUNT) {
        brand->signals[signal] += cell->count;
    }
}

void
summary_add(struct summary *summary, struct view id, const struct summary_cell *cell)
{
    struct summary_brand *brand = brand_of(summary, id);

    if (view_equal(cell->dim, VIEW(DIM_TOTAL))) {
        brand->total += cell->kind == SUMMARY_ON_TIME ? cell->count : 0;
        brand->late += cell->kind == SUMMARY_LATE ? cell->count : 0;
        add_day(brand, cell->bucket / DAY_BUCKETS, cell->count);
    } else if (view_equal(cell->dim, VIEW(DIM_OFFICIAL))) {
        brand->official += cell->count;
    } else if (view_starts(cell->dim, VIEW(DIM_SIGNAL))) {
        add_signal(brand, cell);
    }
}

void
summary_hole(
        struct summary *summary, struct view id, enum hole_sort sort, const struct hole_list *holes)
{
    brand_of(summary, id)->holes[sort] = holes;
}

static void
print_day(uint32_t day, char text[CALENDAR_TEXT_SIZE])
{
    calendar_print((int64_t)day * 24 * 3600 * 1000, text);
    text[10] = '\0'; /* the date of "2015-02-22T00:00:00Z" */
}

static json_t *
time_json(int64_t time_ms)
{
    char text[CALENDAR_TEXT_SIZE];

    return time_ms == INT64_MIN ? json_null() : json_string(calendar_print(time_ms, text));
}

static json_t *
holes_json(const struct hole_list *holes)
{
    json_t *spans = json_array();
    json_t *json = json_object();

    for (size_t i = 0; i < holes->count; i++) {
        json_t *span = json_object();
        json_object_set_new(span, "from", time_json(holes->at[i].from_ms));
        json_object_set_new(span, "to", time_json(holes->at[i].to_ms));
        json_array_append_new(spans, span);
    }
    json_object_set_new(json, "left_out", json_integer((json_int_t)holes->left_out));
    json_object_set_new(json, "seconds", json_integer((json_int_t)(holes->sum_ms / 1000)));
    json_object_set_new(json, "spans", spans);
    return json;
}

static json_t *
brand_json(const struct summary_brand *brand)
{
    json_t *json = json_object();
    json_t *signals = json_object();
    json_t *days = json_object();
    char text[CALENDAR_TEXT_SIZE];

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (brand->signals[i] > 0) {
            json_object_set_new(signals, signal_name((enum signal)i),
                    json_integer((json_int_t)brand->signals[i]));
        }
    }
    for (size_t i = 0; i < brand->day_count; i++) {
        print_day(brand->days[i].day, text);
        json_object_set_new(days, text, json_integer((json_int_t)brand->days[i].total));
    }
    json_object_set_new(json, "total", json_integer((json_int_t)brand->total));
    json_object_set_new(json, "late", json_integer((json_int_t)brand->late));
    json_object_set_new(json, "official", json_integer((json_int_t)brand->official));
    json_object_set_new(json, "signals", signals);
    json_object_set_new(json, "days", days);
    for (size_t sort = 0; sort < HOLE_SORTS; sort++) {
        if (brand->holes[sort] != NULL) {
            json_object_set_new(json, hole_names[sort], holes_json(brand->holes[sort]));
        }
    }
    return json;
}

static json_t *
surge_json(const struct surge_seen *surge)
{
    json_t *json = json_object();
    json_t *brands = json_array();

    for (size_t i = 0; i < surge->named; i++) {
        json_array_append_new(brands, json_string(surge->brands[i]));
    }
    json_object_set_new(json, "begun", time_json(surge->begun_ms));
    json_object_set_new(json, "brand_count", json_integer((json_int_t)surge->brand_count));
    json_object_set_new(json, "brands", brands);
    json_object_set_new(json, "id", json_string(surge->id));
    json_object_set_new(json, "onset", time_json(surge->onset_ms));
    return json;
}

static json_t *
surges_json(const struct surges *surges)
{
    json_t *json = json_array();

    for (size_t i = 0; surges != NULL && i < surges_count(surges); i++) {
        json_array_append_new(json, surge_json(surges_at(surges, i)));
    }
    return json;
}

char *
summary_json(const struct summary *summary, const struct summary_facts *facts)
{
    json_t *json = json_object();
    json_t *fates = json_object();
    json_t *brands = json_object();

    for (size_t i = 0; i < REBATO_FATE_COUNT; i++) {
        json_object_set_new(
                fates, fate_name((enum rebato_fate)i), json_integer((json_int_t)facts->fates[i]));
    }
    for (uint32_t i = 0; i < names_count(summary->names); i++) {
        json_object_set_new(
                brands, names_text(summary->names, i).at, brand_json(&summary->brands[i]));
    }
    json_object_set_new(json, "type", json_string("summary"));
    json_object_set_new(json, "received", json_integer((json_int_t)facts->received));
    json_object_set_new(json, "fates", fates);
    json_object_set_new(json, "first", time_json(facts->first_ms));
    json_object_set_new(json, "last", time_json(facts->last_ms));
    json_object_set_new(json, "incidents", json_integer((json_int_t)facts->incidents));
    json_object_set_new(json, "rules", json_string(facts->rules_digest));
    json_object_set_new(json, "brands", brands);
    json_object_set_new(json, "surges", surges_json(facts->surges));
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(json);
    return text;
}

static uint64_t
complaints_of(const struct summary_brand *brand)
{
    uint64_t most = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (signal_kind_of((enum signal)i) == SIGNAL_KIND_COMPLAINT) {
            most += brand->signals[i];
        }
    }
    return most;
}

static void
print_brand(const struct summary *summary, uint32_t number, FILE *out)
{
    const struct summary_brand *brand = &summary->brands[number];
    const struct summary_day *busiest = NULL;
    char text[CALENDAR_TEXT_SIZE] = "-";

    for (size_t i = 0; i < brand->day_count; i++) {
        if (busiest == NULL || brand->days[i].total > busiest->total) {
            busiest = &brand->days[i];
        }
    }
    if (busiest != NULL) {
        print_day(busiest->day, text);
    }
    fprintf(out,
            "  %-22s %9" PRIu64 " %10" PRIu64 " %9" PRIu64 " %7" PRIu64 "   %s (%" PRIu64 ")\n",
            names_text(summary->names, number).at, brand->total, complaints_of(brand),
            brand->official, brand->late, text, busiest == NULL ? 0 : busiest->total);
}

static void
print_surge(const struct surge_seen *surge, FILE *out)
{
    char onset[CALENDAR_TEXT_SIZE];

    fprintf(out, "\n  platform-wide surge since about %s: %zu brands",
            calendar_print(surge->onset_ms, onset), surge->brand_count);
    for (size_t i = 0; i < surge->named; i++) {
        fprintf(out, "%s%s", i == 0 ? ": " : ", ", surge->brands[i]);
    }
    fputc('\n', out);
}

/* A line for each span, in order of time within its brand. */
static void
print_holes(const struct summary *summary, uint32_t number, FILE *out)
{
    for (size_t sort = 0; sort < HOLE_SORTS; sort++) {
        const struct hole_list *holes = summary->brands[number].holes[sort];
        for (size_t i = 0; holes != NULL && i < holes->count; i++) {
            char from[CALENDAR_TEXT_SIZE];
            char to[CALENDAR_TEXT_SIZE];
            fprintf(out, "  %-22s %-9s %s to %s\n", names_text(summary->names, number).at,
                    hole_names[sort], calendar_print(holes->at[i].from_ms, from),
                    calendar_print(holes->at[i].to_ms, to));
        }
        if (holes != NULL && holes->left_out > 0) {
            fprintf(out, "  %-22s %-9s and %" PRIu64 " spans more\n",
                    names_text(summary->names, number).at, hole_names[sort], holes->left_out);
        }
    }
}

static int
has_holes(const struct summary_brand *brand)
{
    return brand->holes[HOLE_MISSING] != NULL || brand->holes[HOLE_STALE] != NULL;
}

void
summary_print(const struct summary *summary, const struct summary_facts *facts, FILE *out)
{
    char first[CALENDAR_TEXT_SIZE] = "-";
    char last[CALENDAR_TEXT_SIZE] = "-";

    if (facts->first_ms != INT64_MIN) {
        calendar_print(facts->first_ms, first);
        calendar_print(facts->last_ms, last);
    }
    fprintf(out, "%" PRIu64 " records, %s to %s, %" PRIu64 " incident(s), rules %s\n",
            facts->received, first, last, facts->incidents, facts->rules_digest);
    for (size_t i = 0; i < REBATO_FATE_COUNT; i++) {
        if (facts->fates[i] > 0) {
            fprintf(out, "  %-14s %9" PRIu64 "  %s\n", fate_name((enum rebato_fate)i),
                    facts->fates[i], fate_meaning((enum rebato_fate)i));
        }
    }
    if (names_count(summary->names) > 0) {
        fprintf(out, "\n  %-22s %9s %10s %9s %7s   %s\n", "brand", "mentions", "complaints",
                "official", "late", "busiest day");
    }
    for (uint32_t i = 0; i < names_count(summary->names); i++) {
        print_brand(summary, i, out);
    }
    for (size_t i = 0; facts->surges != NULL && i < surges_count(facts->surges); i++) {
        print_surge(surges_at(facts->surges, i), out);
    }
    int holes = 0;
    for (uint32_t i = 0; i < names_count(summary->names); i++) {
        if (has_holes(&summary->brands[i]) && !holes++) {
            fprintf(out, "\n  %-22s what did not come, or came too late to be judged\n", "input");
        }
        print_holes(summary, i, out);
    }
}
