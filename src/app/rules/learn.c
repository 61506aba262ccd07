/* rebato rules learn: how often words begin in what people watch, as a table for the settings. */
#include "app/rules/actions.h"
#include "app/rules/texts.h"
#include "pattern/frequency.h"

#include <assert.h>
#include <stdio.h>

struct learning {
    struct frequency *frequency;
    const char *lang;
    size_t count;
};

static int
learn(void *owner, const struct mention *mention, struct view folded)
{
    struct learning *learning = owner;

    if (learning->lang == NULL || view_equal(mention->lang, view_of(learning->lang))) {
        frequency_learn(learning->frequency, folded);
        learning->count++;
    }
    return 1;
}

static void
print_table(const struct frequency *frequency)
{
    char line[FREQUENCY_LINE_SIZE];

    for (size_t i = 0; frequency_line(frequency, i, line); i++) {
        fputs(line, stdout);
    }
}

enum exit_code
rules_learn(const struct rules_learning *wanted)
{
    struct learning learning = { .frequency = frequency_create_empty(), .lang = wanted->lang };
    struct texts texts = {
        .verb = "rules", .reader = wanted->reader, .take = learn, .owner = &learning
    };
    enum exit_code code = EXIT_FINE;

    assert(learning.frequency != NULL);
    for (size_t i = 0; i < wanted->path_count && code == EXIT_FINE; i++) {
        code = texts_read(&texts, wanted->paths[i]);
    }
    if (code == EXIT_FINE && learning.count == 0) {
        cli_complain("rules", "name archives of mentions; see: rebato match FILE",
                "nothing to learn from: %zu records refused", texts.refused);
        code = EXIT_FINDINGS;
    }
    if (code == EXIT_FINE) {
        print_table(learning.frequency);
    }
    frequency_destroy(&learning.frequency);
    return code;
}
