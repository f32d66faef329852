// Streams over gRPC. No header of gRPC's is needed to use them.
#ifndef SOCKDRIFT_AGENT_SESSION_GRPC_STREAM_H_
#define SOCKDRIFT_AGENT_SESSION_GRPC_STREAM_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "agent/session/stream.h"
#include "wire/tls/transport.h"

namespace sockdrift {

// A dialer of one controller over one connection, which it makes again by
// itself with a backoff of 0.5 to 10 s. As ClientCredentials answers.
absl::StatusOr<std::unique_ptr<Dialer>> DialGrpc(
    const TransportOptions& transport);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SESSION_GRPC_STREAM_H_
