#include "judge/state/state.h"
#include "judge/statistic/special.h"

#include <assert.h>

/* While learning, only a crowd in ten minutes is believed, or, after a quarter of a day, what can hardly be chance. */
#define LEARNING_CROWD 10
#define LEARNING_STEPS 72
#define LEARNING_SCORE 700
/* Few people who write much are a campaign or a machine, not a crowd. */
#define POSTS_PER_AUTHOR_MAX 3
#define CROWD_IN_ITSELF      30
/* A handful that only passes one post on is one complaint; four times as many are a crowd. */
#define ORIGINALS_FEWEST 4
#define REPOST_WORTH     0.25
/* In its first minutes a machine with ten accounts looks like ten people: a handful waits, unless there are as many
 * as machines of that kind have and nearly everybody has written once. */
#define HANDFUL      20
#define TALKERS      10
#define HANDFUL_WAIT 24 /* buckets since onset: four minutes */
/* The CUSUM alone may have collected what a few noisy hours left: some window has to find it unusual too. */
#define CUSUM_WINDOW_SCORE 300
/* Below these a burst is over. */
#define HOT_10M   200
#define HOT_1H    300
#define HOT_CUSUM 3.0
#define HOT_RATIO 1.5 /* of the last hour's authors over what is expected */

static const enum detector scale_detectors[SCALE_COUNT] = { DETECTOR_SCAN_10M, DETECTOR_SCAN_1H,
    DETECTOR_SCAN_6H, DETECTOR_SCAN_24H };

static int64_t
steps_ms(uint32_t steps)
{
    return (int64_t)steps * STEP_BUCKETS * BUCKET_SECONDS * 1000;
}

static uint32_t
buckets_of_ms(int64_t span_ms)
{
    return (uint32_t)(span_ms / (BUCKET_SECONDS * INT64_C(1000)));
}

/* Those who pass a post on count as less. Only the brand's share of reposts is known, so the complaints are taken to
 * have the same. */
static double
originals_among(double authors, double reposts, double total)
{
    double share = total > 0 ? reposts / total : 0;

    return authors * (1 - (share < 1 ? share : 1) * (1 - REPOST_WORTH));
}

/* Authors of original posts in the last hour; in a longer window, when that says more, in that. A slow burn brings a
 * few people a day, and never four in an hour. */
static double
originals(const struct brand_judge *judge,
        const struct series *series,
        const struct moment *moment,
        const struct scan *scan)
{
    double lately = (double)window_sum_at(&series->fresh, moment->bucket, SPAN_1H);
    double hour = originals_among(lately, (double)moment->reposts_1h, (double)moment->total_1h);

    if (scan->scale < FINE_SCALES) {
        return hour;
    }
    double whole =
            originals_among((double)scan->counted, judge->reposts_faded, judge->mentions_faded);
    return whole > hour ? whole : hour;
}

/* What every opening by the statistic wants beside its score. */
static int
is_organic(const struct brand_judge *judge,
        const struct series *series,
        const struct moment *moment,
        const struct scan *scan)
{
    uint64_t ten = window_sum_at(&series->fresh, moment->bucket, SPAN_10M);

    if (scan->counted < CROWD_IN_ITSELF && scan->posts > POSTS_PER_AUTHOR_MAX * scan->counted) {
        return 0;
    }
    if (originals(judge, series, moment, scan) < ORIGINALS_FEWEST) {
        return 0;
    }
    return !judge_is_learning(judge) || ten >= LEARNING_CROWD ||
           (judge->observed_steps >= LEARNING_STEPS && scan->score >= LEARNING_SCORE);
}

/* The series of anything holds only what may open. */
static int
statistic_may_open(const struct brand_judge *judge, size_t subject)
{
    return subject == SERIES_ANY || (judge->settings->judged & SIGNAL_BIT(subject)) != 0;
}

/* What most people say of those who complain of anything. */
static enum signal
loudest(const struct brand_judge *judge, const struct moment *moment)
{
    enum signal loudest = SIGNAL_COMPLAINT;
    uint64_t most = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        const struct series *series = judge->series[i];
        if (series == NULL || !statistic_may_open(judge, i)) {
            continue;
        }
        uint64_t people = authors_distinct(&series->authors, moment->bucket, AUTHORS_HOUR);
        if (people > most || judge->series[loudest] == NULL) {
            loudest = (enum signal)i;
            most = people;
        }
    }
    return loudest;
}

