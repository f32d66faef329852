// The walk over a cell that every program is written on: which process, user
// and host makes a step, loops, observations, what must be. How a thing is said
// is a language's own.
#ifndef SOCKDRIFT_REPRODUCE_WRITER_H_
#define SOCKDRIFT_REPRODUCE_WRITER_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "reproduce/reproduce.h"
#include "reproduce/script.h"
#include "reproduce/target.h"

namespace sockdrift {

class ProgramWriter {
 public:
  ProgramWriter(const CellToReproduce& cell, const Script& script)
      : cell_(cell), script_(script) {}
  virtual ~ProgramWriter() = default;

  // The whole program. UNIMPLEMENTED names the operation that cannot be said.
  virtual absl::StatusOr<std::string> Write() = 0;

 protected:
  // What is known of a socket where the walk is.
  struct Known {
    std::string family;  // "inet"; empty where it is not known beforehand
    std::string type;
    std::string bound;  // `within` of the SO_SNDTIMEO that it has; or empty
  };

  // All steps, and what ends the processes that are left.
  absl::Status Walk();
  void Line(absl::string_view text);
  const std::string& body() const { return body_; }
  std::string TakeBody() { return std::exchange(body_, ""); }

  // "s", "s[3]", or "s[round_1]" inside the repeat that makes it.
  std::string Spelled(absl::string_view socket) const;
  Known& KnownOf(absl::string_view socket) {
    return known_[std::string(socket)];
  }
  // The expression of a target's port.
  std::string PortOf(const Target& target);
  // Whether SO_SNDTIMEO must be set for the bound before a call that may block.
  bool MustBound(const CellStep& step);
  bool in_loop() const { return !loops_.empty(); }
  static std::string BoundMs(const CellStep& step, absl::string_view otherwise);
  std::string ProcessOf(const CellStep& step) const {
    return step.Get(FieldId::kProcess, "main");
  }
  // "process_main".
  static std::string ProcessVariable(absl::string_view process);

  // The step's call: leaves its outcome. A failure of one that comes from the
  // options of an observed socket alone changes the outcome.
  virtual absl::Status Call(const CellStep& step) = 0;
  virtual void Observe(const std::string& name, const std::string& comment) = 0;
  virtual void Count(const std::string& name) = 0;
  virtual void Must(const std::string& what, const std::string& wanted) = 0;
  virtual void BeginRepeat(const std::string& round,
                           const std::string& times) = 0;
  virtual void LeaveRepeatOn(const std::string& outcome) = 0;
  // Leaves the count of whole rounds as the outcome.
  virtual void EndRepeat(const std::string& round) = 0;
  virtual void EndSampleRound(const std::vector<std::string>& sockets) = 0;
  virtual void ShowClass(const std::string& name,
                         const std::string& comment) = 0;
  virtual void BecomeUser(const std::string& user) = 0;  // "" for the own one
  virtual void EnterHost(size_t host) = 0;
  virtual void OpenBlockOf(const std::string& process) = 0;
  virtual void CloseBlock() = 0;
  virtual void AwaitTurn() = 0;
  virtual void HandOver(const std::string& process) = 0;
  virtual void Fork(const std::string& process) = 0;
  virtual void LeaveProcess() = 0;  // in the one that ends
  virtual void AwaitEnd(const std::string& process) = 0;
  virtual void PassDescriptor(const std::string& to,
                              const std::string& socket) = 0;
  virtual void TakeDescriptor(const std::string& as) = 0;

  const CellToReproduce& cell_;
  const Script& script_;
  int indent_ = 1;
  int indent_width_ = 2;  // blanks

 private:
  struct Loop {
    const CellStep* step;
    std::string round;  // its variable; empty for a sample
  };

  absl::Status Steps(size_t first, size_t end);
  absl::Status OneStep(size_t index);
  absl::Status LoopStep(size_t index);
  absl::Status After(size_t index);
  absl::Status Whereabouts(const CellStep& step);
  absl::Status Pass(const CellStep& step);
  void TurnTo(const std::string& process);
  void ExitOf(const std::string& process);
  std::string ObservationOf(const CellStep& step) const;
  std::string Recorded(const std::string& observation) const;
  // Socket facts after the step.
  void Note(const CellStep& step);

  std::string body_;
  std::map<std::string, Known> known_;
  std::map<std::string, std::string> index_;  // of arrays: "round_1"
  std::vector<Loop> loops_;
  int repeats_ = 0;
  std::set<std::string> sampled_;  // observations of the sample under way
  std::vector<std::string> sampled_order_;
  std::vector<std::string> round_sockets_;  // made in the sample's round
  std::vector<std::string> alive_;          // processes
  std::string process_ = "main";
  std::string user_ = "?";  // nobody knows after a jump
  std::string host_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_WRITER_H_
