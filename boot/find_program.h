#ifndef SOCKDRIFT_BOOT_FIND_PROGRAM_H_
#define SOCKDRIFT_BOOT_FIND_PROGRAM_H_

#include <string>

namespace sockdrift {

// The path of a program as a shell would find it: on PATH, unless it has a
// slash. "" where there is none that may be run.
std::string FindProgram(const std::string& name);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_FIND_PROGRAM_H_
