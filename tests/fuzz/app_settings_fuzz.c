/* Any bytes as a settings file: no crash; faults where it is refused; what is taken can be shown
 * and is taken again, secrets aside. */
#include "app/settings/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Reading may touch the disk through rules and *_file; what it finds there is not the point. */
static int
names_files(struct view text)
{
    return memmem(text.at, text.size, "_file", 5) != NULL ||
           memmem(text.at, text.size, "rules", 5) != NULL;
}

static void
expect_shown_is_taken(const struct settings *settings, struct fault_list *faults)
{
    struct settings *again = calloc(1, sizeof *again);
    char *shown = settings_show(settings);

    assert(again != NULL);
    settings_init(again);
    assert(settings_parse(again, "shown.yaml", view_of(shown), faults));
    settings_fini(again);
    free(again);
    free(shown);
}

/* The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view text = { .at = (const char *)data, .size = size };
    struct fault_list *faults = fault_list_create();
    struct settings *settings = calloc(1, sizeof *settings);

    assert(faults != NULL && settings != NULL);
    settings_init(settings);
    if (size > 0 && !names_files(text)) {
        int fine = settings_parse(settings, "rebato.yaml", text, faults);
        assert(fine == (fault_count(faults, FAULT_ERROR) == 0));
        if (fine) {
            expect_shown_is_taken(settings, faults);
        }
    }
    settings_fini(settings);
    free(settings);
    fault_list_destroy(&faults);
    return 0;
}
