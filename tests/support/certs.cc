#include "tests/support/certs.h"

#include <cstdio>
#include <fstream>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/subprocess.h"

namespace sockdrift::testing {
namespace {

void OpenSsl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "openssl");
  const SubprocessEnd end = RunSubprocess(arguments);
  EXPECT_EQ(end.exit_code, 0) << end.err;
}

void MakeKey(const std::string& path) {
  OpenSsl(
      {"ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path});
}

}  // namespace

CertificateAuthority::CertificateAuthority(const std::string& folder,
                                           const std::string& name)
    : folder_(folder),
      certificate_(folder + "/" + name + ".pem"),
      key_(folder + "/" + name + ".key") {
  MakeKey(key_);
  OpenSsl({"req", "-x509", "-new", "-key", key_, "-subj", "/CN=" + name,
           "-days", "2", "-out", certificate_});
}

CertificateAuthority::Leaf CertificateAuthority::Issue(
    const std::string& name, const std::string& alternative_names) {
  const std::string base = folder_ + "/" + name;
  const std::string fresh = base + ".new";
  MakeKey(fresh + ".key");
  OpenSsl({"req", "-new", "-key", fresh + ".key", "-subj", "/CN=" + name,
           "-out", fresh + ".csr"});
  std::ofstream(fresh + ".ext") << "subjectAltName=" << alternative_names
                                << "\nbasicConstraints=CA:FALSE\n";
  OpenSsl({"x509", "-req", "-in", fresh + ".csr", "-CA", certificate_, "-CAkey",
           key_, "-CAcreateserial", "-days", "2", "-extfile", fresh + ".ext",
           "-out", fresh + ".pem"});
  const Leaf leaf = {.certificate = base + ".pem", .key = base + ".key"};
  EXPECT_EQ(std::rename((fresh + ".key").c_str(), leaf.key.c_str()), 0);
  EXPECT_EQ(std::rename((fresh + ".pem").c_str(), leaf.certificate.c_str()), 0);
  return leaf;
}

}  // namespace sockdrift::testing
