#include "core/plan/program_codec.h"

#include <functional>
#include <random>

#include "core/plan/cells.h"
#include "core/plan/validate_program.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::Constant;
using ::sockdrift::testing::EveryPart;
using ::sockdrift::testing::OfAxis;
using ::sockdrift::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ProgramCodecTest, DecodesToWhatWasEncoded) {
  for (const Program& program : {BindPair(), EveryPart()}) {
    const std::string bytes = EncodeProgram(program);
    ASSERT_OK_AND_ASSIGN(const Program decoded, DecodeProgram(bytes));
    EXPECT_EQ(EncodeProgram(decoded), bytes);
    EXPECT_EQ(decoded.isolation, program.isolation);
    EXPECT_EQ(decoded.long_running, program.long_running);
    EXPECT_EQ(decoded.repeats, program.repeats);
    EXPECT_EQ(decoded.limit_ms, program.limit_ms);
    EXPECT_EQ(decoded.caps, program.caps);
    EXPECT_EQ(decoded.users, program.users);
    EXPECT_EQ(decoded.hosts, program.hosts);
    EXPECT_EQ(decoded.ports, program.ports);
    EXPECT_EQ(decoded.settings, program.settings);
    EXPECT_EQ(decoded.excluded, program.excluded);
    EXPECT_EQ(decoded.observations, program.observations);
    EXPECT_EQ(decoded.steps, program.steps);
    ASSERT_EQ(decoded.axes.size(), program.axes.size());
    for (size_t i = 0; i < program.axes.size(); ++i) {
      EXPECT_EQ(decoded.axes[i].name, program.axes[i].name);
      EXPECT_EQ(decoded.axes[i].values, program.axes[i].values);
    }
  }
}

TEST(ProgramCodecTest, RefusesEveryShorterLength) {
  const std::string bytes = EncodeProgram(EveryPart());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeProgram(bytes.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodeProgram(bytes + '\0').ok());
}

TEST(ProgramCodecTest, NamesTheOtherVersion) {
  std::string bytes = EncodeProgram(BindPair());
  bytes[std::string("sockdrift-program/").size()] = 9;
  EXPECT_THAT(DecodeProgram(bytes),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("version 9, but this build reads version 1")));
}

