#include "wire/digests.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "absl/types/span.h"
#include "core/base/bytes.h"
#include "core/behaviour/canonical.h"
#include "core/plan/cells.h"
#include "core/plan/program_codec.h"

namespace sockdrift {
namespace {

// Looking the algorithm up takes longer than hashing a cell does, so it is
// looked up once. It is never freed: digests may be taken while the process
// ends.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

// One context for many digests.
class Sha256Hasher {
 public:
  Digest Hash(absl::string_view bytes) {
    Digest digest;
    // These fail only for want of memory or where libcrypto itself is broken;
    // going on with a wrong digest would be worse than ending.
    if (context_ == nullptr ||
        EVP_DigestInit_ex(context_.get(), Algorithm(), nullptr) != 1 ||
        EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context_.get(), digest.bytes.data(), nullptr) != 1) {
      std::abort();
    }
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{
      EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

}  // namespace

Digest Sha256(absl::string_view bytes) { return Sha256Hasher().Hash(bytes); }

Digest MeasurementDigest(const Program& program) {
  return Sha256(EncodeProgram(program));
}

std::vector<CellId> CellIds(const Program& program) {
  const CellSpace cells(program);
  std::vector<CellId> ids(cells.size());
  std::vector<uint16_t> coordinate(program.axes.size());
  Sha256Hasher hasher;
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    cells.Coordinate(cell, absl::MakeSpan(coordinate));
    const Digest digest = hasher.Hash(CellBytes(program, coordinate));
    std::copy_n(digest.bytes.begin(), ids[cell].bytes.size(),
                ids[cell].bytes.begin());
  }
  return ids;
}

Digest BehaviourDigest(const Record& record, const Digest& measurement) {
  return Sha256(BehaviourBytes(record, measurement));
}

Digest RecordDigest(const Record& record, const Digest& measurement) {
  return Sha256(EncodeRecord(record, measurement));
}

Digest GenomeDigest(std::vector<PlanBehaviour> behaviours) {
  const auto before = [](const PlanBehaviour& a, const PlanBehaviour& b) {
    return std::tie(a.measurement, a.behaviour) <
           std::tie(b.measurement, b.behaviour);
  };
  std::sort(behaviours.begin(), behaviours.end(), before);
  ByteWriter out;
  out.Raw("sockdrift-genome/");
  out.Varint(1);
  out.Varint(behaviours.size());
  for (const PlanBehaviour& behaviour : behaviours) {
    out.Raw(behaviour.measurement.View());
    out.Raw(behaviour.behaviour.View());
  }
  return Sha256(std::move(out).Take());
}

}  // namespace sockdrift
