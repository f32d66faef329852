# The probe for arm64, compiled on another machine: the compiler and the C
# library are Debian's packages g++-aarch64-linux-gnu and its dependencies, the
# rest is what lab/sysroot unpacked.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

set(SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../build/arm64-sysroot)
set(LIBRARIES ${SYSROOT}/usr/lib/aarch64-linux-gnu)
set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES ${SYSROOT}/usr/include)
set(CMAKE_EXE_LINKER_FLAGS_INIT -L${LIBRARIES})

set(ENV{PKG_CONFIG_LIBDIR} ${LIBRARIES}/pkgconfig)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${SYSROOT})
# No library of this machine can be linked; its programs are what builds.
set(CMAKE_FIND_ROOT_PATH ${SYSROOT} /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
