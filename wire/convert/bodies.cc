#include "wire/convert/bodies.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/bytes.h"
#include "core/base/status_macros.h"
#include "wire/convert/compress.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

absl::StatusOr<std::string> Verified(absl::string_view digest,
                                     absl::string_view compressed,
                                     absl::string_view what) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Digest stated, Digest::FromBytes(digest));
  SOCKDRIFT_ASSIGN_OR_RETURN(std::string bytes, ExpandBody(compressed));
  if (Sha256(bytes) != stated) {
    return absl::InvalidArgumentError(
        absl::StrCat("a ", what, " that is not the one its digest ",
                     stated.ShortHex(), " names"));
  }
  return bytes;
}

}  // namespace

absl::StatusOr<v1::Program> ProgramToProto(absl::string_view canonical) {
  v1::Program proto;
  SOCKDRIFT_ASSIGN_OR_RETURN(*proto.mutable_canonical_zstd(),
                             CompressBody(canonical));
  proto.set_measurement_digest(std::string(Sha256(canonical).View()));
  return proto;
}

absl::StatusOr<std::string> ProgramBytes(const v1::Program& proto) {
  return Verified(proto.measurement_digest(), proto.canonical_zstd(),
                  "program");
}

absl::StatusOr<v1::RecordBody> RecordToProto(absl::string_view canonical) {
  v1::RecordBody proto;
  SOCKDRIFT_ASSIGN_OR_RETURN(*proto.mutable_canonical_zstd(),
                             CompressBody(canonical));
  proto.set_record_digest(std::string(Sha256(canonical).View()));
  return proto;
}

absl::StatusOr<std::string> RecordBytes(const v1::RecordBody& proto) {
  return Verified(proto.record_digest(), proto.canonical_zstd(), "record");
}

std::string EncodeFacts(const Facts& facts) {
  ByteWriter out;
  out.Raw("sockdrift-facts/");
  out.Varint(1);
  out.Varint(facts.size());
  for (const auto& [name, value] : facts) {
    out.Text(name);
    out.Text(value);
  }
  return std::move(out).Take();
}

Digest FactsDigest(const Facts& facts) { return Sha256(EncodeFacts(facts)); }

v1::FactSet ToProto(const Facts& facts) {
  v1::FactSet proto;
  proto.set_facts_digest(std::string(FactsDigest(facts).View()));
  for (const auto& [name, value] : facts) {
    v1::Fact& fact = *proto.add_facts();
    fact.set_name(name);
    fact.set_value(value);
  }
  return proto;
}

absl::StatusOr<Facts> FromProto(const v1::FactSet& proto) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Digest stated,
                             Digest::FromBytes(proto.facts_digest()));
  Facts facts;
  for (const v1::Fact& fact : proto.facts()) {
    facts[fact.name()] = fact.value();
  }
  if (FactsDigest(facts) != stated) {
    return absl::InvalidArgumentError(absl::StrCat(
        "facts that are not those their digest ", stated.ShortHex(), " names"));
  }
  return facts;
}

}  // namespace sockdrift
