/*
 * e2e_produce BROKERS TOPIC < lines: sends "key <tab> ms <tab> value" lines to a topic, the Kafka timestamp
 * being the middle column. Exit 0 when all of them were acknowledged.
 */
#include "core/view.h"
#include "ingest/broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
send_line(struct producer *producer, char *line, size_t size)
{
    char *stamp = memchr(line, '\t', size);
    char *value = stamp == NULL ? NULL : memchr(stamp + 1, '\t', size - (size_t)(stamp + 1 - line));
    uint64_t time_ms = 0;

    if (value == NULL) {
        return 0;
    }
    struct view key = { .at = line, .size = (size_t)(stamp - line) };
    struct view time = { .at = stamp + 1, .size = (size_t)(value - stamp - 1) };
    struct view body = { .at = value + 1, .size = size - (size_t)(value + 1 - line) };
    return view_to_u64(time, &time_ms) &&
            producer_send(producer, key, body, (int64_t)time_ms);
}

int
main(int argc, char **argv)
{
    char trouble[256];
    char *line = NULL;
    size_t capacity = 0;
    int fine = 1;

    if (argc != 3) {
        fprintf(stderr, "usage: e2e_produce BROKERS TOPIC < lines\n");
        return 2;
    }
    struct producer *producer = producer_create(argv[1], argv[2], trouble);
    if (producer == NULL) {
        fprintf(stderr, "e2e_produce: %s\n", trouble);
        return 2;
    }
    for (ssize_t size = getline(&line, &capacity, stdin); fine && size > 0;
            size = getline(&line, &capacity, stdin)) {
        fine = send_line(producer, line, (size_t)size - (line[size - 1] == '\n'));
    }
    fine = fine && producer_flush(producer, 30000);
    producer_destroy(&producer);
    free(line);
    return fine ? 0 : 1;
}
