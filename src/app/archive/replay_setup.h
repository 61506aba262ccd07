/*
 * replay_setup: what a replay, by whatever verb, takes from settings (-c) and from a control log (--control), and whether both
 * fit what else was asked for.
 *
 * A control log decides: deployment, shards, lateness allowed, age and duplicates are those of the run it
 * was written by. Somebody who says otherwise on the line or in the settings means another run.
 */
#ifndef REBATO_APP_ARCHIVE_REPLAY_SETUP_H
#define REBATO_APP_ARCHIVE_REPLAY_SETUP_H

#include "app/cli.h"
#include "app/settings/settings.h"
#include "pipeline/replay/run.h"

#define REPLAY_PROPERTIES_MAX (CLI_REPEATS_MAX + SETTINGS_LIST_MAX)

struct replay_setup {
    const char *verb;         /* whom a complaint is from */
    struct settings settings; /* the defaults without -c */
    int has_settings;
    struct control *control; /* NULL: none was asked for */

    /* Both of the settings and of the line. */
    const char *brokers; /* NULL: not said */
    struct consumer_property properties[REPLAY_PROPERTIES_MAX];
    char *names[CLI_REPEATS_MAX]; /* of the line's properties, malloc'd */
    size_t property_count;
    char **inputs; /* each malloc'd, and the list */
    size_t input_count;

    struct replay_rulings
            *rulings; /* of a control log that lists revisions; NULL: all by one set */
};

void replay_setup_init(struct replay_setup *setup, const char *verb);
void replay_setup_fini(struct replay_setup *setup);

/* Complains, and returns 0 with *code. */
int replay_setup_settings(struct replay_setup *setup, const char *path, enum exit_code *code);
/* What the line names, else the topics of the settings. Complains and returns 0 when that is nothing. */
int replay_setup_inputs(struct replay_setup *setup, char *const *named, size_t count);
/* NAME=VALUE of the line come behind those of the settings, and win. */
int replay_setup_kafka(struct replay_setup *setup,
        const char *brokers,
        const char *const *properties,
        size_t count);
/* `source` is a file or kafka:TOPIC. */
int replay_setup_control(struct replay_setup *setup,
        const char *source,
        const struct feed_kafka *kafka,
        enum exit_code *code);

/* What the settings say of records and partitions. */
void replay_setup_engine(const struct replay_setup *setup, struct engine_options *engine);

/* What was said beside the control log; NULL and -1: nothing. */
struct replay_said {
    const char *deployment;
    int64_t allow_ms;
    char *const *inputs;
    size_t input_count;
    const char *rules_digest;
    int by_rules; /* they were named: they are for everything, whatever the log lists */
};
/* True, and the options hold what the log says, when it fits. Complains otherwise. */
int replay_setup_fit(
        struct replay_setup *setup, const struct replay_said *said, struct replay_options *options);

#endif
