/*
 * nab_score: the judge's arithmetic on the real brand volumes of the Numenta Anomaly Benchmark.
 *
 *   nab_score DIR [--format text|json]
 *
 * One setting for all series and no look at what is to come. The one threshold that the benchmark lets
 * everybody choose is chosen over all series, as for published figures; `standard_leave_one_out` chooses it for
 * each series on the others. A regression check: which threshold rings on volumes is not what the product asks.
 */
#include "nab/judged.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 400 };

/* What each series is worth at each threshold. */
struct contest {
    const struct nab_folder *folder;
    double thresholds[STEPS_MAX];
    size_t steps;
    double raw[NAB_PROFILES][NAB_FILES_MAX][STEPS_MAX];
};

static void
set_ladder(struct contest *contest, double lowest, double factor, size_t steps)
{
    contest->steps = steps;
    for (size_t i = 0; i < steps; i++) {
        contest->thresholds[i] = lowest * pow(factor, (double)i);
    }
}

static void
note(struct contest *contest, size_t file, size_t step, const size_t *alarms, size_t count)
{
    for (size_t i = 0; i < NAB_PROFILES; i++) {
        contest->raw[i][file][step] =
                nab_raw(&contest->folder->series[file].rows, &nab_profiles[i], alarms, count);
    }
}

/* ---- the two ways ---- */

static size_t
rows_above(const double *severity, size_t count, double threshold, size_t *alarms)
{
    size_t found = 0;
    for (size_t row = 0; row < count; row++) {
        if (severity[row] >= threshold) {
            alarms[found++] = row;
        }
    }
    return found;
}

static int
try_severity(struct contest *contest, size_t file, size_t *alarms)
{
    const struct nab_series *series = &contest->folder->series[file];
    double *severity = calloc(series->rows.count, sizeof *severity);
    int fine = severity != NULL && judged_severity(series, severity);

    for (size_t step = 0; fine && step < contest->steps; step++) {
        size_t count = rows_above(severity, series->rows.count, contest->thresholds[step], alarms);
        note(contest, file, step, alarms, count);
    }
    free(severity);
    return fine;
}

static int
try_opening(struct contest *contest, size_t file, size_t *alarms)
{
    int fine = 1;
    for (size_t step = 0; fine && step < contest->steps; step++) {
        size_t count;
        fine = judged_openings(
                &contest->folder->series[file], contest->thresholds[step], alarms, &count);
        note(contest, file, step, alarms, fine ? count : 0);
    }
    return fine;
}

static int
run(struct contest *contest, int (*try)(struct contest *, size_t, size_t *))
{
    int fine = 1;
    for (size_t file = 0; fine && file < contest->folder->count; file++) {
        size_t *alarms = calloc(contest->folder->series[file].rows.count, sizeof *alarms);
        fine = alarms != NULL && try(contest, file, alarms);
        free(alarms);
    }
    return fine;
}

/* ---- thresholds ---- */

static double
sum_at(const struct contest *contest, size_t profile, size_t step, size_t without)
{
    double sum = 0;
    for (size_t file = 0; file < contest->folder->count; file++) {
        sum += file == without ? 0 : contest->raw[profile][file][step];
    }
    return sum;
}

/* The best step over all series but `without`. */
static size_t
best_step(const struct contest *contest, size_t profile, size_t without)
{
    size_t best = 0;
    for (size_t step = 1; step < contest->steps; step++) {
        if (sum_at(contest, profile, step, without) > sum_at(contest, profile, best, without)) {
            best = step;
        }
    }
    return best;
}

static double
leave_one_out(const struct contest *contest)
{
    double raw = 0;
    for (size_t file = 0; file < contest->folder->count; file++) {
        raw += contest->raw[NAB_STANDARD][file][best_step(contest, NAB_STANDARD, file)];
    }
    return nab_normal(raw, &nab_profiles[NAB_STANDARD], contest->folder->window_count);
}

static json_t *
rounded(double value)
{
    return json_real(round(value * 100) / 100);
}

static json_t *
tell(const struct contest *contest)
{
    json_t *object = json_object();
    for (size_t i = 0; i < NAB_PROFILES; i++) {
        size_t best = best_step(contest, i, SIZE_MAX);
        json_object_set_new(object, nab_profiles[i].name,
                rounded(nab_normal(sum_at(contest, i, best, SIZE_MAX), &nab_profiles[i],
                        contest->folder->window_count)));
    }
    json_object_set_new(object, "standard_leave_one_out", rounded(leave_one_out(contest)));
    json_object_set_new(object, "threshold",
            rounded(contest->thresholds[best_step(contest, NAB_STANDARD, SIZE_MAX)]));
    return object;
}

/* As the judge pages today, whatever would suit these series best. */
static void
tell_page_limit(const struct contest *contest, json_t *object)
{
    size_t step = 0;
    while (step + 1 < contest->steps && contest->thresholds[step] < judged_page_limit()) {
        step++;
    }
    json_object_set_new(object, "at_page_limit",
            rounded(nab_normal(sum_at(contest, NAB_STANDARD, step, SIZE_MAX),
                    &nab_profiles[NAB_STANDARD], contest->folder->window_count)));
}

static void
print(json_t *report, int as_json)
{
    const char *way;
    const char *key;
    json_t *object;
    json_t *value;

    if (as_json) {
        (void)json_dumpf(report, stdout, JSON_COMPACT | JSON_REAL_PRECISION(8));
        (void)putchar('\n');
        return;
    }
    json_object_foreach(report, way, object)
    {
        printf("%s\n", way);
        json_object_foreach(object, key, value)
        {
            printf("  %-24s %7.2f\n", key, json_number_value(value));
        }
    }
}

static int
score(const struct nab_folder *folder, int as_json)
{
    struct contest *contest = calloc(1, sizeof *contest);
    json_t *report = json_object();
    int fine = contest != NULL;

    if (fine) {
        contest->folder = folder;
        /* From a limit that rings all the time to one that hardly ever does; the page's is one of them. */
        set_ladder(contest, judged_page_limit() * pow(1.15, -8), 1.15, 25);
        fine = run(contest, try_opening);
    }
    if (fine) {
        json_object_set_new(report, "opening", tell(contest));
        tell_page_limit(contest, json_object_get(report, "opening"));
        set_ladder(contest, 0.5, 1.02, 300);
        fine = run(contest, try_severity);
    }
    if (fine) {
        json_object_set_new(report, "severity", tell(contest));
        print(report, as_json);
    }
    json_decref(report);
    free(contest);
    return fine;
}

int
main(int argc, char **argv)
{
    struct nab_folder *folder = calloc(1, sizeof *folder);
    int as_json = argc == 4 && strcmp(argv[2], "--format") == 0 && strcmp(argv[3], "json") == 0;
    int as_text = argc == 2 ||
                  (argc == 4 && strcmp(argv[2], "--format") == 0 && strcmp(argv[3], "text") == 0);

    if (!as_json && !as_text) {
        (void)fprintf(stderr, "usage: %s DIR [--format text|json]\n", argv[0]);
        free(folder);
        return 2;
    }
    int fine = folder != NULL && nab_load(folder, argv[1]) && score(folder, as_json);
    if (folder != NULL) {
        nab_fini(folder);
    }
    free(folder);
    return fine ? 0 : 2;
}
