# Turns every YAML file below ROOT into a C array, so that the binary carries the rule packs and scenes.
#   cmake -DROOT=<rules folder> -DOUTPUT=<file.c> -P embed.cmake
file(GLOB_RECURSE names RELATIVE "${ROOT}" "${ROOT}/*.yaml")
list(SORT names)
set(arrays "")
set(rows "")
set(number 0)
foreach(name IN LISTS names)
  file(READ "${ROOT}/${name}" hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  string(APPEND arrays "static const unsigned char file_${number}[] = {\n${hex}0x00};\n")
  string(APPEND rows
    "    { \"${name}\", (const char *)file_${number}, sizeof file_${number} - 1 },\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE "${OUTPUT}" "#include \"app/embedded.h\"\n\n${arrays}\n"
  "const struct embedded_file embedded_files[] = {\n${rows}};\n"
  "const size_t embedded_file_count = ${number};\n")
