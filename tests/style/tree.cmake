# The shape of the tree: what stands at the top, how large a file and a folder may be, nothing binary.
#   cmake -DROOT=<source dir> -P tests/style/tree.cmake
cmake_minimum_required(VERSION 3.23)
include("${CMAKE_CURRENT_LIST_DIR}/faults.cmake")

set(LINES_MAX 600)
set(SOURCES_MAX 16) # .c files side by side in a folder of src; a dozen is what a reader surveys
set(BYTES_MAX 1048576)

# The last line is what git and tools put there; .gitignore knows them.
set(top_level .ci .clang-format .clang-tidy .editorconfig .gitattributes .gitignore
  CMakeLists.txt CMakePresets.json LICENSE README.md
  bench deploy include rules src tests
  .git .cache build compile_commands.json)

# Binary input for a fuzzer is what its corpus is for.
set(binary_allowed "^tests/fuzz/corpus/")
set(has_lines "(\\.(c|h|cmake|py|sh|yaml|md|html|js|css)|/CMakeLists\\.txt|^deploy/[a-z]+|^tests/run)$")

# One listing of tracked and new files where git can tell, everything below our folders elsewhere.
function(list_files out)
  find_program(git git)
  if(git AND EXISTS "${ROOT}/.git")
    execute_process(COMMAND "${git}" -C "${ROOT}" ls-files -co --exclude-standard
      OUTPUT_VARIABLE names OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    string(REPLACE "\n" ";" names "${names}")
    list(REMOVE_DUPLICATES names)
  else()
    file(GLOB_RECURSE names LIST_DIRECTORIES false RELATIVE "${ROOT}" "${ROOT}/*")
    list(FILTER names EXCLUDE REGEX "^(build|\\.cache|\\.git)/")
  endif()
  set(${out} "${names}" PARENT_SCOPE)
endfunction()

function(check_size name path)
  file(SIZE "${path}" bytes)
  if(bytes GREATER BYTES_MAX)
    fault("${name}: ${bytes} bytes, the limit is ${BYTES_MAX}")
    return()
  endif()
  if(name MATCHES "${has_lines}")
    file(READ "${path}" text)
    string(REGEX REPLACE "[^\n]" "" text "${text}")
    string(LENGTH "${text}" lines)
    if(lines GREATER LINES_MAX)
      fault("${name}: ${lines} lines, the limit is ${LINES_MAX}: two subjects in one file?")
    endif()
  endif()
endfunction()

function(check_binary name path)
  if(name MATCHES "${binary_allowed}")
    return()
  endif()
  file(READ "${path}" head LIMIT 4096 HEX)
  string(REGEX REPLACE "(..)" "\\1 " head "${head}")
  if("${head}" MATCHES "00 ")
    fault("${name}: binary; what can be made is made by the build or by a test")
  endif()
endfunction()

file(GLOB entries RELATIVE "${ROOT}" "${ROOT}/*" "${ROOT}/.*")
foreach(entry IN LISTS entries)
  if(NOT entry IN_LIST top_level)
    fault("${entry}: not an agreed entry at the top of the tree")
  endif()
endforeach()

list_files(names)
set(folders "")
foreach(name IN LISTS names)
  set(path "${ROOT}/${name}")
  if(EXISTS "${path}" AND NOT IS_DIRECTORY "${path}") # a deleted file is still tracked until committed
    check_size("${name}" "${path}")
    check_binary("${name}" "${path}")
    if(name MATCHES "^(src/.+)/[^/]+\\.c$")
      list(APPEND folders "${CMAKE_MATCH_1}")
      list(APPEND "sources_in_${CMAKE_MATCH_1}" "${name}")
    endif()
  endif()
endforeach()
list(REMOVE_DUPLICATES folders)
foreach(folder IN LISTS folders)
  list(LENGTH "sources_in_${folder}" count)
  if(count GREATER SOURCES_MAX)
    fault("${folder}: ${count} .c files, the limit is ${SOURCES_MAX}: which rooms does it hold?")
  endif()
endforeach()
list(LENGTH names count)
finish("tree" "${count} files")