static enum signal
spoken_signal(
        const struct brand_judge *judge, const struct series *series, const struct moment *moment)
{
    return series->subject == SERIES_ANY ? loudest(judge, moment) : (enum signal)series->subject;
}

/* The settings of a series: where people complain of anything, those of a plain complaint. */
static enum signal
set_by(uint32_t subject)
{
    return subject == SERIES_ANY ? SIGNAL_COMPLAINT : (enum signal)subject;
}

/* People an hour who complain of anything. */
static double
usual_people(const struct brand_judge *judge)
{
    const struct series *anything = judge->series[SERIES_ANY];

    return anything == NULL ? 0 : STEPS_AN_HOUR * baseline_level(&anything->baseline);
}

static int
sensitivities_differ(const struct judge_settings *settings)
{
    for (size_t i = 1; i < SIGNAL_COUNT; i++) {
        if (settings->sensitivity[i] != settings->sensitivity[0]) {
            return 1;
        }
    }
    return 0;
}

struct page_view
judge_page_view(const struct brand_judge *judge,
        const struct series *series,
        const struct moment *moment,
        uint32_t scale)
{
    /* Else who speaks need not be asked. */
    int matters = page_limits_move(judge->brand) || sensitivities_differ(judge->settings);
    enum signal signal = matters ? spoken_signal(judge, series, moment) : set_by(series->subject);

    return (struct page_view){ .brand = judge->brand,
        .sensitivity = judge->settings->sensitivity[signal],
        .signal = signal,
        .anything = series->subject == SERIES_ANY,
        .usual = usual_people(judge),
        .until_ms = bucket_end_ms(moment->bucket),
        .span_ms = steps_ms(scale_steps[scale]) };
}

static void
explain_scan(const struct brand_judge *judge,
        const struct series *series,
        const struct moment *moment,
        const struct scan *scan,
        struct incident_why *why)
{
    double spread = spread_of(scan->expected, scan->dispersion);
    double tail = scan->score != 0 ? scan->p_log10
                                   : negative_binomial_tail_log10(
                                             scan->expected, scan->dispersion, scan->counted);
    *why = (struct incident_why){
        .signal = spoken_signal(judge, series, moment),
        .anything = series->subject == SERIES_ANY,
        .rule = UINT32_MAX,
        .window_ms = steps_ms(scale_steps[scan->scale]),
        .posts = scan->posts,
        .authors = scan->counted,
        .expected = scan->expected,
        .ratio = (double)scan->counted / (scan->expected > 0.1 ? scan->expected : 0.1),
        .p_log10 = tail,
        .z = ((double)scan->counted - scan->expected) / spread,
        .cusum = series->cusum.evidence,
    };
}

/* Shares of the whole conversation: in the window, and as usual. */
static void
explain_share(const struct brand_judge *judge,
        const struct series *series,
        const struct moment *moment,
        struct incident_why *why)
{
    uint32_t span = buckets_of_ms(why->window_ms);
    uint64_t total = window_sum_at(&judge->total, moment->bucket, span);
    double odds = baseline_odds(&series->baseline);
    why->share = total > 0 ? (double)why->posts / (double)total : 0;
    why->share = why->share < 1 ? why->share : 1;
    why->usual_share = odds / (1 + odds);
}

static void
findings_add(struct findings *findings, const struct finding *finding)
{
    if (findings->signals != 0 && findings->coordinated != finding->coordinated) {
        if (finding->coordinated) {
            return;
        }
        *findings = (struct findings){ 0 }; /* what people really say comes before a campaign */
    }
    findings->coordinated = finding->coordinated;
    struct finding *best = &findings->best;
    int same = findings->signals != 0 && best->why.signal == finding->why.signal;
    uint32_t fired = finding->why.fired | (same ? best->why.fired : 0);

    if (findings->signals == 0 || finding->severity > best->severity ||
            (finding->severity == best->severity && finding->score > best->score)) {
        *best = *finding;
        same = 1;
    }
    if (same) {
        best->why.fired = fired; /* a rule and the statistic may say so together */
    }
    if (findings->signals == 0 || finding->severity > findings->severity) {
        findings->severity = finding->severity;
    }
    findings->signals |= SIGNAL_BIT(finding->why.signal);
}

