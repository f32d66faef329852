// Certificates for tests, made with the openssl command line: an authority and
// leafs that it signed.
#ifndef SOCKDRIFT_TESTS_SUPPORT_CERTS_H_
#define SOCKDRIFT_TESTS_SUPPORT_CERTS_H_

#include <string>

namespace sockdrift::testing {

class CertificateAuthority {
 public:
  // Writes NAME.pem and NAME.key into the folder. Fails the test where openssl
  // does; tests begin with SOCKDRIFT_REQUIRE_OR_SKIP("program:openssl").
  CertificateAuthority(const std::string& folder, const std::string& name);

  const std::string& certificate() const { return certificate_; }

  struct Leaf {
    std::string certificate;
    std::string key;
  };
  // A leaf with these subject alternative names, in openssl's form:
  // "DNS:host-1,URI:sockdrift:host:host-1,IP:127.0.0.1". Written as NAME.pem
  // and NAME.key, over older ones in one rename each.
  Leaf Issue(const std::string& name, const std::string& alternative_names);

 private:
  const std::string folder_;
  std::string certificate_;
  std::string key_;
};

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_SUPPORT_CERTS_H_
