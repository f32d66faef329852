//: Waiting for what was sent, and for connections.
//@ settle: ipv4 ipv6 choose_port | sched.h sys/socket.h sys/time.h

// Returns when what was sent has been delivered: on one CPU loopback keeps the
// order, so a datagram to oneself comes after all that was sent before.
static void settle(void) {
  static int self = -1;
  char byte = 0;
  if (self < 0) {
    cpu_set_t cpu;
    CPU_ZERO(&cpu);
    CPU_SET(sched_getcpu(), &cpu);
    sched_setaffinity(0, sizeof cpu, &cpu);
    const int port = choose_port(1024, 65535, -1);
    const struct sockaddr *to = ipv4("127.0.0.1", port);
    self = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (bind(self, to, 16) < 0 || connect(self, to, 16) < 0) {
      to = ipv6("::1", port, 0);
      if (self >= 0) close(self);
      self = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      if (bind(self, to, 28) < 0 || connect(self, to, 28) < 0) return;
    }
    setsockopt(self, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){1, 0},
               sizeof(struct timeval));
  }
  // Four times: a SYN is answered, and the answer is answered.
  for (int i = 0; i < 4; ++i) {
    if (send(self, &byte, 1, 0) < 0 || recv(self, &byte, 1, 0) < 0) return;
  }
}
//@ this_cpu: settle | sched.h

// The one that settle() has kept this program on.
static int this_cpu(void) { return sched_getcpu(); }
//@ ready: settle | poll.h

static int ready(int s, short events, int ms) {
  struct pollfd one = {s, events, 0};
  if (poll(&one, 1, 0) != 0) return 1;
  settle();
  return poll(&one, 1, ms) != 0;
}
//@ nothing: outcome | string.h

static void nothing(void) { strcpy(outcome, "nothing"); }
//@ type_of: | sys/socket.h

static int type_of(int s) {
  int type = 0;
  getsockopt(s, SOL_SOCKET, SO_TYPE, &type, &(socklen_t){sizeof type});
  return type;
}
//@ take: ready nothing type_of sockets | sys/socket.h unistd.h

// The next connection of a listening socket.
static int take(int s, int ms) {
  if (type_of(s) == SOCK_STREAM && !ready(s, POLLIN, ms)) {
    nothing();
    return GONE;
  }
  const int connection = says(accept4(s, NULL, NULL, SOCK_CLOEXEC));
  return connection < 0 ? GONE : connection;
}
//@ poll_events: ready nothing | poll.h string.h

static void show_events(int s, short events, int ms) {
  static const struct {
    short bit;
    const char *name;
  } all[] = {{POLLIN, "in"}, {POLLOUT, "out"}, {POLLERR, "err"},
             {POLLHUP, "hup"}, {POLLRDHUP, "rdhup"}};
  struct pollfd one = {s, events, 0};
  settle();
  ready(s, events, ms);
  if (poll(&one, 1, 0) <= 0) {
    nothing();
    return;
  }
  outcome[0] = 0;
  for (int i = 0; i < 5; ++i) {
    if ((one.revents & all[i].bit) == 0) continue;
    if (outcome[0]) strcat(outcome, "+");
    strcat(outcome, all[i].name);
  }
}
//@ wait_ms: outcome | time.h string.h

static void wait_ms(long ms) {
  const struct timespec length = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&length, NULL);
  strcpy(outcome, "ok");
}