/* While an incident lives, the long windows and the CUSUM still hold what opened it: only the short
 * ones can tell that it goes on. */
static int
is_in_incident(const struct brand_judge *judge, uint32_t subject)
{
    return life_is_live(&judge->life) &&
           (subject == SERIES_ANY || (judge->life.incident.signals & SIGNAL_BIT(subject)) != 0);
}

static uint32_t
onset_of(const struct series *series, const struct moment *moment, const struct scan *scan)
{
    return series_onset(series, moment, scale_steps[scan->scale] * STEP_BUCKETS);
}

/* Is it too early to believe so few? Then it is looked at again when it no longer is. */
static int
must_wait(struct series *series, const struct moment *moment, const struct scan *scan)
{
    int once_each = scan->counted >= TALKERS && 2 * scan->posts <= 3 * scan->counted;
    if (scan->counted >= HANDFUL || once_each) {
        return 0;
    }
    /* Whoever came in the last hour may be the machine, however long the window is. */
    uint32_t span = scale_steps[scan->scale] * STEP_BUCKETS;
    uint32_t onset = series_onset(series, moment, span < SPAN_1H ? span : SPAN_1H);
    if (moment->bucket >= onset + HANDFUL_WAIT) {
        return 0;
    }
    if (series->recheck <= moment->bucket || series->recheck > onset + HANDFUL_WAIT) {
        series->recheck = onset + HANDFUL_WAIT;
    }
    return 1;
}

static signal_set
signals_of(const struct brand_judge *judge, uint32_t subject)
{
    return subject == SERIES_ANY ? judge->settings->judged : SIGNAL_BIT(subject);
}

/* `scan` as it would be without those who only look like people. Of a window longer than an hour, those of the last
 * hour. */
static void
discount(const struct brand_judge *judge,
        const struct series *series,
        const struct moment *moment,
        struct scan *scan)
{
    uint32_t span = scan->scale == 0 ? SPAN_10M : SPAN_1H;
    uint32_t from = moment->bucket >= span ? moment->bucket - span + 1 : 0;
    struct authenticity weighed =
            voices_weigh(&judge->voices, signals_of(judge, series->subject), from);
    double suspects = weighed.people - weighed.organic;

    /* Of a crowd too great to be kept in mind, the part that is kept stands for all. */
    if (weighed.people >= VOICES_MAX / 2 && weighed.people < scan->counted) {
        suspects *= (double)scan->counted / weighed.people;
    }
    if (suspects > 0) {
        double left = (double)scan->counted - suspects;
        series_rescan(scan, left > 0 ? (uint64_t)(left + 0.5) : 0);
    }
}

/* While a page is out nobody asks who they are: what is news stays news. */
static int
pages_already(const struct brand_judge *judge)
{
    return life_is_live(&judge->life) && !judge->life.incident.coordinated;
}

/* What a window has to say. */
struct window_news {
    struct scan scan; /* as it was counted */
    uint32_t coordinated;
};

/* Does the window page, with these people in it? */
static int
would_page(const struct brand_judge *judge,
        struct series *series,
        const struct moment *moment,
        const struct scan *scan)
{
    struct page_view view = judge_page_view(judge, series, moment, scan->scale);

    return scan->score >= page_limits_at(&view).scan && is_organic(judge, series, moment, scan) &&
           !must_wait(series, moment, scan);
}

/* In a campaign some accounts always look like people: where most are not, a handful of them is no crowd. */
static int
is_news(const struct brand_judge *judge,
        struct series *series,
        const struct moment *moment,
        uint32_t scale,
        struct window_news *news)
{
    *news = (struct window_news){ 0 };
    if (series_score(series, moment, scale, &news->scan) == 0 ||
            !would_page(judge, series, moment, &news->scan)) {
        return 0;
    }
    struct scan organic = news->scan;
    if (!pages_already(judge)) {
        discount(judge, series, moment, &organic);
        int few = 2 * organic.counted < news->scan.counted && organic.counted < CROWD_IN_ITSELF;
        news->coordinated = organic.counted < news->scan.counted &&
                            (few || !would_page(judge, series, moment, &organic));
    }
    return 1;
}

