#include "crisis/gates.h"

#include <assert.h>
#include <stdio.h>

int
gate_is_open(const struct gate *gate)
{
    return gate->value < 0;
}

int
gate_is_met(const struct gate *gate)
{
    if (gate_is_open(gate)) {
        return 0;
    }
    return gate->at_most ? gate->value <= gate->goal : gate->value >= gate->goal;
}

static void
add(struct gates *gates, const char *name, double value, struct gate goal)
{
    assert(gates->count < GATES_MAX);
    struct gate *gate = &gates->rows[gates->count++];
    (void)snprintf(gate->name, sizeof gate->name, "%s", name);
    gate->value = value;
    gate->goal = goal.goal;
    gate->at_most = goal.at_most;
}

static struct gate
most(double goal)
{
    return (struct gate){ .goal = goal, .at_most = 1 };
}

static struct gate
least(double goal)
{
    return (struct gate){ .goal = goal };
}

static double
found_in(const struct sheet *sheet, enum happening kind)
{
    return found_rate(sheet_found(sheet, kind));
}

static double
planned(const struct sheet *sheet)
{
    struct found plain = sheet_found(sheet, HAPPENING_PLANNED);
    struct found football = sheet_found(sheet, HAPPENING_FOOTBALL);
    return found_rate((struct found){ plain.seen + football.seen, plain.hit + football.hit });
}

/* Of those with ten people or more who complained. */
static double
outages_of_ten(const struct sheet *sheet)
{
    const struct found *crowds = sheet->crowds[HAPPENING_OUTAGE];
    return found_rate((struct found){ crowds[CROWD_UNDER_20].seen + crowds[CROWD_FROM_20].seen,
            crowds[CROWD_UNDER_20].hit + crowds[CROWD_FROM_20].hit });
}

static double
duplicates(const struct sheet *sheet)
{
    struct found found = sheet_crisis(sheet);
    return found.hit == 0 ? -1 : (double)sheet->duplicates / (double)found.hit;
}

static void
gates_of_alarms(struct gates *gates, const struct sheet *page)
{
    add(gates, "false alarms a brand-month, sybil bursts aside", sheet_false_rate(page), most(0.1));
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        char name[64];
        (void)snprintf(name, sizeof name, "false alarms, %s", tier_name((enum volume_tier)tier));
        add(gates, name, sheet_false_rate_of(page, (enum volume_tier)tier), most(0.3));
    }
}

static void
gates_of_recall(struct gates *gates, struct sheet *page)
{
    add(gates, "outage", found_in(page, HAPPENING_OUTAGE), least(0.92));
    add(gates, "outage, 10 people or more", outages_of_ten(page), least(0.95));
    add(gates, "shared supplier", found_in(page, HAPPENING_SUPPLIER), least(0.92));
    add(gates, "regional", found_in(page, HAPPENING_REGIONAL), least(0.8));
    add(gates, "viral", found_in(page, HAPPENING_VIRAL), least(0.94));
    add(gates, "boycott", found_in(page, HAPPENING_BOYCOTT), least(0.95));
    add(gates, "degradation", found_in(page, HAPPENING_DEGRADATION), least(0.65));
    add(gates, "privacy, of visible", found_rate(page->visible[HAPPENING_PRIVACY]), least(0.6));
    add(gates, "slow burn, of visible", found_rate(page->visible[HAPPENING_SLOW_BURN]), least(0.4));
    add(gates, "outage, minutes to detect, median",
            sheet_delay_minutes(page, HAPPENING_OUTAGE, 0.5), most(15));
    add(gates, "outage, minutes to detect, p90", sheet_delay_minutes(page, HAPPENING_OUTAGE, 0.9),
            most(35));
}

static void
gates_of_quiet(struct gates *gates, const struct sheet *page)
{
    add(gates, "planned, share rises < 1.3x: paged", found_rate(page->planned_plain), most(0.01));
    add(gates, "planned, all: paged", planned(page), most(0.08));
    add(gates, "few accounts: paged", found_in(page, HAPPENING_BOTS), most(0.01));
    add(gates, "sybil bursts: paged", found_in(page, HAPPENING_SYBIL), most(0.2));
    add(gates, "sybil bursts labelled coordinated", found_rate(page->labelled), least(0.8));
    add(gates, "labelled so elsewhere, a brand-month", sheet_labelled_elsewhere(page), most(0.02));
    add(gates, "gaps: paged", found_in(page, HAPPENING_GAP), most(0));
    add(gates, "duplicates a crisis found", duplicates(page), most(0.05));
    /* Nothing is withdrawn as long as notices are only given at the close. */
    add(gates, "withdrawn", 0, most(0.01));
}

void
gates_measure(struct gates *gates, struct results *results)
{
    struct sheet *page = &results->tiers[TIER_PAGE];
    const struct sheet *watch = &results->tiers[TIER_WATCH];

    gates->count = 0;
    gates_of_alarms(gates, page);
    gates_of_recall(gates, page);
    gates_of_quiet(gates, page);
    add(gates, "slow burn at watch tier, of visible",
            found_rate(watch->visible[HAPPENING_SLOW_BURN]), least(0.8));
    add(gates, "false alarms at watch tier", sheet_false_rate(watch), most(0.5));
    add(gates, "false alarms at critical tier", sheet_false_rate(&results->tiers[TIER_CRITICAL]),
            most(0.02));
}
