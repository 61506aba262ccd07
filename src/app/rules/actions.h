/* actions: what `rebato rules` does beside listing them. For verb_rules.c alone. */
#ifndef REBATO_APP_RULES_ACTIONS_H
#define REBATO_APP_RULES_ACTIONS_H

#include "app/cli.h"
#include "match/rule_set.h"
#include "mention/reader.h"

enum rules_format { RULES_TEXT, RULES_JSON };

struct rules_bench {
    const char *archive; /* NULL: an invented story */
    struct reader_options reader;
    enum rules_format format;
};

/* Prices every pattern and prints them, the dearest first. */
enum exit_code rules_bench(const struct rule_set *rules, const struct rules_bench *wanted);

struct rules_learning {
    char **paths;
    size_t path_count;
    struct reader_options reader;
    const char *lang; /* only mentions of that language; NULL: all */
};

/* Prints a table of frequencies learned from archives. */
enum exit_code rules_learn(const struct rules_learning *wanted);

#endif
