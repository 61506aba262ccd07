#include "generator/material.h"

#include "generator/generator.h"

#include <stdio.h>
#include <stdlib.h>

static int
generated_lines(struct generated generated, struct lines *lines)
{
    if (generated.at == NULL) {
        (void)fprintf(stderr, "no memory for what is generated\n");
        return 0;
    }
    return lines_cut(lines, generated.at, generated.size, SIZE_MAX);
}

static int
generate(struct material *material, const struct bench_options *options)
{
    enum corpus_kind kind = CORPUS_LEAN;
    struct lines lines;

    if (options->rule_count > GENERATED_RULES_MAX || !corpus_kind_named(options->kind, &kind)) {
        (void)fprintf(stderr, "at most %d rules are generated\n", GENERATED_RULES_MAX);
        return 0;
    }
    size_t count = corpus_lines(kind);
    count = options->limit < count ? options->limit : count;
    return generated_lines(generate_rules(options->seed, options->rule_count), &lines) &&
           rules_cut(&material->rules, &lines, "generated rules") &&
           generated_lines(generate_corpus(options->seed, kind, count), &material->lines);
}

static int
load(struct material *material, const struct bench_options *options)
{
    if (options->rules == NULL || options->corpus == NULL) {
        (void)fprintf(stderr, "--rules and --corpus, or --seed, say what to measure with\n");
        return 0;
    }
    return rules_load(&material->rules, options->rules) &&
           lines_load(&material->lines, options->corpus, options->limit);
}

/* The rules that are there, with names of brands behind them. */
static int
add_aliases(struct material *material, const struct bench_options *options)
{
    struct rules *rules = &material->rules;
    struct generated aliases = generate_aliases(options->seed, rules->count, options->aliases);
    size_t size = rules->lines.size;
    char *bytes = malloc(size + aliases.size + 1 + LINES_PADDING);
    struct lines lines;

    if (bytes == NULL || aliases.at == NULL) {
        free(bytes);
        free(aliases.at);
        return 0;
    }
    memcpy(bytes, rules->lines.bytes, size);
    bytes[size] = '\n'; /* a file may end without one, and empty lines are left out */
    memcpy(bytes + size + 1, aliases.at, aliases.size);
    free(aliases.at);
    rules_fini(rules);
    return lines_cut(&lines, bytes, size + 1 + aliases.size, SIZE_MAX) &&
           rules_cut(rules, &lines, "rules with aliases");
}

int
material_load(struct material *material, const struct bench_options *options)
{
    *material = (struct material){ 0 };
    int loaded = (options->wishes & BENCH_SEEDED) != 0 ? generate(material, options)
                                                       : load(material, options);

    return loaded && (options->aliases == 0 || add_aliases(material, options));
}

void
material_fini(struct material *material)
{
    rules_fini(&material->rules);
    lines_fini(&material->lines);
}
