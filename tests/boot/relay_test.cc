#include "boot/relay.h"

#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>

#include "agent/guest/line_message.h"
#include "agent/os/memory_file.h"
#include "agent/os/pipe.h"
#include "agent/os/unique_fd.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using Kind = GuestEnd::Kind;

// The guest's end of a line, at which a test sits.
class FakeGuest {
 public:
  explicit FakeGuest(UniqueFd line) : line_(std::move(line)) {}

  void Say(const std::string& bytes) {
    ASSERT_EQ(write(line_.get(), bytes.data(), bytes.size()),
              static_cast<ssize_t>(bytes.size()));
  }
  void Say(LineMessageKind kind, absl::string_view payload) {
    Say(EncodeLineMessage(kind, payload));
  }
  void ComeUp() { Say(LineMessageKind::kUp, "6.1"); }
  void Exit(uint32_t status) {
    Say(EncodeLineNumber(LineMessageKind::kExit, status));
  }
  // The next piece of input; "" at its end.
  std::string Input() {
    for (;;) {
      if (auto message = reader_.Next()) return message->payload;
      char buffer[4096];
      const ssize_t size = read(line_.get(), buffer, sizeof(buffer));
      if (size <= 0) return "";
      reader_.Feed(absl::string_view(buffer, static_cast<size_t>(size)));
    }
  }
  // Whether the host has said something that was not read yet.
  bool HasInput() {
    char byte;
    return recv(line_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }
  void HangUp() { line_.reset(); }

 private:
  UniqueFd line_;
  LineReader reader_;
};

class Relayed : public ::testing::Test {
 protected:
  Relayed() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    line_.reset(ends[0]);
    guest_.emplace(UniqueFd(ends[1]));
    output_ = *MakeMemoryFile("");
    errors_ = *MakeMemoryFile("");
    GiveInput("");
    fds_.line = line_.get();
    fds_.output = output_.get();
    fds_.errors = errors_.get();
  }

  void GiveInput(absl::string_view bytes) {
    input_ = *MakeMemoryFile(bytes);
    fds_.input = input_.get();
  }

  // Relays while the guest does what it is told to.
  template <typename Acting>
  GuestEnd With(Acting act) {
    std::thread guest([&] { act(*guest_); });
    GuestEnd end = RelayGuest(fds_, absl::Minutes(1), absl::Minutes(1));
    guest.join();
    return end;
  }

  static std::string ContentOf(const UniqueFd& file) {
    lseek(file.get(), 0, SEEK_SET);
    return *ReadAll(file.get(), 1 << 20);
  }

  UniqueFd line_;
  std::optional<FakeGuest> guest_;
  UniqueFd input_, output_, errors_;
  RelayFds fds_;
};

TEST_F(Relayed, StreamsComeOutApartAndTheStatusWithThem) {
  const GuestEnd end = With([](FakeGuest& guest) {
    guest.ComeUp();
    guest.Say(LineMessageKind::kOutput, "out");
    guest.Say(LineMessageKind::kErrors, "err");
    guest.Say(LineMessageKind::kOutput, " and more");
    guest.Exit(7);
  });
  EXPECT_EQ(end.kind, Kind::kExited);
  EXPECT_EQ(end.status, 7);
  EXPECT_EQ(end.release, "6.1");
  EXPECT_EQ(ContentOf(output_), "out and more");
  EXPECT_EQ(ContentOf(errors_), "err");
}

TEST_F(Relayed, InputComesWholeAndNeverMoreThanTheLineKeeps) {
  std::string content;
  for (int i = 0; i < 50'000; ++i) content += static_cast<char>(i % 251);
  GiveInput(content);
  std::string got;
  const GuestEnd end = With([&](FakeGuest& guest) {
    guest.ComeUp();
    while (got.size() < content.size()) {
      std::string piece;
      // All that may be under way has come, and nothing more.
      while (piece.size() <
             std::min(kLineWindow, content.size() - got.size())) {
        piece += guest.Input();
      }
      EXPECT_LE(piece.size(), kLineWindow);
      // Where the line has room left the input's end may be on it already.
      EXPECT_FALSE(piece.size() == kLineWindow && guest.HasInput());
      got += piece;
      guest.Say(EncodeLineNumber(LineMessageKind::kTaken,
                                 static_cast<uint32_t>(piece.size())));
    }
    EXPECT_EQ(guest.Input(), "");
    guest.Exit(0);
  });
  EXPECT_EQ(end.kind, Kind::kExited);
  EXPECT_TRUE(got == content);
}

TEST_F(Relayed, NoInputIsTakenBeforeTheGuestIsUp) {
  GiveInput("for a command");
  const GuestEnd end = With([](FakeGuest& guest) { guest.HangUp(); });
  EXPECT_EQ(end.kind, Kind::kWentDown);
  EXPECT_EQ(end.release, "");
  EXPECT_EQ(lseek(input_.get(), 0, SEEK_CUR), 0);
}

TEST_F(Relayed, AGuestThatGoesDownIsNoCommandThatEnded) {
  const GuestEnd end = With([](FakeGuest& guest) {
    guest.ComeUp();
    guest.Say(LineMessageKind::kOutput, "so far");
    guest.HangUp();
  });
  EXPECT_EQ(end.kind, Kind::kWentDown);
  EXPECT_EQ(ContentOf(output_), "so far");
}

TEST_F(Relayed, WhatAGuestSaidBeforeItsProcessEndedCounts) {
  const UniqueFd ended(eventfd(1, EFD_CLOEXEC));  // readable from the start
  fds_.process = ended.get();
  guest_->ComeUp();
  guest_->Exit(3);
  const GuestEnd end = RelayGuest(fds_, absl::Minutes(1), absl::Minutes(1));
  EXPECT_EQ(end.kind, Kind::kExited);
  EXPECT_EQ(end.status, 3);
}

TEST_F(Relayed, AGuestThatDoesNotComeUpIsGivenUp) {
  EXPECT_EQ(RelayGuest(fds_, absl::ZeroDuration(), absl::Minutes(1)).kind,
            Kind::kNotUp);
}

TEST_F(Relayed, ACommandThatDoesNotEndIsGivenUp) {
  guest_->ComeUp();
  EXPECT_EQ(RelayGuest(fds_, absl::Minutes(1), absl::ZeroDuration()).kind,
            Kind::kTimedOut);
}

TEST_F(Relayed, AnotherLanguageOnTheLineIsToldAsSuch) {
  const GuestEnd end =
      With([](FakeGuest& guest) { guest.Say("Linux version 6.1\n"); });
  EXPECT_EQ(end.kind, Kind::kFailed);
  EXPECT_NE(end.message, "");
}

TEST_F(Relayed, AReaderThatGoesAwayEndsIt) {
  absl::StatusOr<Pipe> pipe = MakePipe();
  ASSERT_TRUE(pipe.ok());
  fds_.output = pipe->write.get();
  pipe->read.reset();
  guest_->ComeUp();
  EXPECT_EQ(RelayGuest(fds_, absl::Minutes(1), absl::Minutes(1)).kind,
            Kind::kOutputGone);
}

TEST_F(Relayed, ASignalEndsIt) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  const UniqueFd signals(signalfd(-1, &set, SFD_CLOEXEC));
  fds_.signals = signals.get();
  raise(SIGTERM);
  const GuestEnd end = RelayGuest(fds_, absl::Minutes(1), absl::Minutes(1));
  EXPECT_EQ(end.kind, Kind::kInterrupted);
  EXPECT_EQ(end.status, SIGTERM);
}

}  // namespace
}  // namespace sockdrift
