# Compiler, linker and feature options that every preset shares.
option(DOORWARD_TESTS "build the tests" ON)
option(DOORWARD_FUZZ "build the fuzz targets (libFuzzer with clang, plain runners otherwise)" ON)
option(DOORWARD_BENCH "build the micro-benchmarks" OFF)
set(DOORWARD_SANITIZE "" CACHE STRING "-fsanitize= list, for example address,undefined")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  add_link_options(-fuse-ld=mold)
endif()

set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers
                    -fstack-protector-strong -fno-strict-aliasing)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False positives of GCC 12 inside libstdc++ and coroutine frames.
  add_compile_options(-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-maybe-uninitialized
                      -Wno-dangling-pointer)
endif()
add_link_options(-Wl,--as-needed -Wl,-z,relro,-z,now,-z,noexecstack)
if(DOORWARD_SANITIZE)
  add_compile_options(-fsanitize=${DOORWARD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DOORWARD_SANITIZE})
else()
  add_compile_options($<$<CONFIG:Release,RelWithDebInfo>:-D_FORTIFY_SOURCE=2>)
endif()

find_package(OpenSSL 3 REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
# Each pkg-config library is named at the one module that owns it, in cmake/modules.cmake.
