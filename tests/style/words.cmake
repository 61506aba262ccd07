# Words that do not appear in our C: calls that cannot be bounded, and second sources of time.
#   cmake -DROOT=<source dir> -P tests/style/words.cmake
# Comments and string literals may say anything; they are taken out first.
cmake_minimum_required(VERSION 3.23)
include("${CMAKE_CURRENT_LIST_DIR}/faults.cmake")

# A pattern, what to do instead, and the files (path below the root) that are free to use it.
set(rules
  "(strcpy|strcat|stpcpy|sprintf|vsprintf|gets)[ \t]*\\(=copy with a size (views, snprintf)="
  "strtok(_r)?[ \t]*\\(=walk a view instead: strtok writes into its argument="
  "(atoi|atol|atoll|atof)[ \t]*\\(=strtol and friends, with the end looked at="
  "volatile=stdatomic.h, since volatile orders nothing="
  "pthread_cancel[ \t]*\\(=a stop flag, since a cancelled thread leaves its locks behind="
  "(clock_gettime|gettimeofday|localtime|localtime_r|mktime)[ \t]*\\(=time is an argument: core/process/clock.h=^(src/core/process/clock\\.c|tests/|bench/)"
  "time[ \t]*\\([ \t]*(NULL|0)[ \t]*\\)=time is an argument: core/process/clock.h=^(src/core/process/clock\\.c|tests/|bench/)"
  "(rand|srand|random|drand48|lrand48)[ \t]*\\(=core/rng.h with a seed: the same run twice=")

# The guard says where the header is, so that two headers never share one.
function(check_guard name text)
  string(REGEX REPLACE "^src/" "" guard "${name}")
  string(REGEX REPLACE "^include/rebato/" "" guard "${guard}")
  string(MAKE_C_IDENTIFIER "rebato_${guard}" guard)
  string(TOUPPER "${guard}" guard)
  if(NOT text MATCHES "#ifndef ${guard}\n#define ${guard}\n")
    fault("${name}: the include guard must be ${guard}")
  endif()
endfunction()

function(check_words name text)
  foreach(rule IN LISTS rules)
    string(REGEX MATCH "^(.*)=([^=]*)=([^=]*)$" rule "${rule}")
    set(pattern "${CMAKE_MATCH_1}")
    set(advice "${CMAKE_MATCH_2}")
    set(free "${CMAKE_MATCH_3}")
    if(free AND name MATCHES "${free}")
      continue()
    endif()
    if(" ${text}" MATCHES "[^A-Za-z0-9_](${pattern})")
      fault("${name}: '${CMAKE_MATCH_1}': ${advice}")
    endif()
  endforeach()
endfunction()

file(GLOB_RECURSE files "${ROOT}/src/*.[ch]" "${ROOT}/include/*.[ch]" "${ROOT}/tests/*.[ch]"
  "${ROOT}/bench/*.[ch]")
foreach(file IN LISTS files)
  file(RELATIVE_PATH name "${ROOT}" "${file}")
  file(READ "${file}" text)
  # Semicolons and brackets mean something to CMake's lists; no rule needs them.
  string(REGEX REPLACE "[][;]" " " text "${text}")
  string(REGEX REPLACE "'(\\\\.|[^'\\\n])'" "' '" text "${text}")
  string(REGEX REPLACE "\"([^\"\\\n]|\\\\.)*\"" "\"\"" text "${text}")
  string(REGEX REPLACE "/\\*[^*]*\\*+([^/*][^*]*\\*+)*/" " " text "${text}")
  string(REGEX REPLACE "//[^\n]*" " " text "${text}")
  check_words("${name}" "${text}")
  if(name MATCHES "^(src|include)/.*\\.h$")
    check_guard("${name}" "${text}")
  endif()
endforeach()
list(LENGTH files count)
finish("words" "${count} files")
