/* Settings from bytes, and the faults as one text to look into. */
#ifndef REBATO_TEST_APP_FIXTURE_H
#define REBATO_TEST_APP_FIXTURE_H

#include "app/settings/settings.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

struct reading {
    struct settings settings;
    int fine;
    char *faults; /* as fault_print() shows them */
};

static inline struct reading *
reading_of(const char *text)
{
    struct reading *reading = calloc(1, sizeof *reading);
    struct fault_list *faults = fault_list_create();
    size_t size = 0;

    cr_assert_not_null(reading);
    settings_init(&reading->settings);
    reading->fine = settings_parse(&reading->settings, "rebato.yaml", view_of(text), faults);
    FILE *out = open_memstream(&reading->faults, &size);
    fault_print(faults, out, FAULT_PLAIN);
    (void)fclose(out);
    cr_expect_eq(reading->fine, fault_count(faults, FAULT_ERROR) == 0, "%s", reading->faults);
    fault_list_destroy(&faults);
    return reading;
}

static inline void
reading_end(struct reading *reading)
{
    settings_fini(&reading->settings);
    free(reading->faults);
    free(reading);
}

/* A file with the line that every file needs. */
#define FILE_OF(lines) "schema: rebato/config/v1\n" lines

#endif
