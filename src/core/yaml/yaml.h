/*
 * yaml: strict reading of a settings or rule file, with every fault located.
 *
 * The library behind it is libfyaml; nobody else includes it. A reader walks nodes and asks for what
 * it expects; whatever is of the wrong kind, unknown or repeated is added to the caller's fault list
 * with its place, and the walk goes on, so that one pass finds all faults.
 */
#ifndef REBATO_CORE_YAML_YAML_H
#define REBATO_CORE_YAML_YAML_H

#include "core/view.h"
#include "core/yaml/fault.h"

#include <stdint.h>

struct yaml_document; /* one file, parsed */
struct yaml_node;     /* borrowed from its document; NULL = absent */

enum yaml_kind { YAML_NONE, YAML_SCALAR, YAML_LIST, YAML_MAP };

/* Parses `text` (copied). `file` names it in faults. NULL when there is no document to walk: the
 * reasons are in `faults` (an empty file is one). Aliases are resolved, at most 10,000 nodes deep and
 * wide, so that a nest of them cannot explode. */
struct yaml_document *yaml_parse(const char *file, struct view text, struct fault_list *faults);
void yaml_destroy(struct yaml_document **document);
const struct yaml_node *yaml_root(const struct yaml_document *document);

enum yaml_kind yaml_kind_of(const struct yaml_node *node);
struct fault_place yaml_place(const struct yaml_node *node);

/* Scalars; the text lives as long as the document. Empty view for anything else. */
struct view yaml_text(const struct yaml_node *node);
/* True when a plain (unquoted) scalar reads null or ~, or the node is absent. */
int yaml_is_null(const struct yaml_node *node);

/* Lists and maps: children by position, in file order. A map's key is a scalar. */
size_t yaml_size(const struct yaml_node *node);
const struct yaml_node *yaml_item(const struct yaml_node *node, size_t index);
struct view yaml_key(const struct yaml_node *map, size_t index);
const struct yaml_node *yaml_key_node(const struct yaml_node *map, size_t index);
const struct yaml_node *yaml_value(const struct yaml_node *map, size_t index);
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Adds a fault for every key of `map` that is not in `known`, with the nearest known one as advice,
 * and one for every key that stands twice. Also when the node is not a map at all. */
void yaml_expect_keys(const struct yaml_node *map,
        const char *const *known,
        size_t count,
        struct fault_list *faults);

/* Typed reads. Absent nodes give 0 and no fault; a wrong type gives 0 and a fault. */
int yaml_read_text(const struct yaml_node *node, struct view *text, struct fault_list *faults);
int yaml_read_i64(const struct yaml_node *node, int64_t *number, struct fault_list *faults);
int yaml_read_double(const struct yaml_node *node, double *number, struct fault_list *faults);
int yaml_read_flag(const struct yaml_node *node, int *flag, struct fault_list *faults);
int yaml_read_span(const struct yaml_node *node, int64_t *span_ms, struct fault_list *faults);

/* A fault at the node. */
void yaml_fault(const struct yaml_node *node,
        struct fault_list *faults,
        const char *advice,
        const char *format,
        ...) __attribute__((format(printf, 4, 5)));
void yaml_warn(const struct yaml_node *node,
        struct fault_list *faults,
        const char *advice,
        const char *format,
        ...) __attribute__((format(printf, 4, 5)));

/* Replaces ${NAME} and ${NAME:-default} in `text` from the environment, before parsing; an unset
 * name is a fault. Returns a malloc'd string, *size its length; NULL after a fault. */
char *yaml_expand(const char *file, struct view text, size_t *size, struct fault_list *faults);

#endif
