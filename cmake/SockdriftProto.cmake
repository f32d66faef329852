# C++ from the .proto files of the current folder, included as they are imported
# ("sockdrift/v1/plan.pb.h").
#
#   sockdrift_proto_library(NAME FILES ... DEPS ...)   messages
#   sockdrift_grpc_library(NAME FILES ... DEPS ...)    services, with mocks of
#     their stubs ("..._mock.grpc.pb.h"); the messages of the same files come
#     from a library in DEPS, so that code without gRPC can have those alone

find_package(gRPC CONFIG REQUIRED)  # brings Protobuf's targets with it

function(_sockdrift_protoc name)
  cmake_parse_arguments(ARG "" "" "FILES;DEPS;SUFFIXES;ARGUMENTS" ${ARGN})
  set(root ${CMAKE_CURRENT_SOURCE_DIR})
  set(out ${CMAKE_CURRENT_BINARY_DIR})
  set(sources)
  foreach(file IN LISTS ARG_FILES)
    string(REGEX REPLACE "\\.proto$" "" stem ${file})
    list(TRANSFORM ARG_SUFFIXES PREPEND ${out}/${stem} OUTPUT_VARIABLE products)
    add_custom_command(OUTPUT ${products}
      COMMAND protobuf::protoc ${ARG_ARGUMENTS} -I ${root}
        --dependency_out=${out}/${stem}.${name}.d ${file}
      WORKING_DIRECTORY ${root}
      DEPENDS ${root}/${file}
      DEPFILE ${out}/${stem}.${name}.d
      COMMENT "protoc ${file}" VERBATIM)
    list(APPEND sources ${products})
  endforeach()
  add_library(${name} STATIC ${sources})
  # SYSTEM: generated headers are not ours to warn about.
  target_include_directories(${name} SYSTEM PUBLIC ${out})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS})
endfunction()

function(sockdrift_proto_library name)
  cmake_parse_arguments(ARG "" "" "FILES;DEPS" ${ARGN})
  _sockdrift_protoc(${name} FILES ${ARG_FILES}
    DEPS ${ARG_DEPS} protobuf::libprotobuf
    SUFFIXES .pb.cc .pb.h
    ARGUMENTS --cpp_out=${CMAKE_CURRENT_BINARY_DIR})
endfunction()

function(sockdrift_grpc_library name)
  cmake_parse_arguments(ARG "" "" "FILES;DEPS" ${ARGN})
  _sockdrift_protoc(${name} FILES ${ARG_FILES}
    DEPS ${ARG_DEPS} gRPC::grpc++
    SUFFIXES .grpc.pb.cc .grpc.pb.h _mock.grpc.pb.h
    ARGUMENTS --grpc_out=generate_mock_code=true:${CMAKE_CURRENT_BINARY_DIR}
      --plugin=protoc-gen-grpc=$<TARGET_FILE:gRPC::grpc_cpp_plugin>)
endfunction()
