//: States of connections, and how long they last.
//@ state_name: outcome settle

static const char *state_name(int state) {
  static const char *const names_of[] = {
      "EUNKNOWN",  "ESTABLISHED", "SYN_SENT",   "SYN_RECV", "FIN_WAIT1",
      "FIN_WAIT2", "TIME_WAIT",   "CLOSED",     "CLOSE_WAIT", "LAST_ACK",
      "LISTEN",    "CLOSING",     "SYN_RECV"};
  return state >= 0 && state <= 12 ? names_of[state] : "EUNKNOWN";
}
//@ state_of: state_name | netinet/in.h netinet/tcp.h sys/socket.h

static int state_of(int s) {
  struct tcp_info info = {0};
  settle();
  return getsockopt(s, IPPROTO_TCP, TCP_INFO, &info,
                    &(socklen_t){sizeof info}) < 0
             ? -1
             : info.tcpi_state;
}
//@ ends: address | stdio.h stdint.h sys/socket.h string.h

// The two ends of a connection, as /proc/net/tcp writes them.
struct ends {
  char local[64], remote[64];
};

static void write_end(char *text, const void *end) {
  uint32_t words[4] = {0, 0, htonl(0xffff), 0};
  const struct sockaddr_in6 *v6 = end;
  if (v6->sin6_family == AF_INET6) memcpy(words, &v6->sin6_addr, 16);
  else words[3] = ((const struct sockaddr_in *)end)->sin_addr.s_addr;
  snprintf(text, 64, "%08X%08X%08X%08X:%04X", words[0], words[1], words[2],
           words[3], ntohs(v6->sin6_port));
}

// For when the kernel no longer tells; `to` is the peer while there is none.
static void remember(struct ends *ends, int s, const struct sockaddr *to) {
  struct sockaddr_in6 end = {0};
  struct ends now;
  if (s < 0 ||
      getsockname(s, (struct sockaddr *)&end, &(socklen_t){sizeof end}) < 0) {
    return;
  }
  write_end(now.local, &end);
  if (getpeername(s, (struct sockaddr *)&end, &(socklen_t){sizeof end}) == 0) {
    write_end(now.remote, &end);
  } else if (to != NULL) {
    write_end(now.remote, to);
  } else {
    return;
  }
  *ends = now;
}
//@ state_facing: ends state_name | stdio.h string.h arpa/inet.h

// Of the other end: in /proc, for no socket may hold it any more.
static int state_facing(const struct ends *ends) {
  static const char *const files[] = {"/proc/self/net/tcp",
                                      "/proc/self/net/tcp6"};
  settle();
  if (ends->local[0] == 0) {
    errno = ENOTCONN;
    return -1;
  }
  for (int i = 0; i < 2; ++i) {
    char line[512], own[64], other[64], mapped[32] = "";
    unsigned state = 0;
    FILE *in = fopen(files[i], "r");
    if (in == NULL) continue;
    if (i == 0) sprintf(mapped, "%08X%08X%08X", 0, 0, htonl(0xffff));
    while (fgets(line, sizeof line, in) != NULL) {
      if (sscanf(line, " %*d: %40s %40s %x", own, other, &state) != 3) continue;
      const size_t skip = strlen(mapped);
      if (strncmp(ends->remote, mapped, skip) == 0 &&
          strncmp(ends->local, mapped, skip) == 0 &&
          strcmp(ends->remote + skip, own) == 0 &&
          strcmp(ends->local + skip, other) == 0) {
        fclose(in);
        return (int)state;
      }
    }
    fclose(in);
  }
  return 7;  // CLOSED
}
//@ show_state: state_name | stdio.h

static void show_state(int state) {
  if (says(state) < 0) return;
  snprintf(outcome, sizeof outcome, "%s", state_name(state));
}
//@ now_ms: | time.h

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}
//@ AWAIT_STATE: now_ms state_name | string.h unistd.h

static long long waited;  // ms

#define AWAIT_STATE(asked, wanted, ms)                        \
  do {                                                        \
    const long long began = now_ms();                         \
    for (;;) {                                                \
      const int state = asked;                                \
      waited = now_ms() - began;                              \
      if (says(state) < 0) break;                             \
      if (strcmp(state_name(state), wanted) == 0) {           \
        strcpy(outcome, "ok");                                \
        break;                                                \
      }                                                       \
      strcpy(outcome, "timeout");                             \
      if (waited > (ms)) break;                               \
      usleep(10000);                                          \
    }                                                         \
  } while (0)
//@ mark: AWAIT_STATE | stdio.h string.h

// The time that is nearest to what was waited: 2 % less to 10 % more.
static void show_nearest(const int *marks, int count) {
  long long nearest = -1, distance = 0;
  if (strcmp(outcome, "ok") != 0) return;
  for (int i = 0; i < count; ++i) {
    const long long mark = marks[i];
    const long long last = mark == 0 ? 100 : mark + mark / 10;
    const long long away = waited < mark ? mark - waited : waited - mark;
    if (waited < mark - mark / 50 || waited > last) continue;
    if (nearest >= 0 && away >= distance) continue;
    nearest = mark;
    distance = away;
  }
  if (nearest < 0) strcpy(outcome, "other");
  else if (nearest % 1000 == 0) sprintf(outcome, "%llds", nearest / 1000);
  else sprintf(outcome, "%lldms", nearest);
}
