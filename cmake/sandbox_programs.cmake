# doorward-launch and doorward-init: small, static, without sanitizers (they run where no runtime
# library of a sanitizer is), beside doorward in bin.
file(GLOB launcher_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/sandbox/launcher/*.cc)
add_executable(doorward-launch src/sandbox/main_launch.cc src/sandbox/spec.cc ${launcher_sources})
add_executable(doorward-init src/sandbox/main_init.cc)
foreach(program doorward-launch doorward-init)
  target_include_directories(${program} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  set_target_properties(${program} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin
    POSITION_INDEPENDENT_CODE ON
    COMPILE_OPTIONS "-Wall;-Wextra;-Wshadow;-Wno-missing-field-initializers;-fstack-protector-strong"
    LINK_OPTIONS "-static-pie;-Wl,-z,relro,-z,now,-z,noexecstack")
endforeach()
# Whatever links the sandbox (doorward, its tests) needs both at run time.
get_target_property(sandbox_kind doorward_sandbox TYPE)
if(sandbox_kind STREQUAL "STATIC_LIBRARY")
  add_dependencies(doorward_sandbox doorward-launch doorward-init)
endif()
