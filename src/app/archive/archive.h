/*
 * archive: past records through the engine, for every verb that looks back: replay, report, preview, explain
 * incident. Their options, inputs, rules and settings are read here, once, and mean the same to all.
 *
 *   archive_create ─▶ cli_parse into its values ─▶ archive_prepare ─▶ archive_run ─▶ archive_destroy
 *
 * A verb's table of options begins with ARCHIVE_OPTIONS; its own follow from ARCHIVE_OPTION_COUNT on.
 */
#ifndef REBATO_APP_ARCHIVE_ARCHIVE_H
#define REBATO_APP_ARCHIVE_ARCHIVE_H

#include "app/archive/replay_setup.h"
#include "app/cli.h"
#include "app/rules/judging.h"
#include "replay/roster.h"

enum archive_option {
    ARCHIVE_RULES,
    ARCHIVE_SINCE,
    ARCHIVE_UNTIL,
    ARCHIVE_SENSITIVITY,
    ARCHIVE_SHAPE,
    ARCHIVE_FIELD,
    ARCHIVE_ALLOW,
    ARCHIVE_BROKERS,
    ARCHIVE_PROPERTY,
    ARCHIVE_NAME,
    ARCHIVE_WORKERS,
    ARCHIVE_QUIET,
    ARCHIVE_CONFIG,
    ARCHIVE_CONTROL,
    ARCHIVE_OPTION_COUNT,
};

#define ARCHIVE_OPTIONS                                                                            \
    { "rules", 'r', "PATH", "rule file or folder; repeat for more (default: the packs inside)" },  \
            { "since", 0, "TIME", "count from here on: 2015-02-22, RFC 3339 or epoch seconds" },   \
            { "until", 0, "TIME", "count up to here, and let time go on to it" },                  \
            { "sensitivity", 0, "NAME", "fewer, balanced or more, for all rules" },                \
            { "shape", 's', "NAME", "shape of the records (default: detected)" },                  \
            { "field", 'f', "NAME=PTR", "where a field stands, as a JSON pointer: text=/body" },   \
            { "allow", 0, "SPAN", "lateness allowed (default: 30s)" },                             \
            { "brokers", 'b', "LIST", "Kafka brokers, for kafka:TOPIC" },                          \
            { "property", 'X', "NAME=VALUE", "a librdkafka property, for kafka:TOPIC" },           \
            { "name", 0, "NAME",                                                                   \
                "deployment, part of incident ids (default: the settings', else main)" },          \
            { "workers", 'w', "N", "threads that read and match (default: 2, or 1 on one core)" }, \
            { "quiet", 'q', NULL, "no progress, no closing words" },                               \
            { "config", 'c', "FILE",                                                               \
                "settings of a run: its rules, fields, judge, brokers and topics" },               \
    {                                                                                              \
        "control", 0, "FILE", "or kafka:TOPIC: the control log of a run, to say what it said"      \
    }

struct archive {
    const char *verb; /* whom a complaint is from */
    struct cli_values values;

    /* Since archive_prepare(). */
    const struct rule_set *rules;
    struct roster *roster; /* numbers of brands, by those rules */
    struct judging judging;
    struct replay_setup setup;
    struct engine_options engine;

    /* While it runs. */
    const struct archive_hooks *hooks;
    int progress; /* shown on a terminal */
    int64_t started_ms;
    int64_t shown_ms;
};

/* What a verb wants to be told; as in replay_options, any may be NULL. */
struct archive_hooks {
    enum lang lang; /* of the payloads */
    void (*on_event)(void *context, const struct judge_event *event, struct view payload);
    void (*on_cells)(
            void *context, struct view brand, const struct ledger_cell *cells, size_t cell_count);
    void (*on_fold)(void *context, enum fold_phase phase, const struct watched_fold *fold);
    void (*on_talk)(void *context, const struct waits_post *post);
    void (*on_state)(void *context, struct view brand, uint32_t folded_through, struct view state);
    /* All is read, whether or not an input broke off; before anything is said of it. */
    void (*on_end)(void *context, const struct replay_summary *summary);
    void *context;
};

/* Never NULL. */
struct archive *archive_create(const char *verb);
void archive_destroy(struct archive **archive);

/* Whatever the values say, of these inputs (none: the topics of the settings). Complains, and returns 0 with
 * *code. */
int archive_prepare(
        struct archive *archive, char *const *inputs, size_t count, enum exit_code *code);

/* Reads all of it. What came before an input broke off is counted; then it returns EXIT_FINDINGS. */
enum exit_code archive_run(struct archive *archive, const struct archive_hooks *hooks);

#endif
