#include "contest/contest.h"

#include "core/process/clock.h"

#include <stdio.h>

/* Lines that a sample has at least, where the corpus has as many. */
enum { SAMPLE_LINES_MIN = 256, DIFFERENCES_TOLD = 20 };

/* So many that a round over the sample, pattern by pattern, takes about as long as the others'. */
static size_t
choose_stride(size_t lines, size_t rules)
{
    size_t stride = 1;

    while (stride * 16 < rules && stride < 256 && lines / (stride * 2) >= SAMPLE_LINES_MIN) {
        stride *= 2;
    }
    return stride;
}

static size_t
run_round(void *owner)
{
    struct entrant *entrant = owner;
    const struct engine_task *task = &entrant->task;

    entrant->round.count = 0;
    entrant->engine->run(entrant->state, task, &entrant->round);
    return (task->end - task->begin + task->stride - 1) / task->stride;
}

static const struct view *
texts_of(const struct contest *contest, const struct engine *engine)
{
    return engine->text == ENGINE_RAW ? contest->texts->raw : contest->texts->folded;
}

static void
add_entrant(struct contest *contest, const struct engine *engine, void *state, double create_ms)
{
    struct entrant *entrant = &contest->entrants[contest->count];
    size_t stride = engine->pace == ENGINE_SAMPLE ? contest->stride : 1;

    *entrant = (struct entrant){ .engine = engine, .state = state, .create_ms = create_ms };
    entrant->task =
            (struct engine_task){ texts_of(contest, engine), 0, contest->texts->count, stride, 0 };
    contest->contenders[contest->count] =
            (struct contender){ .name = engine->name, .round = run_round, .state = entrant };
    contest->count++;
}

static void
enter(struct contest *contest,
        const struct engine_row *row,
        const struct engine_input *input,
        json_t *report)
{
    char why[ENGINE_WHY_SIZE] = "";

    if (!bench_options_want(contest->options, row->name) ||
            (contest->options->hyperscan == NULL && strstr(row->name, "hyperscan") != NULL)) {
        return;
    }
    if (row->engine == NULL) {
        report_absent(report, row->name, "its library or a C++ compiler was missing in the build");
        return;
    }
    int64_t start = clock_monotonic_ns();
    void *state = row->engine->create(input, why);
    double create_ms = (double)(clock_monotonic_ns() - start) / 1e6;
    if (state == NULL) {
        report_absent(report, row->name, why);
        return;
    }
    add_entrant(contest, row->engine, state, create_ms);
}

void
contest_init(struct contest *contest, const struct engine_input *input, json_t *report)
{
    struct engine_row row;

    contest->stride = choose_stride(contest->texts->count, input->rules->count);
    for (size_t i = 0; engine_at(i, &row); i++) {
        enter(contest, &row, input, report);
    }
}

void
contest_fini(struct contest *contest)
{
    for (size_t i = 0; i < contest->count; i++) {
        struct entrant *entrant = &contest->entrants[i];
        entrant->engine->destroy(&entrant->state);
        pairs_fini(&entrant->round);
        pairs_fini(&entrant->full);
        pairs_fini(&entrant->sample);
    }
    contest->count = 0;
}

/* Would a run over every line end within the budget? */
static int
fits_budget(const struct contest *contest, size_t index)
{
    const struct entrant *entrant = &contest->entrants[index];
    double seconds = contest->contenders[index].median_ns * (double)contest->texts->count / 1e9;

    return entrant->engine->pace == ENGINE_EVERY || (contest->options->wishes & BENCH_AUDIT) != 0 ||
           (entrant->engine->text == ENGINE_FOLDED && seconds <= contest->options->budget_s);
}

static int
fill_pairs(struct contest *contest, size_t index)
{
    struct entrant *entrant = &contest->entrants[index];

    entrant->ran_full = fits_budget(contest, index);
    if (entrant->ran_full) {
        entrant->task.stride = 1;
        (void)run_round(entrant);
    }
    pairs_settle(&entrant->round);
    if (entrant->ran_full && !pairs_sample(&entrant->round, 1, &entrant->full)) {
        return 0;
    }
    return pairs_sample(&entrant->round, contest->stride, &entrant->sample);
}

