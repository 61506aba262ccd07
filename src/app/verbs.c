#include "app/verbs.h"

#include <stdio.h>

const struct cli_verb *const verbs[] = {
    &verb_demo,
    &verb_run,
    &verb_replay,
    &verb_report,
    &verb_preview,
    &verb_answer,
    &verb_verdict,
    &verb_log,
    &verb_match,
    &verb_explain,
    &verb_check,
    &verb_test,
    &verb_rules,
    &verb_scene,
    &verb_config,
    &verb_keys,
    &verb_version,
};
const size_t verb_count = sizeof verbs / sizeof(const struct cli_verb *);

const struct cli_verb *
verb_find(const char *name)
{
    for (size_t i = 0; i < verb_count; i++) {
        if (strcmp(verbs[i]->name, name) == 0) {
            return verbs[i];
        }
    }
    return NULL;
}

void
verbs_help(void)
{
    puts("rebato rings the alarm once, early, when a brand fails its customers.\n\n"
         "  rebato demo --once                        see it work, nothing to install\n"
         "  rebato match < mentions.ndjson            what each mention is\n"
         "  rebato replay archive.ndjson.gz           what would have been said, and when\n"
         "  rebato run -c rebato.yaml                 watch a Kafka topic\n\nVerbs:");
    for (size_t i = 0; i < verb_count; i++) {
        printf("  %-9s %s\n", verbs[i]->name, verbs[i]->summary);
    }
    puts("\nrebato VERB --help says more. Data goes to standard output, talk to standard error.\n"
         "Exit codes: 0 fine, 1 findings, 2 rules wrong, 3 settings or usage wrong,\n"
         "4 Kafka or Redis unreachable, 5 internal error.");
}
