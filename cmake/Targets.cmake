# The three kinds of target of this tree. Every library is static and names no
# Abseil library itself: the executable at the end of the line does, because
# the probe takes Abseil's archives and everything else its shared objects.

option(SOCKDRIFT_PROBE_ONLY "the probe and nothing else: for another architecture" OFF)
option(SOCKDRIFT_THREAD_SAFETY "clang's -Wthread-safety" OFF)
set(SOCKDRIFT_SANITIZE "" CACHE STRING "Argument of -fsanitize=, or empty")

set(CMAKE_CXX_FLAGS_DEV "-O2 -g1 -UNDEBUG")
set(CMAKE_EXE_LINKER_FLAGS_DEV "")

add_library(sockdrift_flags INTERFACE)
target_compile_options(sockdrift_flags INTERFACE
  -Wall -Wextra -Werror -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Woverloaded-virtual -Wimplicit-fallthrough -fno-strict-aliasing
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
target_compile_definitions(sockdrift_flags INTERFACE
  SOCKDRIFT_VERSION="${PROJECT_VERSION}")
target_include_directories(sockdrift_flags INTERFACE
  ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
if(SOCKDRIFT_THREAD_SAFETY)
  target_compile_options(sockdrift_flags INTERFACE -Wthread-safety)
endif()
if(SOCKDRIFT_SANITIZE)
  target_compile_options(sockdrift_flags INTERFACE
    -fsanitize=${SOCKDRIFT_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(sockdrift_flags INTERFACE
    -fsanitize=${SOCKDRIFT_SANITIZE})
endif()

if(NOT SOCKDRIFT_PROBE_ONLY)
  find_package(absl REQUIRED CONFIG)
  find_package(GTest REQUIRED)
  add_library(sockdrift_absl INTERFACE)
  target_link_libraries(sockdrift_absl INTERFACE
    absl::status absl::statusor absl::strings absl::str_format absl::time
    absl::synchronization absl::flat_hash_map absl::flat_hash_set)
endif()

# sockdrift_library(NAME SOURCES ... DEPS ...): one folder's library.
function(sockdrift_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC sockdrift_flags ${ARG_DEPS})
endfunction()

# sockdrift_executable(NAME SOURCES ... DEPS ...): linked dynamically.
function(sockdrift_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} sockdrift_flags
    sockdrift_absl)
endfunction()

# sockdrift_test(NAME SOURCES ... DEPS ... LABELS ...): a GoogleTest program;
# every test in it is a ctest of its own. Labels: unit, netns, grpc, e2e, lab.
function(sockdrift_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS;ENVIRONMENT" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} sockdrift_flags
    GTest::gmock GTest::gtest_main sockdrift_absl)
  target_compile_definitions(${name} PRIVATE
    SOCKDRIFT_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    SOCKDRIFT_BINARY_DIR="${CMAKE_BINARY_DIR}")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES
    LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "${ARG_ENVIRONMENT}"
    SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
endfunction()
