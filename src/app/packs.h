/*
 * packs: rule files for a verb: the ones a user names, or the ones inside the binary.
 *
 * A path may be a file, or a folder (its *.yaml files, below it too, playbooks and scenarios left out).
 * Without any path the embedded packs serve.
 */
#ifndef REBATO_APP_PACKS_H
#define REBATO_APP_PACKS_H

#include "app/cli.h"
#include "match/rule_set.h"

/* Compiles; prints all faults to standard error. NULL and *code when something is wrong. */
const struct rule_set *packs_compile(
        const char *verb, const char *const *paths, size_t path_count, enum exit_code *code);

/* The same, with the faults left to the caller (who destroys the list). */
const struct rule_set *packs_compile_with(
        const char *const *paths, size_t path_count, struct fault_list *faults);

/* The same with a probe of the caller's, which remembers the patterns it has seen, and for a set that takes the
 * place of `former` (NULL: of none): who compiles the same files again has only what is new tried and
 * compiled. */
const struct rule_set *packs_compile_next(const struct rule_set *former,
        const char *const *paths,
        size_t path_count,
        struct probe *probe,
        struct fault_list *faults);

/* The files themselves as one text (match/rule_text.h), malloc'd; NULL and faults when they cannot be read. */
char *packs_text(
        const char *const *paths, size_t path_count, size_t *size, struct fault_list *faults);
/* And a set of such a text. */
const struct rule_set *packs_compile_text(const struct rule_set *former,
        struct view text,
        struct probe *probe,
        struct fault_list *faults);

/* A warning for every pattern that runs on every text; errors when there are more than `always_max`. */
void packs_price(const struct rule_set *rules, uint32_t always_max, struct fault_list *faults);

/* A whole file of at most `size_max` bytes; NULL and a fault when it cannot be read. malloc'd. */
char *packs_read_file(const char *path, size_t size_max, size_t *size, struct fault_list *faults);

#endif
