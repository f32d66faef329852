#ifndef SOCKDRIFT_CLI_VERSION_H_
#define SOCKDRIFT_CLI_VERSION_H_

#include <string>

namespace sockdrift {

// "0.1.0".
std::string VersionNumber();
// "sockdrift 0.1.0".
std::string VersionLine();

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_VERSION_H_
