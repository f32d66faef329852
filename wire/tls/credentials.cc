// The one place that makes gRPC credentials.
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "core/base/status_macros.h"
#include "wire/tls/transport.h"

namespace sockdrift {
namespace {

std::shared_ptr<grpc::experimental::CertificateProviderInterface> Watch(
    const TransportOptions& options) {
  return std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      options.tls.key, options.tls.certificate, options.tls.authorities,
      static_cast<unsigned>(absl::ToInt64Seconds(options.reload_interval)));
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ClientCredentials(
    const TransportOptions& options) {
  SOCKDRIFT_RETURN_IF_ERROR(CheckTransport(options));
  if (!options.tls.given()) return grpc::InsecureChannelCredentials();
  grpc::experimental::TlsChannelCredentialsOptions tls;
  tls.set_certificate_provider(Watch(options));
  tls.watch_root_certs();
  tls.watch_identity_key_cert_pairs();
  tls.set_verify_server_certs(true);
  tls.set_check_call_host(true);
  return grpc::experimental::TlsCredentials(tls);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ServerCredentials(
    const TransportOptions& options) {
  SOCKDRIFT_RETURN_IF_ERROR(CheckTransport(options));
  if (!options.tls.given()) return grpc::InsecureServerCredentials();
  grpc::experimental::TlsServerCredentialsOptions tls(Watch(options));
  tls.watch_root_certs();
  tls.watch_identity_key_cert_pairs();
  tls.set_cert_request_type(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(tls);
}

}  // namespace sockdrift
