// How agents, controllers and command lines reach each other: mutual TLS with
// files that are read again when they change, and plain connections only where
// nobody else can listen in. docs/security.md.
#ifndef SOCKDRIFT_WIRE_TLS_TRANSPORT_H_
#define SOCKDRIFT_WIRE_TLS_TRANSPORT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// gRPC's own headers stay out of ours.
namespace grpc {
class ChannelCredentials;
class ServerCredentials;
}  // namespace grpc

namespace sockdrift {

// PEM files: a certificate with its chain, its key, and the authorities that
// the other side's certificate must come from. All three or none.
struct TlsFiles {
  std::string certificate;
  std::string key;
  std::string authorities;
  bool given() const {
    return !certificate.empty() || !key.empty() || !authorities.empty();
  }
};

struct TransportOptions {
  // "unix:/path", "host:port", "[::1]:port".
  std::string address = {};
  TlsFiles tls = {};
  // Plain text even to where others can listen in and speak in our name.
  bool insecure_plaintext = false;
  // A client expects this name in the controller's certificate; empty: the
  // address's host.
  std::string server_name = {};
  // How often the files are looked at.
  absl::Duration reload_interval = absl::Seconds(60);
};

// Whether nobody outside this machine can be on the other end: a Unix socket,
// 127.0.0.0/8, ::1 or localhost.
bool StaysOnThisMachine(absl::string_view address);

// INVALID_ARGUMENT for options that do not go together (two of three files; no
// TLS to another machine without insecure_plaintext) and for files that cannot
// be read or do not belong together, with the path and what to do.
absl::Status CheckTransport(const TransportOptions& options);

// As CheckTransport answers. A file that becomes unreadable or wrong later
// leaves the last good ones in force.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ClientCredentials(
    const TransportOptions& options);
// The same for who listens: every client must show a certificate of the
// authorities.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(
    const TransportOptions& options);

// Whether a certificate with these subject alternative names (as gRPC gives
// them, "x509_subject_alternative_name") may speak for the host: one of them is
// the id itself or "sockdrift:host:" with the id.
bool SpeaksForHost(const std::vector<std::string>& names,
                   absl::string_view host_id);

// When the first certificate of a PEM file expires.
absl::StatusOr<absl::Time> CertificateExpiry(const std::string& path);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_TLS_TRANSPORT_H_
