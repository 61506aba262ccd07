#include "harness/report.h"

#include <inttypes.h>
#include <stdio.h>

static json_t *
describe_calibration(const struct calibration *calibration)
{
    return json_pack("{s:f, s:f, s:f}", "alu_ns_per_step", calibration->alu_ns,
            "memory_read_ns_per_384B", calibration->memory_ns, "copy_ns_per_384B",
            calibration->copy_ns);
}

static void
describe_material(json_t *report, const struct bench_options *options)
{
    if ((options->wishes & BENCH_SEEDED) != 0) {
        json_object_set_new(report, "seed", json_integer((json_int_t)options->seed));
        json_object_set_new(report, "kind", json_string(options->kind));
        return;
    }
    if (options->rules != NULL) {
        json_object_set_new(report, "rules", json_string(options->rules));
    }
    if (options->corpus != NULL) {
        json_object_set_new(report, "corpus", json_string(options->corpus));
    }
}

json_t *
report_create(const char *benchmark,
        const struct bench_options *options,
        const struct calibration *calibration)
{
    json_t *report = json_pack("{s:s, s:s, s:o}", "benchmark", benchmark, "isa",
            isa_name(options->isa), "calibration", describe_calibration(calibration));

    if (report == NULL) {
        return NULL;
    }
    describe_material(report, options);
    json_object_set_new(report, "reps", json_integer(options->reps));
    json_object_set_new(report, "engines", json_array());
    return report;
}

void
report_destroy(json_t **report)
{
    json_decref(*report);
    *report = NULL;
}

/* ns_per_mention, first_ns_per_mention, ... */
static void
set_figure(json_t *engine, const char *which, const char *unit, double ns)
{
    char key[64];

    (void)snprintf(key, sizeof key, "%sns_per_%s", which, unit);
    json_object_set_new(engine, key, json_real(ns));
}

json_t *
report_engine(json_t *report, const struct contender *contender, const char *unit)
{
    json_t *engine = json_object();

    if (engine == NULL || json_array_append_new(json_object_get(report, "engines"), engine) != 0) {
        return NULL;
    }
    json_object_set_new(engine, "name", json_string(contender->name));
    set_figure(engine, "", unit, contender->median_ns);
    set_figure(engine, "first_", unit, contender->first_ns);
    set_figure(engine, "lowest_", unit, contender->lowest_ns);
    set_figure(engine, "highest_", unit, contender->highest_ns);
    json_object_set_new(engine, "round", json_integer((json_int_t)contender->units));
    return engine;
}

void
report_set_hash(json_t *object, const char *key, uint64_t hash)
{
    char text[17];

    (void)snprintf(text, sizeof text, "%016" PRIx64, hash);
    json_object_set_new(object, key, json_string(text));
}

void
report_absent(json_t *report, const char *engine, const char *why)
{
    json_t *list = json_object_get(report, "absent");

    if (list == NULL) {
        list = json_array();
        json_object_set_new(report, "absent", list);
    }
    json_array_append_new(list, json_pack("{s:s, s:s}", "name", engine, "why", why));
}

static void
print_value(const json_t *value)
{
    if (json_is_string(value)) {
        printf("%s", json_string_value(value));
    } else if (json_is_integer(value)) {
        printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_real(value)) {
        printf("%.*f", json_real_value(value) < 100 ? 2 : 1, json_real_value(value));
    } else {
        printf("-");
    }
}

/* name: key value, key value, ... */
static void
print_members(json_t *object)
{
    const char *key;
    json_t *value;
    const char *comma = "";

    json_object_foreach(object, key, value)
    {
        if (json_is_object(value) || json_is_array(value) || json_is_null(value)) {
            continue;
        }
        printf("%s%s ", comma, key);
        print_value(value);
        comma = ", ";
    }
    printf("\n");
}

/* The first member is what the row is about. */
static void
print_row(json_t *row)
{
    const char *key;
    json_t *value;
    int column = 0;

    json_object_foreach(row, key, value)
    {
        if (column++ == 0) {
            printf("  %-32s", json_is_string(value) ? json_string_value(value) : "");
        } else if (!json_is_null(value)) {
            printf(" %s=", key);
            print_value(value);
        }
    }
    printf("\n");
}

static void
print_rows(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        print_row(json_array_get(list, i));
    }
}

static void
print_table(json_t *report)
{
    const char *key;
    json_t *value;

    print_members(report);
    json_object_foreach(report, key, value)
    {
        if (json_is_object(value)) {
            printf("%s: ", key);
            print_members(value);
        } else if (json_is_array(value) && json_array_size(value) > 0) {
            printf("%s:\n", key);
            print_rows(value);
        }
    }
}

void
report_print(const json_t *report, const struct bench_options *options)
{
    /* Jansson walks objects through a pointer that may change them; nothing is changed. */
    json_t *copy = json_deep_copy(report);

    if (options->format == BENCH_JSON) {
        json_dumpf(report, stdout, JSON_COMPACT | JSON_REAL_PRECISION(8));
        printf("\n");
    } else if (copy != NULL) {
        print_table(copy);
    }
    json_decref(copy);
    (void)fflush(stdout);
}
