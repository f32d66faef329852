//: Other processes, one of which goes on at a time.
//@ processes: process_names cannot sockets | signal.h sys/prctl.h sys/socket.h sys/wait.h unistd.h string.h

// Processes take turns: one goes on when the one before it hands over.
static int me = process_main;
static int channels[process_count][2];

static void make_channels(void) {
  alarm(60);
  for (int i = 0; i < process_count; ++i) {
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channels[i]) < 0)
      cannot("make a pair of sockets");
  }
}

static int await_turn(void) {
  int message = 0;
  if (read(channels[me][0], &message, sizeof message) < 0) cannot("go on");
  return message;
}

static void hand_over(int process) {
  if (write(channels[process][1], &(int){0}, sizeof(int)) < 0) cannot("go on");
}

static pid_t start_process(int process) {
  const pid_t pid = fork();
  if (pid < 0) cannot("make a process");
  if (pid == 0) {
    me = process;
    alarm(60);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  }
  return pid;
}
//@ descriptors: processes | sys/socket.h sys/uio.h

// With the turn goes a descriptor (SCM_RIGHTS), or why there is none.
static void pass_descriptor(int process, int s) {
  int message = s < 0 ? -1 : 0;
  union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
  } control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)),
                        .cmsg_level = SOL_SOCKET,
                        .cmsg_type = SCM_RIGHTS}};
  struct iovec data = {&message, sizeof message};
  struct msghdr whole = {.msg_iov = &data, .msg_iovlen = 1};
  if (s >= 0) {
    memcpy(CMSG_DATA(&control.head), &s, sizeof s);
    whole.msg_control = &control;
    whole.msg_controllen = sizeof control;
  }
  if (sendmsg(channels[process][1], &whole, MSG_NOSIGNAL) >= 0) return;
  message = errno;
  if (write(channels[process][1], &message, sizeof message) < 0)
    cannot("go on");
}

static int take_descriptor(void) {
  int message = -1, s = GONE;
  union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec data = {&message, sizeof message};
  struct msghdr whole = {.msg_iov = &data, .msg_iovlen = 1,
                         .msg_control = &control,
                         .msg_controllen = sizeof control};
  if (recvmsg(channels[me][0], &whole, MSG_CMSG_CLOEXEC) < 0) cannot("go on");
  if (message < 0) not_reached();
  else {
    errno = message;
    says(message == 0 ? 0 : -1);
  }
  if (message == 0) memcpy(&s, CMSG_DATA(&control.head), sizeof s);
  return s;
}
