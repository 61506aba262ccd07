/* Any bytes as a control log: taken, refused with a reason, or torn at the end; what was taken is in order. */
#include "replay/control.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct control *control = control_create();
    char trouble[CONTROL_TROUBLE_SIZE];
    size_t torn = 0;
    size_t count = 0;

    if (control == NULL) {
        return 0;
    }
    struct view text = { .at = (const char *)data, .size = size };
    int fine = control_take_all(control, text, &torn, trouble);
    assert(fine == (trouble[0] == '\0'));
    const struct control_idle *idles = control_idles(control, &count);
    for (size_t i = 1; i < count; i++) {
        assert(control_compare_idle(&idles[i - 1], &idles[i]) < 0);
    }
    control_destroy(&control);
    return 0;
}
