/* A checkpoint in a file and in a topic: what was kept comes back, what is not whole is told. */
#include "keep/keep.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

struct place {
    char folder[64];
    char path[96];
    rd_kafka_t *host;
    rd_kafka_mock_cluster_t *cluster;
};

static void
open_place(struct place *place)
{
    *place = (struct place){ .host = NULL };
    snprintf(place->folder, sizeof place->folder, "/tmp/rebato-keep-XXXXXX");
    cr_assert_not_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/checkpoint", place->folder);
}

static void
open_cluster(struct place *place)
{
    char trouble[256];

    place->host = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), trouble, sizeof trouble);
    cr_assert_not_null(place->host);
    place->cluster = rd_kafka_mock_cluster_new(place->host, 1);
    cr_assert_not_null(place->cluster);
    cr_assert_eq(rd_kafka_mock_topic_create(place->cluster, "keep", 1, 1), 0);
}

static void
close_place(struct place *place)
{
    (void)unlink(place->path);
    cr_assert_eq(rmdir(place->folder), 0, "nothing is left beside it");
    if (place->host != NULL) {
        rd_kafka_mock_cluster_destroy(place->cluster);
        rd_kafka_destroy(place->host);
    }
}

static struct keep *
keep_at(const struct place *place)
{
    char trouble[KEEP_TROUBLE_SIZE];
    struct keep_options options = {
        .file = place->path, .name_space = "main", .deployment = "madrid"
    };

    if (place->host != NULL) {
        options.file = NULL;
        options.topic = "keep";
        options.brokers = rd_kafka_mock_cluster_bootstraps(place->cluster);
    }
    struct keep *keep = keep_create(&options, trouble);
    cr_assert_not_null(keep, "%s", trouble);
    return keep;
}

static void
expect_items(struct keep *keep, const struct keep_item *items, size_t count)
{
    struct keep_box box;
    char trouble[KEEP_TROUBLE_SIZE];

    cr_assert_eq(keep_read(keep, &box, trouble), KEEP_OK, "%s", trouble);
    cr_assert_eq(box.count, count);
    cr_assert_gt(box.written_ms, 0);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(box.items[i].number, items[i].number);
        cr_assert(view_equal(box.items[i].bytes, items[i].bytes), "item %zu", i);
    }
    keep_box_fini(&box);
}

static void
write_items(struct keep *keep, const struct keep_item *items, size_t count)
{
    char trouble[KEEP_TROUBLE_SIZE];

    cr_assert_eq(keep_write(keep, items, count, trouble), KEEP_OK, "%s", trouble);
}

#define BOTH(name)                                                                                 \
    static void both_##name(const struct place *place, struct keep *keep);                         \
    Test(keep_file, name)                                                                          \
    {                                                                                              \
        struct place place;                                                                        \
        open_place(&place);                                                                        \
        struct keep *keep = keep_at(&place);                                                       \
        both_##name(&place, keep);                                                                 \
        keep_destroy(&keep);                                                                       \
        close_place(&place);                                                                       \
    }                                                                                              \
    Test(keep_topic, name)                                                                         \
    {                                                                                              \
        struct place place;                                                                        \
        open_place(&place);                                                                        \
        open_cluster(&place);                                                                      \
        struct keep *keep = keep_at(&place);                                                       \
        both_##name(&place, keep);                                                                 \
        keep_destroy(&keep);                                                                       \
        close_place(&place);                                                                       \
    }                                                                                              \
    static void both_##name(const struct place *place, struct keep *keep)

static const struct keep_item first[] = { { 0, VIEW("zero") }, { 1, VIEW("one") } };
static const struct keep_item second[] = { { 0, VIEW("zero again") }, { 1, VIEW("one again") } };

BOTH(before_the_first_writing_there_is_nothing)
{
    struct keep_box box;
    char trouble[KEEP_TROUBLE_SIZE];

    (void)place;
    cr_assert_eq(keep_read(keep, &box, trouble), KEEP_NONE);
    cr_assert_eq(box.count, 0);
}

BOTH(the_last_writing_is_what_is_read)
{
    (void)place;
    write_items(keep, first, COUNT(first));
    expect_items(keep, first, COUNT(first));
    write_items(keep, second, COUNT(second));
    expect_items(keep, second, COUNT(second));
}

/* Incompressible, and larger than a record. */
BOTH(what_is_large_comes_back_whole)
{
    size_t size = (size_t)3 * 1024 * 1024;
    char *bytes = malloc(size);
    uint64_t state = 7;

    (void)place;
    for (size_t i = 0; i < size; i++) {
        state = state * UINT64_C(6364136223846793005) + 1;
        bytes[i] = (char)(state >> 56);
    }
    const struct keep_item items[] = { { 0, { bytes, size } }, { 5, { bytes, 1000 } } };
    write_items(keep, items, COUNT(items));
    expect_items(keep, items, COUNT(items));
    free(bytes);
}

