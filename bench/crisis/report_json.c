#include "crisis/report.h"

#include <math.h>

/* Enough digits to compare runs; what could not be measured is null. */
static json_t *
number(double value)
{
    return value < 0 ? json_null() : json_real(round(value * 10000) / 10000);
}

static json_t *
found_json(struct found found)
{
    return number(found_rate(found));
}

static struct found
sum(const struct found *found, size_t count)
{
    struct found all = { 0, 0 };
    for (size_t i = 0; i < count; i++) {
        all.seen += found[i].seen;
        all.hit += found[i].hit;
    }
    return all;
}

static json_t *
recall_json(const struct sheet *sheet)
{
    json_t *recall = json_object();
    for (int kind = 0; kind < HAPPENING_COUNT; kind++) {
        if (happening_is_crisis((enum happening)kind)) {
            json_object_set_new(recall, happening_name((enum happening)kind),
                    found_json(sheet_found(sheet, (enum happening)kind)));
        }
    }
    json_object_set_new(recall, "outage_10_authors",
            found_json(sum(&sheet->crowds[HAPPENING_OUTAGE][CROWD_UNDER_20], 2)));
    json_object_set_new(recall, "outage_5_to_9_authors",
            found_json(sheet->crowds[HAPPENING_OUTAGE][CROWD_UNDER_10]));
    json_object_set_new(recall, "all", found_json(sheet_crisis(sheet)));
    return recall;
}

static json_t *
by_tier_json(const struct sheet *sheet, enum happening kind)
{
    json_t *tiers = json_object();
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        json_object_set_new(
                tiers, tier_name((enum volume_tier)tier), found_json(sheet->tiers[kind][tier]));
    }
    return tiers;
}

static void
set_details(json_t *object, struct sheet *sheet)
{
    json_t *visible = json_object();
    json_t *ceiling = json_object();
    json_t *tiers = json_object();
    json_t *paged = json_object();
    json_t *false_tiers = json_object();

    for (int i = 0; i < HAPPENING_COUNT; i++) {
        enum happening kind = (enum happening)i;
        const char *name = happening_name(kind);
        if (happening_is_crisis(kind)) {
            json_object_set_new(visible, name, found_json(sheet->visible[kind]));
            json_object_set_new(ceiling, name, number(sheet_ceiling(sheet, kind)));
            json_object_set_new(tiers, name, by_tier_json(sheet, kind));
        } else {
            json_object_set_new(paged, name, found_json(sheet_found(sheet, kind)));
        }
    }
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        json_object_set_new(false_tiers, tier_name((enum volume_tier)tier),
                number(sheet_false_rate_of(sheet, (enum volume_tier)tier)));
    }
    json_object_set_new(object, "recall_of_visible", visible);
    json_object_set_new(object, "visible_at_all", ceiling);
    json_object_set_new(object, "recall_by_tier", tiers);
    json_object_set_new(object, "paged", paged);
    json_object_set_new(object, "false_alarms_by_tier", false_tiers);
    json_object_set_new(object, "precision",
            json_pack("{s:o, s:o, s:o}", "at_0.05", number(sheet_precision(sheet, 0.05)), "at_0.6",
                    number(sheet_precision(sheet, 0.6)), "here",
                    number(sheet_precision_here(sheet))));
}

static json_t *
delays_json(struct sheet *sheet, double (*at)(struct sheet *, enum happening, double))
{
    json_t *all = json_object();
    for (int i = 0; i < HAPPENING_COUNT; i++) {
        enum happening kind = (enum happening)i;
        if (happening_is_crisis(kind)) {
            json_object_set_new(all, happening_name(kind),
                    json_pack("{s:o, s:o}", "median", number(at(sheet, kind, 0.5)), "p90",
                            number(at(sheet, kind, 0.9))));
        }
    }
    return all;
}

