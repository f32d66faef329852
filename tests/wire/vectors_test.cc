// The published test vectors of docs/canonical-form.md. With
// SOCKDRIFT_UPDATE_VECTORS=1 they are written anew: only for a new version of a
// form, never to make a test pass.
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/behaviour/canonical.h"
#include "core/plan/cells.h"
#include "core/plan/program_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::EveryPart;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::Uniform;

using Vector = std::map<std::string, std::string>;

std::string VectorPath(const std::string& file) {
  return absl::StrCat(SOCKDRIFT_SOURCE_DIR, "/tests/testdata/vectors/", file);
}

// Blocks of "key: value" lines, parted by empty ones; '#' begins a comment.
std::vector<Vector> ReadVectors(const std::string& file) {
  std::ifstream in(VectorPath(file));
  std::vector<Vector> vectors(1);
  for (std::string line; std::getline(in, line);) {
    if (absl::StartsWith(line, "#")) continue;
    if (line.empty()) {
      if (!vectors.back().empty()) vectors.emplace_back();
      continue;
    }
    const std::pair<std::string, std::string> pair =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    vectors.back()[std::string(absl::StripSuffix(pair.first, ":"))] =
        pair.second;
  }
  if (vectors.back().empty()) vectors.pop_back();
  return vectors;
}

std::string Hex(absl::string_view bytes) {
  return absl::BytesToHexString(bytes);
}

const std::map<std::string, Program>& Programs() {
  static const auto* const programs = new std::map<std::string, Program>{
      {"bind-pair", BindPair({"0.0.0.0", "::"})}, {"every-part", EveryPart()}};
  return *programs;
}

// Records of bind-pair with something of everything.
std::map<std::string, Record> Records() {
  const Program& program = Programs().at("bind-pair");
  std::map<std::string, Record> records;
  records["all-ok"] = Uniform(program);
  Record mixed = Uniform(program);
  for (size_t cell : {2, 3, 7}) SetOutcome(mixed, 1, cell, "EADDRINUSE");
  SetStatus(mixed, 4, CellStatus::kSkip, "no capability");
  SetStatus(mixed, 5, CellStatus::kUnstable, "bind.b: ok, EADDRINUSE");
  SetStatus(mixed, 6, CellStatus::kMiss, "not selected");
  SetStatus(mixed, 9, CellStatus::kError, "the probe died");
  records["mixed"] = mixed;
  return records;
}

std::string WantedPrograms() {
  std::string out = "# Programs: canonical bytes and measurement digest.\n";
  for (const auto& [name, program] : Programs()) {
    absl::StrAppend(&out, "\nprogram: ", name,
                    "\nbytes: ", Hex(EncodeProgram(program)),
                    "\nmeasurement: ", MeasurementDigest(program).Hex(), "\n");
  }
  return out;
}

std::string WantedCells() {
  std::string out = "# Cells: canonical bytes and id.\n";
  for (const auto& [name, program] : Programs()) {
    const CellSpace cells(program);
    const std::vector<CellId> ids = CellIds(program);
    for (uint32_t cell = 0; cell < cells.size(); ++cell) {
      const std::vector<uint16_t> coordinate = cells.Coordinate(cell);
      absl::StrAppend(&out, "\nprogram: ", name, "\ncell: ", cell,
                      "\nname: ", CellName(program, coordinate),
                      "\nbytes: ", Hex(CellBytes(program, coordinate)),
                      "\nid: ", ids[cell].Hex(), "\n");
    }
  }
  return out;
}

std::string WantedRecords() {
  std::string out =
      "# Records of the program bind-pair: canonical bytes of the record and "
      "of "
      "its\n# behaviour, and the digest of each.\n";
  const Digest measurement = MeasurementDigest(Programs().at("bind-pair"));
  for (const auto& [name, record] : Records()) {
    absl::StrAppend(
        &out, "\nname: ", name, "\nmeasurement: ", measurement.Hex(),
        "\nrecord: ", Hex(EncodeRecord(record, measurement)),
        "\nrecord-digest: ", RecordDigest(record, measurement).Hex(),
        "\nbehaviour: ", Hex(BehaviourBytes(record, measurement)),
        "\nbehaviour-digest: ", BehaviourDigest(record, measurement).Hex(),
        "\n");
  }
  return out;
}

