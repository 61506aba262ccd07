/* body: what a place to keep things in provides. Folder only. */
#ifndef REBATO_KEEP_BODY_H
#define REBATO_KEEP_BODY_H

#include "keep/frame.h"

struct keep {
    struct keep_options options; /* strings point into the arena */
    struct frame_owner owner;
    struct arena *arena;
    char place[KEEP_TROUBLE_SIZE];
    void *kafka;     /* the topic's producer, once there is one */
    uint32_t turn;   /* of the two generations in a topic */
    uint64_t newest; /* the number of the last writing that was seen or made there */
};

enum keep_outcome keep_file_write(struct keep *keep,
        const struct keep_item *items,
        size_t count,
        char trouble[KEEP_TROUBLE_SIZE]);
enum keep_outcome keep_file_read(
        struct keep *keep, struct keep_box *box, char trouble[KEEP_TROUBLE_SIZE]);

enum keep_outcome keep_topic_write(struct keep *keep,
        const struct keep_item *items,
        size_t count,
        char trouble[KEEP_TROUBLE_SIZE]);
enum keep_outcome keep_topic_read(
        struct keep *keep, struct keep_box *box, char trouble[KEEP_TROUBLE_SIZE]);
void keep_topic_close(struct keep *keep);

#endif
