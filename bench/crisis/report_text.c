#include "crisis/report.h"

#include <inttypes.h>

static void
print_share(double value)
{
    if (value < 0) {
        printf(" %7s", "-");
    } else {
        printf(" %6.1f%%", 100 * value);
    }
}

static void
print_gates(struct results *results)
{
    struct gates gates;

    gates_measure(&gates, results);
    printf("\n%-52s %9s %12s\n", "gate", "measured", "goal");
    for (size_t i = 0; i < gates.count; i++) {
        const struct gate *gate = &gates.rows[i];
        const char *verdict = gate_is_open(gate) ? "-" : gate_is_met(gate) ? "met" : "NOT MET";
        printf("%-52s %9.3f %2s %9.3f  %s\n", gate->name, gate->value,
                gate->at_most ? "<=" : ">=", gate->goal, verdict);
    }
}

static void
print_recall(struct results *results)
{
    struct sheet *page = &results->tiers[TIER_PAGE];

    printf("\n%-18s %6s %8s %8s %8s %8s %8s", "crisis", "seen", "page", "watch", "critical",
            "ceiling", "visible");
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        printf(" %14s", tier_name((enum volume_tier)tier));
    }
    printf(" %8s %6s %9s %8s %6s\n", "median", "p90", "mentions", "at least", "p90");
    for (int i = 0; i < HAPPENING_COUNT; i++) {
        enum happening kind = (enum happening)i;
        if (!happening_is_crisis(kind)) {
            continue;
        }
        printf("%-18s %6" PRIu64, happening_name(kind), sheet_found(page, kind).seen);
        for (int tier = 0; tier < TIERS; tier++) {
            print_share(found_rate(sheet_found(&results->tiers[tier], kind)));
        }
        print_share(sheet_ceiling(page, kind));
        print_share(found_rate(page->visible[kind]));
        for (int tier = 0; tier < TIER_COUNT; tier++) {
            printf("       ");
            print_share(found_rate(page->tiers[kind][tier]));
        }
        printf(" %8.1f %6.1f %9.0f %8.1f %6.1f\n", sheet_delay_minutes(page, kind, 0.5),
                sheet_delay_minutes(page, kind, 0.9), sheet_delay_mentions(page, kind, 0.5),
                sheet_least_minutes(page, kind, 0.5), sheet_least_minutes(page, kind, 0.9));
    }
}

static void
print_false(struct results *results)
{
    char name[48];

    printf("\n%-22s %9s %9s %9s   false alarms a brand-month\n", "cause", "page", "watch",
            "critical");
    for (int cause = 0; cause < CAUSE_COUNT; cause++) {
        double rates[TIERS];
        double sum = 0;
        for (int tier = 0; tier < TIERS; tier++) {
            rates[tier] = sheet_false_rate_by(&results->tiers[tier], cause);
            sum += rates[tier];
        }
        if (sum > 0) {
            printf("%-22s %9.4f %9.4f %9.4f\n", cause_name(cause, name), rates[TIER_PAGE],
                    rates[TIER_WATCH], rates[TIER_CRITICAL]);
        }
    }
}

static void
print_row(const char *name, double threshold, struct sheet *sheet)
{
    printf("%-18s %10.1f %9.3f", name, threshold, sheet_false_rate(sheet));
    print_share(found_rate(sheet_crisis(sheet)));
    print_share(sheet_precision_here(sheet));
    print_share(sheet_precision(sheet, 0.05));
    print_share(sheet_precision(sheet, 0.6));
    print_share(found_rate(sheet_found(sheet, HAPPENING_OUTAGE)));
    print_share(found_rate(sheet_found(sheet, HAPPENING_VIRAL)));
    print_share(found_rate(sheet_found(sheet, HAPPENING_SLOW_BURN)));
    printf(" %8.1f\n", sheet_delay_minutes(sheet, HAPPENING_OUTAGE, 0.5));
}

static void
print_rivals(struct results *results)
{
    printf("\n%-18s %10s %9s %8s %8s %8s %8s %8s %8s %8s %8s\n", "detector", "threshold", "false",
            "recall", "prec.", "at 0.05", "at 0.6", "outage", "viral", "slow", "median");
    for (int tier = 0; tier < TIERS; tier++) {
        print_row(tier_title((enum tier)tier), 0, &results->tiers[tier]);
    }
    for (size_t i = 0; i < RIVAL_COUNT; i++) {
        size_t step = rival_within_budget(results, i);
        print_row(rival_name(i), ladder_threshold(i, 0), &results->rivals[i][0]);
        if (step > 0) {
            print_row("  within budget", ladder_threshold(i, step), &results->rivals[i][step]);
        }
    }
}

void
report_text(const struct report_head *head, struct results *results)
{
    printf("seeds %s, %" PRIu32 " brands, %" PRIu32 " days scored, %" PRIu64 " mentions, %.0f s\n",
            head->seeds, head->brands, head->days, results->mentions, head->seconds);
    printf("through reader and rules: %" PRIu64 " brands, %" PRIu64 " mentions, %" PRIu64
           " numbers, %" PRIu64 " of them differ\n",
            results->agreement.brands, results->agreement.mentions, results->agreement.numbers,
            results->agreement.differences);
    print_gates(results);
    print_recall(results);
    print_false(results);
    print_rivals(results);
    (void)fflush(stdout);
}
