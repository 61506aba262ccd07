/*
 * happening: the kinds of things that happen to a brand, crises and what only looks like one.
 */
#ifndef REBATO_BENCH_CRISIS_HAPPENING_H
#define REBATO_BENCH_CRISIS_HAPPENING_H

/* C name, name in the report, is it a crisis?, most that happen to a brand a month (28 days) on average */
#define HAPPENINGS(H)                                                                              \
    H(OUTAGE, "outage", 1, 0.20)                                                                   \
    H(REGIONAL, "regional", 1, 0.10)                                                               \
    H(SUPPLIER, "shared_supplier", 1, 0.10)                                                        \
    H(VIRAL, "viral", 1, 0.20)                                                                     \
    H(BOYCOTT, "boycott", 1, 0.05)                                                                 \
    H(DEGRADATION, "degradation", 1, 0.10)                                                         \
    H(PRIVACY, "privacy", 1, 0.10)                                                                 \
    H(SLOW_BURN, "slow_burn", 1, 0.20)                                                             \
    H(BOTS, "few_accounts", 0, 0.30)                                                               \
    H(SYBIL, "sybil", 0, 0.05)                                                                     \
    H(PLANNED, "planned", 0, 0.20)                                                                 \
    H(FOOTBALL, "football", 0, 0.20)                                                               \
    H(GAP, "gap", 0, 0.30)                                                                         \
    H(NEWSLETTER, "newsletter", 0, 0.05)                                                           \
    H(STEP, "step_change", 0, 0.05)                                                                \
    H(HARMLESS, "harmless_viral", 0, 8.0)                                                          \
    H(THREAD, "thread", 0, 1.0)

enum happening {
#define HAPPENING_ENUM(c_name, name, crisis, rate) HAPPENING_##c_name,
    HAPPENINGS(HAPPENING_ENUM)
#undef HAPPENING_ENUM
            HAPPENING_COUNT
};

const char *happening_name(enum happening kind);
int happening_is_crisis(enum happening kind);
double happening_rate(enum happening kind);

#endif
