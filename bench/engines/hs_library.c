#include "engines/hs_library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

void
hs_library_linked(struct hs_library *library)
{
    *library = (struct hs_library){
        .version = hs_version,
        .compile_multi = hs_compile_multi,
        .free_compile_error = hs_free_compile_error,
        .free_database = hs_free_database,
        .database_size = hs_database_size,
        .alloc_scratch = hs_alloc_scratch,
        .free_scratch = hs_free_scratch,
        .scan = hs_scan,
    };
}

/* POSIX promises that an object pointer holds a function's address; ISO C does not let it be cast.
 * */
static int
find_call(void *handle, const char *name, void *call)
{
    void *found = dlsym(handle, name);

    memcpy(call, &found, sizeof found);
    return found != NULL;
}

static int
find_calls(struct hs_library *library)
{
    void *handle = library->handle;

    return find_call(handle, "hs_version", &library->version) &&
           find_call(handle, "hs_compile_multi", &library->compile_multi) &&
           find_call(handle, "hs_free_compile_error", &library->free_compile_error) &&
           find_call(handle, "hs_free_database", &library->free_database) &&
           find_call(handle, "hs_database_size", &library->database_size) &&
           find_call(handle, "hs_alloc_scratch", &library->alloc_scratch) &&
           find_call(handle, "hs_free_scratch", &library->free_scratch) &&
           find_call(handle, "hs_scan", &library->scan);
}

int
hs_library_load(struct hs_library *library, const char *path)
{
    *library = (struct hs_library){ 0 };
    /* Deep: it has to see its own symbols before those of the Vectorscan that is linked. */
    library->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (library->handle == NULL || !find_calls(library)) {
        const char *why = dlerror(); /* NOLINT(concurrency-mt-unsafe): before threads */
        (void)fprintf(stderr, "%s: %s\n", path, why == NULL ? "not a Hyperscan" : why);
        hs_library_fini(library);
        return 0;
    }
    return 1;
}

void
hs_library_fini(struct hs_library *library)
{
    if (library->handle != NULL) {
        (void)dlclose(library->handle);
    }
    *library = (struct hs_library){ 0 };
}
