#include "harness/rules.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { COLUMNS = 5 };

static int
cut_columns(struct view line, struct view columns[COLUMNS])
{
    size_t at = 0;

    for (int i = 0; i < COLUMNS; i++) {
        const char *tab = memchr(line.at + at, '\t', line.size - at);
        size_t end = tab == NULL ? line.size : (size_t)(tab - line.at);
        if ((tab == NULL) != (i == COLUMNS - 1) || end == at) {
            return 0;
        }
        columns[i] = view_slice(line, at, end);
        at = end + 1;
    }
    return 1;
}

int
rules_cut(struct rules *rules, struct lines *lines, const char *name)
{
    struct view columns[COLUMNS];

    *rules = (struct rules){ .lines = *lines };
    *lines = (struct lines){ 0 };
    rules->at = calloc(rules->lines.count + 1, sizeof *rules->at);
    if (rules->at == NULL) {
        rules_fini(rules);
        return 0;
    }
    for (size_t i = 0; i < rules->lines.count; i++) {
        if (!cut_columns(rules->lines.at[i], columns)) {
            (void)fprintf(stderr, "%s:%zu: a rule has five columns with tabs between them\n", name,
                    i + 1);
            rules_fini(rules);
            return 0;
        }
        rules->at[i] = (struct rule){ columns[0], columns[1], columns[2], columns[3], columns[4] };
    }
    rules->count = rules->lines.count;
    return 1;
}

int
rules_load(struct rules *rules, const char *path)
{
    struct lines lines;

    *rules = (struct rules){ 0 };
    return lines_load(&lines, path, SIZE_MAX) && rules_cut(rules, &lines, path);
}

void
rules_fini(struct rules *rules)
{
    free(rules->at);
    lines_fini(&rules->lines);
    *rules = (struct rules){ 0 };
}
