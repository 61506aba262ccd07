/* verbs: the table of everything `rebato` can be told to do; each verb lives in its own file. */
#ifndef REBATO_APP_VERBS_H
#define REBATO_APP_VERBS_H

#include "app/cli.h"

extern const struct cli_verb verb_demo;
extern const struct cli_verb verb_run;
extern const struct cli_verb verb_match;
extern const struct cli_verb verb_check;
extern const struct cli_verb verb_test;
extern const struct cli_verb verb_explain;
extern const struct cli_verb verb_rules;
extern const struct cli_verb verb_replay;
extern const struct cli_verb verb_report;
extern const struct cli_verb verb_preview;
extern const struct cli_verb verb_answer;
extern const struct cli_verb verb_verdict;
extern const struct cli_verb verb_log;
extern const struct cli_verb verb_scene;
extern const struct cli_verb verb_config;
extern const struct cli_verb verb_keys;
extern const struct cli_verb verb_version;

extern const struct cli_verb *const verbs[];
extern const size_t verb_count;

/* The verb of that name, or NULL. */
const struct cli_verb *verb_find(const char *name);
void verbs_help(void);

#endif
