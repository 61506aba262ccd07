/* Four names in eight bytes. */
#include "window/topics.h"

#include <criterion/criterion.h>

Test(topics, up_to_four_are_found_again_and_no_other)
{
    static const char *const names[] = { "os.android", "os.ios", "place.madrid", "network.fibra",
        "place.sevilla" };
    uint64_t topics = 0;
    cr_expect_not(topics_have(topics, view_of("os.ios")));
    for (size_t i = 0; i < 5; i++) {
        topics = topics_with(topics, view_of(names[i]));
        topics = topics_with(topics, view_of(names[i])); /* once is enough */
    }
    for (size_t i = 0; i < TOPICS_MAX; i++) {
        cr_expect(topics_have(topics, view_of(names[i])), "%s", names[i]);
    }
    cr_expect_not(topics_have(topics, view_of(names[4])), "the fifth is left out");
    cr_expect_not(topics_have(topics, view_of("")));
}
