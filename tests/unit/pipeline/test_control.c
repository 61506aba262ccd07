/* The control log as a copy of the ledger: what is written, what is voided, and what is left alone. */
#include "pipeline/copies/control_scribe.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Partition 3 of shard 1 has one entry at 17, of shard 2 one at 99. */
static struct control *
log_with_two(void)
{
    static const struct control_idle idles[] = { { VIEW("t"), 3, 1, 17, 1000 },
        { VIEW("t"), 3, 2, 99, 1000 } };
    struct control *log = control_create();
    char trouble[CONTROL_TROUBLE_SIZE];

    for (size_t i = 0; i < 2; i++) {
        char *line = control_idle_line(&idles[i]);
        cr_assert(control_take(log, view_of(line), trouble), "%s", trouble);
        free(line);
    }
    return log;
}

struct compare_row {
    struct ledger_lapse lapses[2]; /* that the ledger has of shard 1 */
    size_t count;
    size_t added;
    size_t voided;
};

Test(control_compare, the_ledger_is_the_truth)
{
    static const struct compare_row rows[] = {
        { .lapses = { { VIEW("t"), 3, 17, 1000 } }, .count = 1 },
        { .lapses = { { VIEW("t"), 3, 17, 1001 } }, .count = 1, .added = 1 },
        { .count = 0, .voided = 1 },
        { .lapses = { { VIEW("t"), 3, 18, 1000 } }, .count = 1, .added = 1, .voided = 1 },
        { .lapses = { { VIEW("u"), 3, 17, 1000 }, { VIEW("t"), 3, 17, 1000 } },
                .count = 2,
                .added = 1 },
        /* It has left the ledger because a later one of its partition lies 25 h above; another's does not
         * matter, and neither does one that lies not so far. */
        { .lapses = { { VIEW("t"), 3, 50, 1000 + LEDGER_LAPSE_KEPT } }, .count = 1, .added = 1 },
        { .lapses = { { VIEW("t"), 4, 50, 1000 + LEDGER_LAPSE_KEPT } },
                .count = 1,
                .added = 1,
                .voided = 1 },
        { .lapses = { { VIEW("t"), 3, 50, 999 + LEDGER_LAPSE_KEPT } },
                .count = 1,
                .added = 1,
                .voided = 1 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct control *log = log_with_two();
        struct control_changes changes;
        control_compare(log, 1, rows[i].lapses, rows[i].count, &changes);
        cr_expect_eq(
                changes.added_count, rows[i].added, "row %zu adds %zu", i, changes.added_count);
        cr_expect_eq(
                changes.voided_count, rows[i].voided, "row %zu voids %zu", i, changes.voided_count);
        control_changes_fini(&changes);
        control_destroy(&log);
    }
}

/* ---- a file ---- */

static void
write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

static struct control_store *
open_store(const char *path)
{
    struct control_store_options options = { .file = path };
    char trouble[CONTROL_TROUBLE_SIZE];
    struct control_store *store = control_store_create(&options, trouble);

    cr_assert_not_null(store);
    return store;
}

static size_t
read_store(struct control_store *store, size_t *torn)
{
    struct control *log = control_create();
    char trouble[CONTROL_TROUBLE_SIZE];
    size_t count = 0;

    cr_assert(control_store_read(store, log, torn, trouble), "%s", trouble);
    (void)control_idles(log, &count);
    control_destroy(&log);
    return count;
}

#define ENTRY(from)                                                                                \
    "{\"from\":" from                                                                              \
    ",\"late_below\":9,\"partition\":0,\"shard\":0,\"topic\":\"t\",\"type\":\"idle\"}"

Test(control_store, a_torn_last_line_is_cut_off_before_the_next_is_written)
{
    char path[] = "/tmp/rebato-control-XXXXXX";
    size_t torn = 0;

    close(mkstemp(path));
    write_text(path, ENTRY("1") "\n" ENTRY("2") "\n{\"from\":3,\"la");
    struct control_store *store = open_store(path);
    cr_assert_eq(read_store(store, &torn), 2);
    cr_assert_eq(torn, 1);
    cr_assert(control_store_append(store, "k", ENTRY("4")));
    cr_assert(control_store_flush(store));
    cr_assert_eq(read_store(store, &torn), 3);
    cr_assert_eq(torn, 0);
    control_store_destroy(&store);

    /* Whole, and only its newline is missing. */
    write_text(path, ENTRY("1"));
    store = open_store(path);
    cr_assert_eq(read_store(store, &torn), 1);
    cr_assert(control_store_append(store, "k", ENTRY("2")));
    cr_assert_eq(read_store(store, &torn), 2);
    control_store_destroy(&store);
    unlink(path);
}

Test(control_store, what_cannot_be_understood_is_not_written_to)
{
    char path[] = "/tmp/rebato-control-XXXXXX";
    char trouble[CONTROL_TROUBLE_SIZE];
    size_t torn = 0;

    close(mkstemp(path));
    write_text(path, ENTRY("1") "\n{\"type\":\"ack\"}\n");
    struct control_store *store = open_store(path);
    struct control *log = control_create();
    cr_assert_not(control_store_read(store, log, &torn, trouble));
    cr_assert_not_null(strstr(trouble, "line 2"), "%s", trouble);
    control_destroy(&log);
    control_store_destroy(&store);
    unlink(path);
    struct control_store_options gone = { .file = path };
    log = control_create();
    cr_assert_not(control_store_load(&gone, log, &torn, trouble), "a replay makes no file");
    cr_assert_not_null(strstr(trouble, path));
    control_destroy(&log);
}
