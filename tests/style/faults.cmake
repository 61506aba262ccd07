# Shared by the style checks: collect every fault, tell them all, then fail once.
set_property(GLOBAL PROPERTY faults "")

function(fault text)
  set_property(GLOBAL APPEND PROPERTY faults "${text}")
endfunction()

# finish(NAME SEEN): SEEN says what was looked at, so that a check of nothing is noticed.
function(finish name seen)
  get_property(faults GLOBAL PROPERTY faults)
  list(LENGTH faults count)
  foreach(text IN LISTS faults)
    message(NOTICE "${text}")
  endforeach()
  if(count GREATER 0)
    message(FATAL_ERROR "${name}: ${count} faults in ${seen}")
  endif()
  message(STATUS "${name}: no fault in ${seen}")
endfunction()
