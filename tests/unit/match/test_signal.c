#include "fixture.h"

Test(signal, every_name_finds_its_signal_and_has_titles)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        enum signal signal = (enum signal)i;
        cr_expect_eq(signal_find(view_of(signal_name(signal))), signal);
        cr_expect_gt(strlen(signal_title(signal, LANG_ES)), 0);
        cr_expect_gt(strlen(signal_title(signal, LANG_EN)), 0);
    }
    cr_expect_eq(signal_find(VIEW("outages")), SIGNAL_COUNT);
    cr_expect_eq(signal_find(VIEW("outag")), SIGNAL_COUNT);
    cr_expect_eq(signal_find(VIEW("")), SIGNAL_COUNT);
}

Test(signal, kinds_follow_the_name)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        enum signal signal = (enum signal)i;
        int named_official = strncmp(signal_name(signal), "official-", 9) == 0;
        cr_expect_eq(signal_kind_of(signal) == SIGNAL_KIND_OFFICIAL, named_official, "%s",
                signal_name(signal));
    }
    cr_expect_eq(signal_kind_of(SIGNAL_OUTAGE), SIGNAL_KIND_COMPLAINT);
    cr_expect_eq(signal_kind_of(SIGNAL_THIRD_PARTY_DENIAL), SIGNAL_KIND_CONTEXT);
}

Test(rule, severities_and_sensitivities_have_names)
{
    enum sensitivity sensitivity = SENSITIVITY_FEWER;
    cr_expect_str_eq(severity_name(SEVERITY_CRITICAL), "critical");
    cr_expect_str_eq(severity_name(SEVERITY_INFO), "info");
    cr_expect_str_eq(sensitivity_name(SENSITIVITY_MORE), "more");
    cr_expect(sensitivity_find(VIEW("balanced"), &sensitivity));
    cr_expect_eq(sensitivity, SENSITIVITY_BALANCED);
    cr_expect_not(sensitivity_find(VIEW("Balanced"), &sensitivity));
    cr_expect_not(sensitivity_find(VIEW(""), &sensitivity));
}
