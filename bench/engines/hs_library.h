/*
 * hs_library: the calls of Hyperscan's interface, from the Vectorscan that is linked or from a
 * library that is loaded at run time. Both cannot be installed at once, yet one process can hold
 * both.
 */
#ifndef REBATO_BENCH_ENGINES_HS_LIBRARY_H
#define REBATO_BENCH_ENGINES_HS_LIBRARY_H

#include <hs.h>

struct hs_library {
    void *handle; /* of what was loaded */
    const char *(*version)(void);
    hs_error_t (*compile_multi)(const char *const *expressions,
            const unsigned *flags,
            const unsigned *ids,
            unsigned elements,
            unsigned mode,
            const hs_platform_info_t *platform,
            hs_database_t **database,
            hs_compile_error_t **error);
    hs_error_t (*free_compile_error)(hs_compile_error_t *error);
    hs_error_t (*free_database)(hs_database_t *database);
    hs_error_t (*database_size)(const hs_database_t *database, size_t *size);
    hs_error_t (*alloc_scratch)(const hs_database_t *database, hs_scratch_t **scratch);
    hs_error_t (*free_scratch)(hs_scratch_t *scratch);
    hs_error_t (*scan)(const hs_database_t *database,
            const char *data,
            unsigned length,
            unsigned flags,
            hs_scratch_t *scratch,
            match_event_handler on_event,
            void *context);
};

/* The one that is linked. */
void hs_library_linked(struct hs_library *library);
/* False, and said on stderr, when `path` is no such library. */
int hs_library_load(struct hs_library *library, const char *path);
void hs_library_fini(struct hs_library *library);

#endif
