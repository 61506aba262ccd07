#include "ledger/flight.h"

#include "core/process/clock.h"

/* Mentions between two looks at what is in flight. */
#define STEP 4096
/* One wait for it, when the next tally is full. */
#define WAIT_MS 100

struct course {
    const struct flight *flight;
    struct flight_result *result;
    struct tally *filling;
    struct tally *flying;
    size_t next;   /* mention */
    size_t filled; /* mentions in the filling tally */
    int busy;
    int64_t start_ns;
};

/* As the worker asks. */
static int
has_room(const struct course *course)
{
    return tally_has_room(course->filling) &&
           tally_cell_count(course->filling) + RECORD_CELLS_MAX <= course->flight->cells_max;
}

static int
is_due(const struct course *course)
{
    return course->filled >= course->flight->per_tally || !has_room(course) ||
           course->next == course->flight->feed->shape.mentions;
}

static void
fill(struct course *course)
{
    const struct flight *flight = course->flight;

    for (size_t i = 0; i < STEP && !is_due(course); i++) {
        feed_add(flight->feed, course->next++, flight->ranges, course->filling);
        course->filled++;
    }
}

/* A paced tally waits for the time of its last mention. */
static void
wait_turn(const struct course *course)
{
    const int64_t turn_ns = course->start_ns + (int64_t)course->next * course->flight->pace_ns;
    const int64_t now_ns = clock_monotonic_ns();

    if (course->flight->pace_ns > 0 && turn_ns > now_ns) {
        clock_sleep_ms((turn_ns - now_ns) / 1000000);
    }
}

static void
hand_over(struct course *course)
{
    struct flight_result *result = course->result;
    struct tally *full = course->filling;

    course->filling = course->flying;
    course->flying = full;
    result->tallies++;
    result->ranges += tally_range_count(full);
    result->cells += tally_cell_count(full);
    result->authors += tally_author_count(full);
    course->filled = 0;
    course->busy = 1;
    course->flight->carrier->submit(course->flight->carrier->self, full);
}

/* Moves what is in flight on, and sends the next tally when it is due. False: failed. */
static int
carry(struct course *course)
{
    const struct carrier *carrier = course->flight->carrier;
    const int due = is_due(course);

    if (course->busy) {
        const enum carrier_news news = carrier->poll(carrier->self, due ? WAIT_MS : 0);
        if (news == CARRIER_FAILED) {
            return 0;
        }
        if (news == CARRIER_LANDED) {
            course->busy = 0;
            tally_clear(course->flying);
        }
    }
    if (!course->busy && due && course->filled > 0) {
        wait_turn(course);
        hand_over(course);
    }
    return 1;
}

static int
run_course(struct course *course)
{
    const size_t mentions = course->flight->feed->shape.mentions;
    int fine = 1;

    while (fine && (course->next < mentions || course->filled > 0 || course->busy)) {
        const int64_t start = clock_thread_cpu_ns();
        fill(course);
        const int64_t filled = clock_thread_cpu_ns();
        fine = carry(course);
        course->result->fill_ns += (double)(filled - start);
        course->result->carry_ns += (double)(clock_thread_cpu_ns() - filled);
    }
    return fine;
}

int
flight_run(const struct flight *flight, struct flight_result *result)
{
    struct server_usage before;
    struct server_usage after;
    struct course course = {
        .flight = flight, .result = result, .filling = tally_create(), .flying = tally_create()
    };
    int fine = course.filling != NULL && course.flying != NULL;

    *result = (struct flight_result){ 0 };
    fine = fine && server_usage(flight->server, &before);
    course.start_ns = clock_monotonic_ns();
    fine = fine && run_course(&course);
    result->wall_ns = (double)(clock_monotonic_ns() - course.start_ns);
    fine = fine && server_usage(flight->server, &after);
    if (fine) {
        result->server_ns = after.cpu_ns - before.cpu_ns;
        result->main_ns = after.main_ns - before.main_ns;
        result->bytes = after.bytes_in - before.bytes_in;
    }
    tally_destroy(&course.filling);
    tally_destroy(&course.flying);
    return fine;
}
