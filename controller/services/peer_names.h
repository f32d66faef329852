// Who the other end of a call is, by its certificate.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_PEER_NAMES_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_PEER_NAMES_H_

#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include <optional>
#include <string>
#include <vector>

namespace sockdrift {

// The values of one property of the peer's certificate; nullopt where the call
// came without TLS.
inline std::optional<std::vector<std::string>> PeerNames(
    const grpc::CallbackServerContext& context, const char* property) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return std::nullopt;
  std::vector<std::string> names;
  for (const grpc::string_ref& name : auth->FindPropertyValues(property)) {
    names.emplace_back(name.data(), name.size());
  }
  return names;
}

inline constexpr char kAlternativeNames[] = "x509_subject_alternative_name";
inline constexpr char kCommonName[] = "x509_common_name";

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_PEER_NAMES_H_
