/*
 * C11 threads on top of POSIX threads, for programs that run librdkafka under ThreadSanitizer.
 *
 * librdkafka starts its threads with thrd_create(), which ThreadSanitizer (gcc 12, clang 14) does not know: the
 * first instrumented call in such a thread reads through a null pointer. And locks that it does not see order
 * nothing in its eyes. A program that includes this once takes the place of the C library's functions; in
 * glibc the types are the same size. Nothing is defined without the sanitizer.
 */
#ifndef REBATO_TESTS_STRESS_C11_THREADS_H
#define REBATO_TESTS_STRESS_C11_THREADS_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_THREAD_SANITIZER
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define UNDER_THREAD_SANITIZER
#endif

#ifdef UNDER_THREAD_SANITIZER

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

static_assert(sizeof(thrd_t) == sizeof(pthread_t), "a thread is a thread");
static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t), "a mutex is a mutex");
static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t), "a condition is a condition");

struct c11_start {
    thrd_start_t run;
    void *argument;
};

static void *
c11_run(void *argument)
{
    struct c11_start start = *(struct c11_start *)argument;

    free(argument);
    return (void *)(intptr_t)start.run(start.argument);
}

int
thrd_create(thrd_t *thread, thrd_start_t run, void *argument)
{
    struct c11_start *start = malloc(sizeof *start);

    if (start == NULL) {
        return thrd_nomem;
    }
    *start = (struct c11_start){ .run = run, .argument = argument };
    if (pthread_create(thread, NULL, c11_run, start) != 0) {
        free(start);
        return thrd_error;
    }
    return thrd_success;
}

int
thrd_join(thrd_t thread, int *result)
{
    void *returned = NULL;

    if (pthread_join(thread, &returned) != 0) {
        return thrd_error;
    }
    if (result != NULL) {
        *result = (int)(intptr_t)returned;
    }
    return thrd_success;
}

int
mtx_init(mtx_t *mutex, int type)
{
    pthread_mutexattr_t attributes;

    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes,
            (type & mtx_recursive) != 0 ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
    int failed = pthread_mutex_init((void *)mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return failed ? thrd_error : thrd_success;
}

void
mtx_destroy(mtx_t *mutex)
{
    pthread_mutex_destroy((void *)mutex);
}

int
mtx_lock(mtx_t *mutex)
{
    return pthread_mutex_lock((void *)mutex) == 0 ? thrd_success : thrd_error;
}

int
mtx_unlock(mtx_t *mutex)
{
    return pthread_mutex_unlock((void *)mutex) == 0 ? thrd_success : thrd_error;
}

int
cnd_init(cnd_t *condition)
{
    return pthread_cond_init((void *)condition, NULL) == 0 ? thrd_success : thrd_error;
}

void
cnd_destroy(cnd_t *condition)
{
    pthread_cond_destroy((void *)condition);
}

int
cnd_signal(cnd_t *condition)
{
    return pthread_cond_signal((void *)condition) == 0 ? thrd_success : thrd_error;
}

int
cnd_broadcast(cnd_t *condition)
{
    return pthread_cond_broadcast((void *)condition) == 0 ? thrd_success : thrd_error;
}

int
cnd_wait(cnd_t *condition, mtx_t *mutex)
{
    return pthread_cond_wait((void *)condition, (void *)mutex) == 0 ? thrd_success : thrd_error;
}

int
cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *until)
{
    int code = pthread_cond_timedwait((void *)condition, (void *)mutex, until);

    return code == 0 ? thrd_success : code == ETIMEDOUT ? thrd_timedout : thrd_error;
}

#endif
#endif
