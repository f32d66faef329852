// What is read of PEM files before gRPC gets them: gRPC itself says only that
// a handshake failed.
#ifndef SOCKDRIFT_WIRE_TLS_PEM_H_
#define SOCKDRIFT_WIRE_TLS_PEM_H_

#include <string>

#include "absl/status/status.h"

namespace sockdrift {

// OK when the first certificate of one file belongs to the private key of the
// other. INVALID_ARGUMENT, with the path, when they do not or are none.
absl::Status CheckPair(const std::string& certificate, const std::string& key);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_TLS_PEM_H_