std::string WantedGenomes() {
  const PlanBehaviour a = {Sha256("plan a"), Sha256("behaviour a")};
  const PlanBehaviour b = {Sha256("plan b"), Sha256("behaviour b")};
  std::string out =
      "# Genomes: measurement and behaviour digests in any order, and the "
      "digest.\n";
  for (const std::vector<PlanBehaviour>& set :
       {std::vector<PlanBehaviour>{}, {a}, {a, b}, {b, a}}) {
    std::vector<std::string> pairs;
    for (const PlanBehaviour& one : set) {
      pairs.push_back(
          absl::StrCat(one.measurement.Hex(), "=", one.behaviour.Hex()));
    }
    absl::StrAppend(&out, "\nbehaviours: ", absl::StrJoin(pairs, ","),
                    "\ngenome: ", GenomeDigest(set).Hex(), "\n");
  }
  return out;
}

TEST(VectorsTest, AreWhatThisBuildWrites) {
  const std::map<std::string, std::string> wanted = {
      {"programs.txt", WantedPrograms()},
      {"cells.txt", WantedCells()},
      {"records.txt", WantedRecords()},
      {"genomes.txt", WantedGenomes()}};
  const bool update = std::getenv("SOCKDRIFT_UPDATE_VECTORS") != nullptr;
  for (const auto& [file, text] : wanted) {
    if (update) std::ofstream(VectorPath(file)) << text;
    std::ifstream in(VectorPath(file));
    std::stringstream published;
    published << in.rdbuf();
    EXPECT_EQ(published.str(), text) << file;
  }
}

TEST(VectorsTest, DigestsAreOfThePublishedBytes) {
  int checked = 0;
  const auto check = [&](const Vector& vector, const char* bytes,
                         const char* digest) {
    const std::string hex =
        Sha256(absl::HexStringToBytes(vector.at(bytes))).Hex();
    EXPECT_TRUE(absl::StartsWith(hex, vector.at(digest))) << digest;
    ++checked;
  };
  for (const Vector& v : ReadVectors("programs.txt")) {
    check(v, "bytes", "measurement");
  }
  for (const Vector& v : ReadVectors("cells.txt")) check(v, "bytes", "id");
  for (const Vector& v : ReadVectors("records.txt")) {
    check(v, "record", "record-digest");
    check(v, "behaviour", "behaviour-digest");
  }
  EXPECT_EQ(checked, 2 + 16 + 4 + 4);
}

TEST(VectorsTest, ProgramsDecodeToWhatWasEncoded) {
  for (const Vector& vector : ReadVectors("programs.txt")) {
    const std::string bytes = absl::HexStringToBytes(vector.at("bytes"));
    ASSERT_OK_AND_ASSIGN(const Program program, DecodeProgram(bytes));
    EXPECT_EQ(EncodeProgram(program), bytes);
    const Program& original = Programs().at(vector.at("program"));
    EXPECT_EQ(program.steps, original.steps);
    EXPECT_EQ(program.observations, original.observations);
  }
}

TEST(VectorsTest, RecordsDecodeToWhatWasEncoded) {
  const std::map<std::string, Record> records = Records();
  for (const Vector& vector : ReadVectors("records.txt")) {
    const std::string bytes = absl::HexStringToBytes(vector.at("record"));
    ASSERT_OK_AND_ASSIGN(const DecodedRecord decoded, DecodeRecord(bytes));
    EXPECT_EQ(decoded.record, records.at(vector.at("name")));
    EXPECT_EQ(decoded.measurement.Hex(), vector.at("measurement"));
  }
}

}  // namespace
}  // namespace sockdrift
