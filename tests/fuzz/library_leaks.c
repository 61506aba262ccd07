/*
 * Leaks that are not ours: libfyaml 0.7.12 forgets a buffer of its own when a long quoted scalar
 * breaks off. Linked into every fuzzer; memory that this project allocates stays watched.
 */

/* The name is LeakSanitizer's. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
const char *__lsan_default_suppressions(void);

/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
const char *
__lsan_default_suppressions(void)
{
    return "leak:libfyaml.so";
}
