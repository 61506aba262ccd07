#include "engines/rebato_rules.h"

#include <stdio.h>
#include <stdlib.h>

static int
add_rule(struct rebato_rules *rebato,
        struct scan_builder *builder,
        struct view text,
        char why[ENGINE_WHY_SIZE])
{
    struct pattern *pattern = &rebato->patterns[rebato->count];
    struct pattern_error error;

    if (!pattern_init(pattern, text, PATTERN_BYTES, &error)) {
        (void)snprintf(why, ENGINE_WHY_SIZE, "rule %zu: %s", rebato->count, error.what);
        return 0;
    }
    rebato->count++;
    return scan_builder_add(builder, pattern, text, PATTERN_BYTES, NULL);
}

static int
build(struct rebato_rules *rebato, const struct rules *rules, char why[ENGINE_WHY_SIZE])
{
    struct scan_builder *builder = scan_builder_create(rebato->frequency);
    int added = builder != NULL;

    for (size_t i = 0; i < rules->count && added; i++) {
        added = add_rule(rebato, builder, rules->at[i].folded, why);
    }
    if (added) {
        rebato->set = scan_set_build(builder);
    }
    scan_builder_destroy(&builder);
    return rebato->set != NULL;
}

int
rebato_rules_init(struct rebato_rules *rebato, const struct rules *rules, char why[ENGINE_WHY_SIZE])
{
    *rebato = (struct rebato_rules){ 0 };
    (void)snprintf(why, ENGINE_WHY_SIZE, "no memory");
    rebato->frequency = frequency_create();
    rebato->patterns = calloc(rules->count + 1, sizeof *rebato->patterns);
    return rebato->frequency != NULL && rebato->patterns != NULL && build(rebato, rules, why);
}

void
rebato_rules_fini(struct rebato_rules *rebato)
{
    scan_set_destroy(&rebato->set);
    for (size_t i = 0; i < rebato->count; i++) {
        pattern_fini(&rebato->patterns[i]);
    }
    free(rebato->patterns);
    frequency_destroy(&rebato->frequency);
    *rebato = (struct rebato_rules){ 0 };
}
