/* What the sections of a scene file share, and one brand of it. */
#include "core/text/calendar.h"
#include "scene/model.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define DAILY_MAX 1e6

static const double share_range[2] = { 0, 1 };

/* Readers leave what they fault as it was, so that a default stays in force and the walk can go on. */
void
scene_read_number(struct scene_reader *reader,
        const struct yaml_node *node,
        const double range[2],
        double *number)
{
    double value = 0;

    if (!yaml_read_double(node, &value, reader->faults)) {
        return;
    }
    if (value < range[0] || value > range[1]) {
        yaml_fault(node, reader->faults, NULL, "a number from %g to %g is expected here", range[0],
                range[1]);
        return;
    }
    *number = value;
}

void
scene_read_count(struct scene_reader *reader, const struct yaml_node *node, uint32_t *count)
{
    int64_t value = 0;

    if (!yaml_read_i64(node, &value, reader->faults)) {
        return;
    }
    if (value < 1 || value > SCENE_POSTS_MAX) {
        yaml_fault(node, reader->faults, NULL, "a number from 1 to %d is expected here",
                SCENE_POSTS_MAX);
        return;
    }
    *count = (uint32_t)value;
}

/* Whole seconds: posts carry no fractions, and event times are compared with them. */
void
scene_read_time(struct scene_reader *reader, const struct yaml_node *node, int64_t *time_ms)
{
    const struct scene_head *head = &reader->scene->head;
    struct view text = { 0 };

    if (!yaml_read_text(node, &text, reader->faults)) {
        return;
    }
    if (!calendar_parse(text, time_ms) || *time_ms % 1000 != 0) {
        yaml_fault(node, reader->faults, "write it as 2014-02-22T18:31:10Z",
                "a point in time in whole seconds is expected here");
    } else if (*time_ms < head->start_ms || *time_ms >= head->end_ms) {
        yaml_fault(node, reader->faults, "move it, or change start or length",
                "this is outside the scene");
    }
}

uint32_t
scene_read_brand(struct scene_reader *reader, const struct yaml_node *node)
{
    const struct scene *scene = reader->scene;
    const char *ids[SCENE_BRANDS_MAX];
    char copies[SCENE_BRANDS_MAX][SCENE_NAME_SIZE_MAX + 1];
    struct view id = { 0 };

    if (!yaml_read_text(node, &id, reader->faults)) {
        return SCENE_NONE;
    }
    for (uint32_t i = 0; i < scene->brand_count; i++) {
        if (view_equal(scene->brands[i].id, id)) {
            return i;
        }
        (void)view_copy(scene->brands[i].id, copies[i], sizeof copies[i]);
        ids[i] = copies[i];
    }
    const char *near = fault_nearest(id, ids, scene->brand_count);
    yaml_fault(node, reader->faults, near == NULL ? "list it under brands" : near,
            "this scene has no such brand");
    return SCENE_NONE;
}

/* A language without sentences would be found out only when somebody speaks it, at some seeds. */
static void
add_bank(struct scene_reader *reader,
        const struct yaml_node *node,
        double spanish,
        struct bank_list *list)
{
    struct view id = { 0 };

    if (!yaml_read_text(node, &id, reader->faults)) {
        return;
    }
    const struct phrase_bank *bank = phrase_book_bank(&reader->scene->book, id);
    if (bank == NULL) {
        yaml_fault(node, reader->faults, "name it under banks, here or in phrases.yaml",
                "unknown phrase bank");
        return;
    }
    if ((spanish > 0 && bank->phrases[SCENE_ES].count == 0) ||
            (spanish < 1 && bank->phrases[SCENE_EN].count == 0)) {
        yaml_fault(node, reader->faults, "write some, or change spanish to 0 or 1",
                "this bank has no sentences in one of the languages spoken");
        return;
    }
    if (list->count == SCENE_BANKS_EACH_MAX) {
        yaml_fault(node, reader->faults, NULL, "more than %d banks", SCENE_BANKS_EACH_MAX);
        return;
    }
    list->at[list->count++] = bank;
}

