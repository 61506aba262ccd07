#include "ingest/kafka_conf.h"

#include <criterion/criterion.h>

static char trouble[TROUBLE_SIZE];

/* The name in the group of the member at this place; "" when it has none. */
static const char *
name_at(uint32_t place, const struct consumer_property *properties, size_t count)
{
    static const char *const topics[] = { "t" };
    static char name[128];
    size_t size = sizeof name;
    struct consumer_options options = { .brokers = "127.0.0.1:1",
        .group = "g",
        .topics = topics,
        .topic_count = 1,
        .properties = properties,
        .property_count = count,
        .place = place };
    rd_kafka_conf_t *conf = consumer_conf_create(&options, trouble);

    cr_assert_not_null(conf, "%s", trouble);
    name[0] = '\0';
    if (rd_kafka_conf_get(conf, "group.instance.id", name, &size) != RD_KAFKA_CONF_OK) {
        name[0] = '\0'; /* never set */
    }
    rd_kafka_conf_destroy(conf);
    return name;
}

Test(kafka_conf, each_worker_has_a_place_of_its_own_in_the_group)
{
    const struct consumer_property fixed = { "group.instance.id", "lima-1" };
    cr_assert_str_eq(name_at(0, &fixed, 1), "lima-1");
    cr_assert_str_eq(name_at(1, &fixed, 1), "lima-1-1");
    cr_assert_str_eq(name_at(7, &fixed, 1), "lima-1-7");
}

Test(kafka_conf, without_a_name_nobody_gets_one)
{
    cr_assert_str_eq(name_at(0, NULL, 0), "");
    cr_assert_str_eq(name_at(3, NULL, 0), "");
}
