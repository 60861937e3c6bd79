# Compiles SNIPPET with COMPILER with and without -DFORBIDDEN; see CMakeLists.txt.
set(command ${COMPILER} -std=c++23 -fsyntax-only -fdiagnostics-color=never -I${INCLUDE}
            -DBOOST_ASIO_NO_DEPRECATED -DBOOST_ASIO_HAS_CO_AWAIT)
file(STRINGS ${SNIPPET} expected REGEX "^// error: ")
list(LENGTH expected count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "${SNIPPET}: expected one line `// error: REGEX`")
endif()
string(REGEX REPLACE "^// error: " "" expected "${expected}")

execute_process(COMMAND ${command} ${SNIPPET} RESULT_VARIABLE result ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the allowed twin does not compile:\n${output}")
endif()
execute_process(COMMAND ${command} -DFORBIDDEN ${SNIPPET} RESULT_VARIABLE result ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "what is forbidden compiles")
endif()
# GCC quotes with typographic marks in some locales.
string(REGEX REPLACE "‘|’" "'" output "${output}")
if(NOT output MATCHES "${expected}")
  message(FATAL_ERROR "it fails, but for another reason than `${expected}`:\n${output}")
endif()