int
contest_run(struct contest *contest)
{
    int done = timing_run(contest->contenders, contest->count, contest->options->reps);

    for (size_t i = 0; i < contest->count && done; i++) {
        done = fill_pairs(contest, i);
    }
    return done;
}

const struct entrant *
contest_find(const struct contest *contest, const char *name)
{
    for (size_t i = 0; i < contest->count; i++) {
        if (view_equal(view_of(contest->entrants[i].engine->name), view_of(name))) {
            return &contest->entrants[i];
        }
    }
    return NULL;
}

static void
report_pairs(json_t *object, const struct entrant *entrant)
{
    const struct pairs *told = entrant->ran_full ? &entrant->full : &entrant->sample;

    json_object_set_new(object, "hits_hash", json_null());
    if (entrant->ran_full) {
        report_set_hash(object, "hits_hash", pairs_hash(&entrant->full));
    }
    report_set_hash(object, "sample_hash", pairs_hash(&entrant->sample));
    json_object_set_new(object, "over", json_string(entrant->ran_full ? "every line" : "sample"));
    json_object_set_new(object, "pairs", json_integer((json_int_t)told->count));
    json_object_set_new(object, "matched", json_integer((json_int_t)pairs_lines(told)));
}

void
contest_report(const struct contest *contest, json_t *report)
{
    double ours = contest_find(contest, "rebato") == NULL ? 0 : contest->contenders[0].median_ns;

    json_object_set_new(report, "sample_stride", json_integer((json_int_t)contest->stride));
    for (size_t i = 0; i < contest->count; i++) {
        json_t *object = report_engine(report, &contest->contenders[i], "mention");
        if (object == NULL) {
            continue;
        }
        if (ours > 0) {
            json_object_set_new(
                    object, "times_rebato", json_real(contest->contenders[i].median_ns / ours));
        }
        json_object_set_new(object, "create_ms", json_real(contest->entrants[i].create_ms));
        report_pairs(object, &contest->entrants[i]);
        if (contest->entrants[i].engine->describe != NULL) {
            contest->entrants[i].engine->describe(contest->entrants[i].state, object);
        }
    }
}

/* One pair that only `who` found. No text: corpora hold other people's. */
static void
tell_difference(json_t *list, struct pair pair, const char *who, const char *other)
{
    if (json_array_size(list) < DIFFERENCES_TOLD) {
        json_array_append_new(
                list, json_pack("{s:s, s:s, s:I, s:I}", "found_by", who, "not_by", other, "line",
                              (json_int_t)pair.line, "rule", (json_int_t)pair.rule));
    }
}

static size_t
compare_two(const struct entrant *a, const struct entrant *b, json_t *list)
{
    int full = a->ran_full && b->ran_full;
    const struct pairs *left = full ? &a->full : &a->sample;
    const struct pairs *right = full ? &b->full : &b->sample;
    size_t differences = 0;
    size_t i = 0;
    size_t j = 0;

    while (i < left->count || j < right->count) {
        int order = i == left->count    ? 1
                    : j == right->count ? -1
                                        : pair_compare(left->at[i], right->at[j]);
        if (order < 0) {
            tell_difference(list, left->at[i], a->engine->name, b->engine->name);
        } else if (order > 0) {
            tell_difference(list, right->at[j], b->engine->name, a->engine->name);
        }
        differences += order != 0;
        i += order <= 0;
        j += order >= 0;
    }
    return differences;
}

size_t
contest_compare(const struct contest *contest, json_t *report)
{
    const struct entrant *first = NULL;
    json_t *list = json_array();
    size_t differences = 0;

    for (size_t i = 0; i < contest->count; i++) {
        const struct entrant *entrant = &contest->entrants[i];
        if (entrant->engine->text == ENGINE_RAW) {
            continue;
        }
        if (first != NULL) {
            differences += compare_two(first, entrant, list);
        }
        first = first == NULL ? entrant : first;
    }
    json_object_set_new(report, "differences", json_integer((json_int_t)differences));
    json_object_set_new(report, "difference_list", list);
    return differences;
}