/* The best of the windows; `finding->why.fired` names all that fired. */
static void
detect_scan(const struct brand_judge *judge,
        struct series *series,
        const struct moment *moment,
        struct finding *finding)
{
    uint32_t scales = is_in_incident(judge, series->subject) ? 2 : SCALE_COUNT;
    uint32_t fired = 0;

    for (uint32_t scale = 0; scale < scales; scale++) {
        struct window_news news;
        if (!is_news(judge, series, moment, scale, &news) ||
                (finding->score > 0 && news.coordinated > finding->coordinated)) {
            continue;
        }
        int first = finding->score == 0 || news.coordinated < finding->coordinated;
        fired = (first ? 0 : fired) | (uint32_t)scale_detectors[scale];
        if (!first && news.scan.score <= finding->score) {
            continue;
        }
        explain_scan(judge, series, moment, &news.scan, &finding->why);
        explain_share(judge, series, moment, &finding->why);
        finding->coordinated = news.coordinated;
        finding->score = news.scan.score;
        finding->severity = news.coordinated ? SEVERITY_INFO
                                             : judge->settings->severity[set_by(series->subject)];
        if (!life_is_live(&judge->life)) { /* a dear question, and one that goes on has begun */
            finding->onset = onset_of(series, moment, &news.scan);
        }
    }
    finding->why.fired = fired;
}

/* What the rule's window holds, against what the rule asks for. */
static int
threshold_holds(const struct brand_judge *judge,
        const struct judge_threshold *row,
        const struct moment *moment,
        struct incident_why *why)
{
    const struct threshold *asked = &row->threshold;
    const struct series *series = judge->series[row->signal];
    uint32_t span = buckets_of_ms(asked->window_ms);
    uint32_t author_span = span < AUTHORS_HOUR ? span : AUTHORS_HOUR;

    *why = (struct incident_why){ .signal = row->signal,
        .fired = DETECTOR_THRESHOLD,
        .rule = row->rule,
        .window_ms = asked->window_ms,
        .posts = window_sum_at(&series->posts, moment->bucket, span),
        .authors = authors_distinct(&series->authors, moment->bucket, author_span),
        .expected = series_expected_posts(series, moment, span),
        .cusum = series->cusum.evidence };
    explain_share(judge, series, moment, why);
    /* Less than one expected counts as one: two posts against nothing are not infinitely many. */
    why->ratio = (double)why->posts / (why->expected > 1 ? why->expected : 1);
    return why->posts > 0 && why->posts >= asked->min_count && why->authors >= asked->min_authors &&
           why->ratio >= asked->ratio && why->share >= asked->share;
}

static void
explain_threshold(const struct series *series, struct incident_why *why)
{
    double spread = baseline_dispersion(&series->baseline, 0);
    why->p_log10 = negative_binomial_tail_log10(why->expected, spread, why->posts);
    why->z = ((double)why->posts - why->expected) / spread_of(why->expected, spread);
}

/* Holding without a break is watched in every bucket, whoever speaks: see life_due_ms(). */
static void
detect_thresholds(struct brand_judge *judge, const struct moment *moment, struct findings *findings)
{
    int64_t now_ms = bucket_end_ms(moment->bucket);

    for (size_t i = 0; i < judge->settings->threshold_count; i++) {
        const struct judge_threshold *row = &judge->settings->thresholds[i];
        struct finding finding = { .severity = row->severity };
        if (judge->series[row->signal] == NULL ||
                !threshold_holds(judge, row, moment, &finding.why)) {
            judge->threshold_since[i] = TIME_NONE;
            continue;
        }
        if (judge->threshold_since[i] == TIME_NONE) {
            judge->threshold_since[i] = now_ms;
        }
        if (now_ms - judge->threshold_since[i] >= row->threshold.for_ms) {
            const struct series *series = judge->series[row->signal];
            explain_threshold(series, &finding.why);
            finding.onset = series_onset(series, moment, buckets_of_ms(row->threshold.window_ms));
            findings_add(findings, &finding);
        }
    }
}

