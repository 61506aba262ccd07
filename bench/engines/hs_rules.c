#include "engines/hs_rules.h"

#include "engines/rule_text.h"

#include <stdio.h>
#include <stdlib.h>

/* What hs_compile_multi() is given. */
struct batch {
    char *text; /* the patterns, each with a NUL */
    const char **expressions;
    unsigned *flags;
    unsigned *ids;
    unsigned count;
};

static void
batch_fini(struct batch *batch)
{
    free(batch->text);
    free(batch->expressions);
    free(batch->flags);
    free(batch->ids);
}

static int
batch_init(struct batch *batch, const struct rules *rules)
{
    size_t size = 1;

    for (size_t i = 0; i < rules->count; i++) {
        size += rules->at[i].folded.size + 1;
    }
    *batch = (struct batch){ .text = malloc(size),
        .expressions = calloc(rules->count + 1, sizeof(const char *)),
        .flags = calloc(rules->count + 1, sizeof(unsigned)),
        .ids = calloc(rules->count + 1, sizeof(unsigned)) };
    return batch->text != NULL && batch->expressions != NULL && batch->flags != NULL &&
           batch->ids != NULL;
}

static unsigned
flags_of(struct view pattern, enum hs_mode mode)
{
    unsigned flags = mode == HS_BATCHED ? HS_FLAG_MULTILINE : HS_FLAG_SINGLEMATCH;

    return rule_looks_around(pattern) ? flags | HS_FLAG_PREFILTER : flags;
}

/* With a newline for an edge a match may reach into the next text, and ^ means every line. */
static int
is_unsure(struct view pattern, enum hs_mode mode)
{
    return rule_looks_around(pattern) || (mode == HS_BATCHED && rule_may_cross_lines(pattern));
}

static void
batch_fill(struct batch *batch, struct hs_rules *hs, const struct rules *rules, enum hs_mode mode)
{
    char *text = batch->text;

    for (size_t i = 0; i < rules->count; i++) {
        struct view pattern = rules->at[i].folded;
        if (mode == HS_BATCHED && rule_needs_ends(pattern)) {
            hs->left_out[hs->left_out_count++] = (uint32_t)i;
            continue;
        }
        memcpy(text, pattern.at, pattern.size);
        text[pattern.size] = '\0';
        batch->expressions[batch->count] = text;
        batch->flags[batch->count] = flags_of(pattern, mode);
        batch->ids[batch->count] = (unsigned)i;
        batch->count++;
        hs->unsure[i] = (unsigned char)is_unsure(pattern, mode);
        text += pattern.size + 1;
    }
}

static void
batch_drop(struct batch *batch, struct hs_rules *hs, unsigned index)
{
    hs->left_out[hs->left_out_count++] = batch->ids[index];
    for (unsigned i = index; i + 1 < batch->count; i++) {
        batch->expressions[i] = batch->expressions[i + 1];
        batch->flags[i] = batch->flags[i + 1];
        batch->ids[i] = batch->ids[i + 1];
    }
    batch->count--;
}

/* A rule that is refused is tried as a prefilter, and then left to PCRE2. */
static int
batch_compile(struct batch *batch, struct hs_rules *hs, char why[ENGINE_WHY_SIZE])
{
    hs_compile_error_t *error;

    while (hs->library->compile_multi(batch->expressions, batch->flags, batch->ids, batch->count,
                   HS_MODE_BLOCK, NULL, &hs->database, &error) != HS_SUCCESS) {
        int index = error->expression;
        (void)snprintf(why, ENGINE_WHY_SIZE, "%s", error->message);
        (void)hs->library->free_compile_error(error);
        hs->database = NULL;
        if (index < 0 || (unsigned)index >= batch->count) {
            return 0;
        }
        if ((batch->flags[index] & HS_FLAG_PREFILTER) == 0) {
            batch->flags[index] |= HS_FLAG_PREFILTER;
            hs->unsure[batch->ids[index]] = 1;
        } else {
            batch_drop(batch, hs, (unsigned)index);
        }
    }
    return 1;
}

int
hs_rules_init(struct hs_rules *hs,
        const struct hs_library *library,
        const struct rules *from,
        enum hs_mode mode,
        char why[ENGINE_WHY_SIZE])
{
    struct batch batch = { 0 };
    int compiled = 0;

    *hs = (struct hs_rules){ .library = library, .count = from->count };
    hs->unsure = calloc(hs->count + 1, 1);
    hs->left_out = calloc(hs->count + 1, sizeof *hs->left_out);
    (void)snprintf(why, ENGINE_WHY_SIZE, "no memory");
    if (hs->unsure != NULL && hs->left_out != NULL && batch_init(&batch, from)) {
        batch_fill(&batch, hs, from, mode);
        compiled = batch_compile(&batch, hs, why) &&
                   hs->library->alloc_scratch(hs->database, &hs->scratch) == HS_SUCCESS;
    }
    batch_fini(&batch);
    return compiled;
}

void
hs_rules_fini(struct hs_rules *hs)
{
    if (hs->scratch != NULL) {
        (void)hs->library->free_scratch(hs->scratch);
    }
    if (hs->database != NULL) {
        (void)hs->library->free_database(hs->database);
    }
    free(hs->unsure);
    free(hs->left_out);
    *hs = (struct hs_rules){ 0 };
}
