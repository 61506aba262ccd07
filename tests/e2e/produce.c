/*
 * e2e_produce BROKERS TOPIC [hex] < lines: sends "key <tab> ms <tab> value" lines to a topic, the Kafka
 * timestamp being the middle column. With "hex" values are written in hexadecimal, so that they may hold any
 * byte or none, and "-" is a record without a value. Exit 0 when all of them were acknowledged.
 */
#include "core/view.h"
#include "ingest/broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
nibble(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* In its own place: it only gets shorter. */
static struct view
from_hex(char *text, size_t size)
{
    if (size == 1 && text[0] == '-') {
        return (struct view){ .at = NULL };
    }
    for (size_t i = 0; i < size / 2; i++) {
        text[i] = (char)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
    }
    return (struct view){ .at = text, .size = size / 2 };
}

static int
send_line(struct producer *producer, char *line, size_t size, int hex)
{
    char *stamp = memchr(line, '\t', size);
    char *value = stamp == NULL ? NULL : memchr(stamp + 1, '\t', size - (size_t)(stamp + 1 - line));
    uint64_t time_ms = 0;

    if (value == NULL) {
        return 0;
    }
    struct view key = { .at = line, .size = (size_t)(stamp - line) };
    struct view time = { .at = stamp + 1, .size = (size_t)(value - stamp - 1) };
    size_t body_size = size - (size_t)(value + 1 - line);
    struct view body = hex ? from_hex(value + 1, body_size)
                           : (struct view){ .at = value + 1, .size = body_size };
    return view_to_u64(time, &time_ms) && producer_send(producer, key, body, (int64_t)time_ms);
}

int
main(int argc, char **argv)
{
    char trouble[256];
    char *line = NULL;
    size_t capacity = 0;
    int fine = 1;
    int hex = argc == 4 && strcmp(argv[3], "hex") == 0;

    if (argc != 3 + hex) {
        fprintf(stderr, "usage: e2e_produce BROKERS TOPIC [hex] < lines\n");
        return 2;
    }
    struct producer *producer = producer_create(argv[1], argv[2], trouble);
    if (producer == NULL) {
        fprintf(stderr, "e2e_produce: %s\n", trouble);
        return 2;
    }
    for (ssize_t size = getline(&line, &capacity, stdin); fine && size > 0;
            size = getline(&line, &capacity, stdin)) {
        fine = send_line(producer, line, (size_t)size - (line[size - 1] == '\n'), hex);
    }
    fine = fine && producer_flush(producer, 30000);
    producer_destroy(&producer);
    free(line);
    return fine ? 0 : 1;
}