void
detect(struct brand_judge *judge,
        const struct brand_bucket *in,
        const struct moment *moment,
        struct findings *findings)
{
    detect_thresholds(judge, moment, findings);
    for (uint32_t left = judge->heard; left != 0; left &= left - 1) {
        size_t i = (size_t)__builtin_ctz(left);
        struct series *series = judge->series[i];
        /* Only people who come can open something; in between windows merely empty. */
        if (!statistic_may_open(judge, i) ||
                (series->fresh.newest != in->bucket && series->recheck != moment->bucket)) {
            continue;
        }
        struct finding finding = { 0 };
        detect_scan(judge, series, moment, &finding);
        if (finding.score > 0) {
            findings_add(findings, &finding);
        }
    }
}

static int
some_window_agrees(const struct series *series, const struct moment *moment)
{
    for (uint32_t scale = 1; scale < SCALE_COUNT; scale++) {
        struct scan scan;
        if (series_score(series, moment, scale, &scan) >= CUSUM_WINDOW_SCORE) {
            return 1;
        }
    }
    return 0;
}

/* Has a campaign of the last hour brought most of what a day collected? */
static uint32_t
is_mostly_coordinated(const struct brand_judge *judge,
        const struct series *series,
        const struct moment *moment,
        const struct scan *day)
{
    struct scan organic = *day;

    if (!pages_already(judge)) {
        discount(judge, series, moment, &organic);
    }
    return 2 * organic.counted < day->counted;
}

void
detect_slow(const struct brand_judge *judge, const struct moment *moment, struct findings *findings)
{
    if (judge_is_learning(judge)) {
        return; /* evidence against a baseline nobody knows yet */
    }
    for (uint32_t i = 0; i < SERIES_COUNT; i++) {
        const struct series *series = judge->series[i];
        if (series == NULL || !statistic_may_open(judge, i) || is_in_incident(judge, i)) {
            continue;
        }
        int32_t score = (int32_t)(100 * series->cusum.evidence);
        struct page_view view = judge_page_view(judge, series, moment, SCALE_COUNT - 1);
        struct scan day;
        /* Old evidence is no news: somebody must have joined in the step that closed. */
        if (series->steps[(moment->step + STEPS_A_DAY - 1) % STEPS_A_DAY].counted == 0 ||
                score < page_limits_at(&view).cusum) {
            continue;
        }
        series_scan(series, moment, SCALE_COUNT - 1, &day);
        if (day.counted == 0 || !is_organic(judge, series, moment, &day) ||
                !some_window_agrees(series, moment)) {
            continue;
        }
        struct finding finding = { .coordinated =
                                           is_mostly_coordinated(judge, series, moment, &day) };
        finding.severity =
                finding.coordinated ? SEVERITY_INFO : judge->settings->severity[set_by(i)];
        explain_scan(judge, series, moment, &day, &finding.why);
        explain_share(judge, series, moment, &finding.why);
        finding.why.fired = DETECTOR_CUSUM;
        finding.score = score;
        finding.onset = series->cusum.from;
        findings_add(findings, &finding);
    }
}

static int
series_is_hot(const struct series *series, const struct moment *moment)
{
    struct scan scan;

    if (series_score(series, moment, 0, &scan) >= HOT_10M ||
            series_score(series, moment, 1, &scan) >= HOT_1H) {
        return 1;
    }
    if (series->cusum.evidence < HOT_CUSUM) {
        return 0;
    }
    /* Evidence collected in the worst hour takes many quiet ones to wear off. It keeps an incident open
     * only while people still complain more than usual: that is a slow burn; the rest is over. */
    series_scan(series, moment, 1, &scan);
    return (double)scan.counted >= HOT_RATIO * scan.expected;
}

int
detect_hot(const struct brand_judge *judge, signal_set signals, const struct moment *moment)
{
    for (size_t i = 0; i < judge->settings->threshold_count; i++) {
        const struct judge_threshold *row = &judge->settings->thresholds[i];
        if (judge->threshold_since[i] != TIME_NONE && (signals & SIGNAL_BIT(row->signal)) != 0) {
            return 1;
        }
    }
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        if ((i == SERIES_ANY || (signals & SIGNAL_BIT(i)) != 0) && judge->series[i] != NULL &&
                statistic_may_open(judge, i) && series_is_hot(judge->series[i], moment)) {
            return 1;
        }
    }
    return 0;
}