TEST(ProgramCodecTest, RefusesOtherBytes) {
  EXPECT_THAT(DecodeProgram("plan: x"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no sockdrift program")));
}

// Whatever is decoded is exactly what encoding writes, is valid, and can be
// used: whatever bytes come in.
void ExpectSafe(const std::string& bytes) {
  const absl::StatusOr<Program> program = DecodeProgram(bytes);
  if (!program.ok()) return;
  EXPECT_EQ(EncodeProgram(*program), bytes);
  EXPECT_OK(ValidateProgram(*program));
  if (CellCount(*program) > 10000) return;
  const CellSpace cells(*program);
  ASSERT_EQ(cells.size(), CellCount(*program));
  for (uint32_t cell : {uint32_t{0}, cells.size() - 1}) {
    const std::vector<uint16_t> coordinate = cells.Coordinate(cell);
    EXPECT_FALSE(CellBytes(*program, coordinate).empty());
  }
}

TEST(ProgramCodecTest, NeverTrustsChangedBytes) {
  std::mt19937 random(2);
  for (const Program& program : {BindPair(), EveryPart()}) {
    const std::string bytes = EncodeProgram(program);
    for (size_t i = 0; i < bytes.size(); ++i) {
      for (int value : {0, 1, 2, 0x7f, 0x80, 0xff}) {
        std::string changed = bytes;
        changed[i] = static_cast<char>(value);
        ExpectSafe(changed);
      }
    }
    for (int round = 0; round < 20000; ++round) {
      std::string changed = bytes;
      for (unsigned n = 1 + random() % 4; n > 0; --n) {
        const size_t at = random() % changed.size();
        switch (random() % 3) {
          case 0:
            changed[at] = static_cast<char>(random());
            break;
          case 1:
            changed.erase(at, 1 + random() % 8);
            break;
          default:
            changed.insert(at, changed.substr(random() % changed.size(), 8));
        }
        if (changed.empty()) changed = "s";
      }
      ExpectSafe(changed);
    }
  }
}

struct Broken {
  const char* what;
  std::function<void(Program&)> change;
};

TEST(ValidateProgramTest, NamesWhatDoesNotHold) {
  for (const Broken& broken : {
           Broken{"repeats", [](Program& p) { p.repeats = 0; }},
           Broken{"repeats", [](Program& p) { p.repeats = 17; }},
           Broken{"isolation", [](Program& p) { p.isolation = Isolation(3); }},
           Broken{"axis type has 0 values",
                  [](Program& p) { p.axes[0].values.clear(); }},
           Broken{"no cell is left",
                  [](Program& p) {
                    p.excluded = {{0, 6}};
                  }},
           Broken{"outside the matrix",
                  [](Program& p) {
                    p.excluded = {{5, 2}};
                  }},
           Broken{"touch or are empty",
                  [](Program& p) {
                    p.excluded = {{1, 1}, {2, 1}};
                  }},
           Broken{"touch or are empty",
                  [](Program& p) {
                    p.excluded = {{1, 0}};
                  }},
           Broken{"inverted port range",
                  [](Program& p) { p.ports[0].first = 81; }},
           Broken{"observations", [](Program& p) { p.observations.clear(); }},
           Broken{"steps", [](Program& p) { p.steps.clear(); }},
           Broken{"operation 200",
                  [](Program& p) { p.steps[0].operation = Operation(200); }},
           Broken{"field 5 of bind",
                  [](Program& p) {
                    p.steps[1].fields.insert(
                        p.steps[1].fields.begin() + 1,
                        {FieldId::kProtocol, Constant("tcp")});
                  }},
           Broken{"not ascending",
                  [](Program& p) {
                    std::swap(p.steps[0].fields[0], p.steps[0].fields[1]);
                  }},
           Broken{"scalar of no axis",
                  [](Program& p) {
                    p.steps[0].fields[0].value = OfAxis(2, {"x"});
                  }},
           Broken{"text for each combination",
                  [](Program& p) {
                    p.steps[0].fields[0].value = OfAxis(0, {"x"});
                  }},
           Broken{"guard", [](Program& p) { p.steps[3].guards[0].axis = 2; }},
           Broken{"guard",
                  [](Program& p) { p.steps[3].guards[0].values = {2}; }},
           Broken{"guard",
                  [](Program& p) { p.steps[3].guards[0].values = {}; }},
           Broken{"observation",
                  [](Program& p) { p.steps[0].observation = 2; }},
           Broken{"body", [](Program& p) { p.steps[2].body = 4; }},
           Broken{"body", [](Program& p) { p.steps[2].body = 0; }},
           Broken{"body", [](Program& p) { p.steps[0].body = 1; }},
           Broken{"ends outside the one around it",
                  [](Program& p) { p.steps[2].body = 2; }},
       }) {
    Program program = EveryPart();
    ASSERT_OK(ValidateProgram(program));
    broken.change(program);
    const absl::Status status = ValidateProgram(program);
    EXPECT_FALSE(status.ok()) << broken.what;
    EXPECT_THAT(std::string(status.message()), HasSubstr(broken.what));
  }
}

TEST(ValidateProgramTest, BoundsTheMatrix) {
  Program program = EveryPart();
  program.excluded.clear();
  const std::vector<std::string> values(1000, "v");
  program.axes.push_back({"big", values});
  EXPECT_OK(ValidateProgram(program));
  program.axes.push_back({"bigger", values});
  EXPECT_THAT(ValidateProgram(program),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("matrix of more than 4000000")));
}

TEST(ValidateProgramTest, BoundsCellsTimesObservations) {
  Program program = EveryPart();
  program.excluded.clear();
  program.axes.push_back({"big", std::vector<std::string>(1000, "v")});
  program.axes.push_back({"more", std::vector<std::string>(50, "v")});
  program.observations.resize(50);
  EXPECT_OK(ValidateProgram(program));
  program.observations.resize(60);
  EXPECT_THAT(
      ValidateProgram(program),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("outcomes")));
}

}  // namespace
}  // namespace sockdrift
