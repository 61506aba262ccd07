/* A negative control: this leaks on purpose, and the sanitizer's run must say so. */
#include <criterion/criterion.h>
#include <stdlib.h>

static void *_Atomic lost;

Test(control, a_leak_of_ours_is_found, .timeout = 60)
{
    lost = malloc(77);
    lost = NULL;
}