/* `banks: one` and `banks: [one, two]` mean what they seem to. */
void
scene_read_banks(struct scene_reader *reader,
        const struct yaml_node *node,
        double spanish,
        struct bank_list *list)
{
    if (yaml_kind_of(node) != YAML_LIST) {
        add_bank(reader, node, spanish, list);
        return;
    }
    for (size_t i = 0; i < yaml_size(node); i++) {
        add_bank(reader, yaml_item(node, i), spanish, list);
    }
}

void
scene_read_name(struct scene_reader *reader, const struct yaml_node *node, struct view *name)
{
    if (!yaml_read_text(node, name, reader->faults)) {
        return;
    }
    if (name->size == 0 || name->size > SCENE_NAME_SIZE_MAX) {
        yaml_fault(node, reader->faults, NULL, "a name of 1 to %d bytes is expected here",
                SCENE_NAME_SIZE_MAX);
        *name = (struct view){ 0 };
    }
}

void
scene_need(struct scene_reader *reader, const struct yaml_node *map, const char *key)
{
    if (yaml_get(map, key) == NULL) {
        yaml_fault(map, reader->faults, NULL, "\"%s\" is missing", key);
    }
}

/* Routine answers to single customers: an engine that takes them for an answer to the incident is wrong,
 * so calm days need some. */
static void
read_support(struct scene_reader *reader, const struct yaml_node *map, struct scene_brand *brand)
{
    static const char *const keys[] = { "share", "account", "account_id", "banks" };
    struct scene_support *support = &brand->support;

    if (map == NULL) {
        return;
    }
    yaml_expect_keys(map, keys, LENGTH(keys), reader->faults);
    scene_need(reader, map, "account");
    scene_need(reader, map, "banks");
    scene_read_number(reader, yaml_get(map, "share"), share_range, &support->share);
    scene_read_name(reader, yaml_get(map, "account"), &support->account);
    scene_read_name(reader, yaml_get(map, "account_id"), &support->account_id);
    if (yaml_get(map, "banks") != NULL) {
        scene_read_banks(reader, yaml_get(map, "banks"), brand->spanish, &support->banks);
    }
}

/* Banks come last: which languages they need depends on `spanish`. */
void
scene_read_one_brand(struct scene_reader *reader, const struct yaml_node *map)
{
    static const char *const keys[] = { "id", "handle", "names", "daily", "complaint_share",
        "spanish", "authors", "chatter", "complaints", "support" };
    static const double daily_range[2] = { 0, DAILY_MAX };
    struct scene *scene = reader->scene;

    yaml_expect_keys(map, keys, LENGTH(keys), reader->faults);
    if (yaml_kind_of(map) != YAML_MAP) {
        return;
    }
    if (scene->brand_count == SCENE_BRANDS_MAX) {
        yaml_fault(map, reader->faults, NULL, "more than %d brands", SCENE_BRANDS_MAX);
        return;
    }
    for (size_t i = 0; i < LENGTH(keys); i++) {
        if (strcmp(keys[i], "authors") != 0 && strcmp(keys[i], "support") != 0) {
            scene_need(reader, map, keys[i]);
        }
    }
    struct scene_brand *brand = &scene->brands[scene->brand_count++];
    struct phrase_list none = { 0 };
    scene_read_name(reader, yaml_get(map, "id"), &brand->id);
    scene_read_name(reader, yaml_get(map, "handle"), &brand->handle);
    brand->names = yaml_get(map, "names") == NULL
                           ? none
                           : phrase_list_read(yaml_get(map, "names"), PHRASE_SLOT_SIZE_MAX,
                                     scene->arena, reader->faults);
    scene_read_number(reader, yaml_get(map, "daily"), daily_range, &brand->daily);
    scene_read_number(
            reader, yaml_get(map, "complaint_share"), share_range, &brand->complaint_share);
    scene_read_number(reader, yaml_get(map, "spanish"), share_range, &brand->spanish);
    brand->authors = (uint32_t)(brand->daily / 2) + 20;
    scene_read_count(reader, yaml_get(map, "authors"), &brand->authors);
    if (yaml_get(map, "chatter") != NULL && yaml_get(map, "complaints") != NULL) {
        scene_read_banks(reader, yaml_get(map, "chatter"), brand->spanish, &brand->chatter);
        scene_read_banks(reader, yaml_get(map, "complaints"), brand->spanish, &brand->complaints);
    }
    read_support(reader, yaml_get(map, "support"), brand);
}