BOTH(another_deployment_is_told_whose_it_is)
{
    struct keep_box box;
    char trouble[KEEP_TROUBLE_SIZE];
    struct keep_options options = {
        .file = place->path, .name_space = "otro", .deployment = "madrid"
    };

    if (place->host != NULL) {
        options.file = NULL;
        options.topic = "keep";
        options.brokers = rd_kafka_mock_cluster_bootstraps(place->cluster);
    }
    write_items(keep, first, COUNT(first));
    struct keep *other = keep_create(&options, trouble);
    cr_assert_eq(keep_read(other, &box, trouble), KEEP_FOREIGN);
    cr_assert_not_null(strstr(trouble, "it is of namespace main, not otro"), "%s", trouble);
    keep_destroy(&other);
}

/* ---- files alone ---- */

static void
overwrite(const struct place *place, size_t size)
{
    int file = open(place->path, O_WRONLY);

    cr_assert_geq(file, 0);
    cr_assert_eq(ftruncate(file, (off_t)size), 0);
    (void)close(file);
}

Test(keep_file, a_torn_file_is_damaged_and_can_be_written_again)
{
    struct place place;
    struct keep_box box;
    char trouble[KEEP_TROUBLE_SIZE];

    open_place(&place);
    struct keep *keep = keep_at(&place);
    write_items(keep, first, COUNT(first));
    overwrite(&place, 40);
    cr_assert_eq(keep_read(keep, &box, trouble), KEEP_DAMAGED);
    cr_assert_neq(trouble[0], '\0');
    overwrite(&place, 0);
    cr_assert_eq(keep_read(keep, &box, trouble), KEEP_DAMAGED);
    write_items(keep, second, COUNT(second));
    expect_items(keep, second, COUNT(second));
    keep_destroy(&keep);
    close_place(&place);
}

Test(keep_file, a_folder_that_is_not_there_is_no_loss)
{
    struct keep_options options = {
        .file = "/nowhere/at/all/checkpoint", .name_space = "main", .deployment = "madrid"
    };
    char trouble[KEEP_TROUBLE_SIZE];
    struct keep_box box;
    struct keep *keep = keep_create(&options, trouble);

    cr_assert_eq(keep_write(keep, first, COUNT(first), trouble), KEEP_AWAY);
    cr_assert_not_null(strstr(trouble, "/nowhere/at/all/checkpoint"), "%s", trouble);
    cr_assert_eq(keep_read(keep, &box, trouble), KEEP_NONE);
    keep_destroy(&keep);
}

Test(keep_file, a_folder_in_its_place_is_told)
{
    struct place place;
    struct keep_box box;
    char trouble[KEEP_TROUBLE_SIZE];

    open_place(&place);
    struct keep_options options = { .file = place.folder, .name_space = "m", .deployment = "d" };
    struct keep *keep = keep_create(&options, trouble);
    cr_assert_eq(keep_read(keep, &box, trouble), KEEP_AWAY);
    cr_assert_not_null(strstr(trouble, "directory"), "%s", trouble);
    cr_assert_eq(keep_write(keep, first, COUNT(first), trouble), KEEP_AWAY);
    keep_destroy(&keep);
    close_place(&place);
}

Test(keep, one_place_is_named_and_a_topic_needs_brokers)
{
    static const struct keep_options rows[] = {
        { .name_space = "m", .deployment = "d" },
        { .file = "a", .topic = "b", .brokers = "c", .name_space = "m", .deployment = "d" },
        { .topic = "b", .name_space = "m", .deployment = "d" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char trouble[KEEP_TROUBLE_SIZE] = "";
        cr_assert_null(keep_create(&rows[i], trouble), "row %zu", i);
        cr_assert_neq(trouble[0], '\0');
    }
}

/* ---- topics alone ---- */

/* A writer that stops in the middle leaves the generation before it whole. */
Test(keep_topic, a_torn_generation_gives_way_to_the_one_before)
{
    struct place place;
    char trouble[KEEP_TROUBLE_SIZE];
    char torn[17] = { 0 };

    open_place(&place);
    open_cluster(&place);
    struct keep *keep = keep_at(&place);
    write_items(keep, first, COUNT(first));
    write_items(keep, second, COUNT(second));
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(place.cluster),
            trouble, sizeof trouble);
    rd_kafka_t *kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, trouble, sizeof trouble);
    memset(torn, 0x7f, 8);
    torn[12] = 2; /* the first of two parts, and the second never came */
    char key[] = "madrid/0/a/0";
    const rd_kafka_vu_t parts[] = {
        { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = "keep" },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { .ptr = key, .size = strlen(key) } },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { .ptr = torn, .size = sizeof torn } },
        { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
    };
    cr_assert_null(rd_kafka_produceva(kafka, parts, sizeof parts / sizeof *parts));
    cr_assert_eq(rd_kafka_flush(kafka, 10000), 0);
    rd_kafka_destroy(kafka);
    expect_items(keep, second, COUNT(second));
    keep_destroy(&keep);
    close_place(&place);
}
