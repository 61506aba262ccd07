/*
 * rule_text: the rule files of a set as one piece of text, so that a set can be kept and sent, and compiled
 * again to the same digest.
 *
 *   for each file: "<size of name> <size of text>\n", name, text
 *
 * Nothing is believed of a text that is read back: sizes are checked against what is there.
 */
#ifndef REBATO_MATCH_RULE_TEXT_H
#define REBATO_MATCH_RULE_TEXT_H

#include "match/rule_set.h"

/* More files than this are no rule set that a person wrote. */
#define RULE_FILES_MAX 4096

/* malloc'd, never NULL: memory is a precondition. */
char *rule_text_pack(const struct rule_file *files, size_t file_count, size_t *size);

/* The files of a text. Names are copied, since they need an end; the bytes are those of the text, which
 * outlives them. */
struct rule_files {
    struct rule_file *at;
    char **names;
    size_t count;
};
/* False: it is no such text, and there is nothing to give back. */
int rule_text_unpack(struct view text, struct rule_files *files);
void rule_files_fini(struct rule_files *files);

#endif
