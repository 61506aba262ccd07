/*
 * texts: the folded texts of archives, one after the other, as rules see them.
 *
 * For verbs that count or measure over many mentions and do not care whose they are. Records that are
 * no mentions are left out, and counted.
 */
#ifndef REBATO_APP_RULES_TEXTS_H
#define REBATO_APP_RULES_TEXTS_H

#include "app/cli.h"
#include "mention/mention.h"
#include "mention/reader.h"

/* `mention` and `folded` are valid during the call. False: enough, no more are wanted. */
typedef int texts_take(void *owner, const struct mention *mention, struct view folded);

struct texts {
    const char *verb; /* for complaints */
    struct reader_options reader;
    texts_take *take;
    void *owner;
    size_t refused; /* records that could not be read; counted here */
};

/* All of a file, a folder, or "-". EXIT_FINE unless it cannot be read (said already). */
enum exit_code texts_read(struct texts *texts, const char *path);

/* The posts of an invented story, the same on every host. */
enum exit_code texts_invent(struct texts *texts, const char *scene_name);

#endif