static json_t *
causes_json(const struct sheet *sheet)
{
    json_t *causes = json_object();
    char name[48];
    for (int cause = 0; cause < CAUSE_COUNT; cause++) {
        json_object_set_new(
                causes, cause_name(cause, name), number(sheet_false_rate_by(sheet, cause)));
    }
    return causes;
}

static json_t *
sheet_json(struct sheet *sheet)
{
    struct found found = sheet_crisis(sheet);
    json_t *object = json_object();

    json_object_set_new(object, "false_alarms_per_brand_month", number(sheet_false_rate(sheet)));
    json_object_set_new(object, "false_alarms_by_cause", causes_json(sheet));
    json_object_set_new(object, "recall", recall_json(sheet));
    json_object_set_new(object, "time_to_detect_min", delays_json(sheet, sheet_delay_minutes));
    json_object_set_new(object, "time_visible_min", delays_json(sheet, sheet_least_minutes));
    json_object_set_new(
            object, "time_to_detect_mentions", delays_json(sheet, sheet_delay_mentions));
    json_object_set_new(object, "duplicates",
            number(found.hit == 0 ? 0 : (double)sheet->duplicates / (double)found.hit));
    json_object_set_new(object, "withdrawn", json_integer(0));
    set_details(object, sheet);
    return object;
}

size_t
rival_within_budget(const struct results *results, size_t rival)
{
    for (size_t step = 0; step < LADDER_STEPS; step++) {
        if (sheet_false_rate(&results->rivals[rival][step]) <= BUDGET) {
            return step;
        }
    }
    return LADDER_STEPS - 1;
}

static json_t *
rival_json(struct results *results, size_t rival, size_t step)
{
    struct sheet *sheet = &results->rivals[rival][step];
    return json_pack("{s:f, s:o, s:o, s:o, s:o}", "threshold", ladder_threshold(rival, step),
            "false_alarms_per_brand_month", number(sheet_false_rate(sheet)), "recall",
            recall_json(sheet), "time_to_detect_min", delays_json(sheet, sheet_delay_minutes),
            "precision", number(sheet_precision_here(sheet)));
}

static json_t *
rivals_json(struct results *results)
{
    json_t *rivals = json_object();
    for (size_t i = 0; i < RIVAL_COUNT; i++) {
        json_object_set_new(rivals, rival_name(i),
                json_pack("{s:o, s:o}", "as_usual", rival_json(results, i, 0), "within_budget",
                        rival_json(results, i, rival_within_budget(results, i))));
    }
    return rivals;
}

static json_t *
gates_json(struct results *results)
{
    struct gates gates;
    json_t *rows = json_array();

    gates_measure(&gates, results);
    for (size_t i = 0; i < gates.count; i++) {
        const struct gate *gate = &gates.rows[i];
        json_array_append_new(
                rows, json_pack("{s:s, s:o, s:s, s:f, s:b}", "gate", gate->name, "value",
                              gate_is_open(gate) ? json_null() : json_real(gate->value), "bound",
                              gate->at_most ? "at most" : "at least", "goal", gate->goal, "met",
                              gate_is_met(gate)));
    }
    return rows;
}

json_t *
report_json(const struct report_head *head, struct results *results)
{
    json_t *report = json_object();

    for (int tier = 0; tier < TIERS; tier++) {
        json_object_set_new(report, tier_title((enum tier)tier), sheet_json(&results->tiers[tier]));
    }
    json_object_set_new(report, "baselines", rivals_json(results));
    json_object_set_new(report, "gates", gates_json(results));
    json_object_set_new(report, "agreement",
            json_pack("{s:I, s:I, s:I, s:I}", "brands", (json_int_t)results->agreement.brands,
                    "mentions", (json_int_t)results->agreement.mentions, "numbers",
                    (json_int_t)results->agreement.numbers, "differences",
                    (json_int_t)results->agreement.differences));
    json_object_set_new(report, "run",
            json_pack("{s:s, s:i, s:i, s:I}", "seeds", head->seeds, "brands", (int)head->brands,
                    "days", (int)head->days, "mentions", (json_int_t)results->mentions));
    return report;
}
