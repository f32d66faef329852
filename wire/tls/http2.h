// HTTP/2 settings that both ends of an agent's stream use.
#ifndef SOCKDRIFT_WIRE_TLS_HTTP2_H_
#define SOCKDRIFT_WIRE_TLS_HTTP2_H_

namespace sockdrift {

// GRPC_ARG_KEEPALIVE_TIME_MS and GRPC_ARG_KEEPALIVE_TIMEOUT_MS: a peer that is
// gone without a word is known to be after at most their sum.
inline constexpr int kKeepaliveTimeMs = 30'000;
inline constexpr int kKeepaliveTimeoutMs = 20'000;

// GRPC_ARG_HTTP2_BDP_PROBE: no pings to estimate the bandwidth. After each
// message they cost four frames and the window updates that ride on them, more
// than a whole unchanged audit.
inline constexpr int kBdpProbe = 0;
// GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES: what may be under way instead; a first
// audit's bodies fit in.
inline constexpr int kStreamWindow = 1 << 20;

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_TLS_HTTP2_H_
