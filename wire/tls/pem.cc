#include "wire/tls/pem.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/status_macros.h"
#include "wire/file_bytes.h"
#include "wire/tls/transport.h"

namespace sockdrift {
namespace {

constexpr size_t kMaxPem = size_t{4} << 20;

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Source = std::unique_ptr<BIO, decltype(&BIO_free)>;

absl::StatusOr<Source> OpenPem(const std::string& path, std::string& bytes) {
  SOCKDRIFT_ASSIGN_OR_RETURN(bytes, ReadFileBytes(path, kMaxPem));
  return Source(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())),
                &BIO_free);
}

absl::StatusOr<Certificate> ReadCertificate(const std::string& path) {
  std::string bytes;
  SOCKDRIFT_ASSIGN_OR_RETURN(const Source source, OpenPem(path, bytes));
  Certificate certificate(
      PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr), &X509_free);
  if (certificate == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": holds no certificate in PEM form"));
  }
  return certificate;
}

// A key with a passphrase cannot be used: nobody is there to be asked.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::StatusOr<Key> ReadKey(const std::string& path) {
  std::string bytes;
  SOCKDRIFT_ASSIGN_OR_RETURN(const Source source, OpenPem(path, bytes));
  Key key(
      PEM_read_bio_PrivateKey(source.get(), nullptr, &NoPassphrase, nullptr),
      &EVP_PKEY_free);
  if (key == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": holds no private key in PEM form, or one with a passphrase"));
  }
  return key;
}

}  // namespace

absl::Status CheckPair(const std::string& certificate, const std::string& key) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Certificate x509,
                             ReadCertificate(certificate));
  SOCKDRIFT_ASSIGN_OR_RETURN(const Key private_key, ReadKey(key));
  if (X509_check_private_key(x509.get(), private_key.get()) != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(key, ": is not the key of ", certificate));
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Time> CertificateExpiry(const std::string& path) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Certificate certificate,
                             ReadCertificate(path));
  std::tm broken_down = {};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &broken_down) !=
      1) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": its certificate has no readable end of validity"));
  }
  return absl::FromUnixSeconds(timegm(&broken_down));
}

}  // namespace sockdrift
