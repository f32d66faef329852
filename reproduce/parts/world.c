//: A world of the program's own, and whose rights calls have.
//@ leave_root: cannot | grp.h unistd.h

// As an ordinary user: root may do more than others.
static void leave_root(void) {
  if (geteuid() != 0) return;
  if (setgroups(0, NULL) < 0 || setresgid(65534, 65534, 65534) < 0 ||
      setresuid(65534, 65534, 65534) < 0) {
    cannot("leave root's uid");
  }
}
//@ as_user: cannot | grp.h unistd.h

// The effective ids alone: a socket belongs to who made it.
static void as_user(unsigned id) {
  const unsigned same = (unsigned)-1;
  if (setresuid(same, 0, same) < 0 || setgroups(0, NULL) < 0 ||
      setresgid(same, id, same) < 0 || setresuid(same, id, same) < 0) {
    cannot("make calls as other users: run this as root");
  }
}
//@ try_to_write: | errno.h fcntl.h string.h unistd.h

static int try_to_write(const char *path, const char *text) {
  const int file = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
  const long written = file < 0 ? -1 : write(file, text, strlen(text));
  const int error = errno;
  if (file >= 0) close(file);
  errno = error;
  return written < 0 ? -1 : 0;
}
//@ write_file: try_to_write cannot

static void write_file(const char *path, const char *text) {
  if (try_to_write(path, text) < 0) cannot(path);
}
//@ make_file: write_file | sys/stat.h

static void make_file(const char *path, const char *text) {
  const int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (file >= 0) close(file);
  chmod(path, 0666);
  write_file(path, text);
}
//@ run: cannot | stdlib.h string.h stdio.h

static void run(const char *command) {
  if (system(command) == 0) return;
  fprintf(stderr, "cannot make the network of this cell: %s\n", command);
  exit(2);
}
//@ run_until_ok: run | stdlib.h unistd.h

// What the kernel does in work of its own, after it has answered.
static void run_until_ok(const char *command) {
  for (int i = 0; i < 200 && system(command) != 0; ++i) usleep(10000);
}
//@ fresh_namespace: run write_file | sched.h stdio.h unistd.h

static int in_user_namespace;

// Everything below is set and done in a network namespace of this program's.
static void fresh_namespace(void) {
  char map[64];
  const unsigned uid = geteuid(), gid = getegid();
  if (unshare(CLONE_NEWNET) < 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) {
      cannot("make a network namespace: run this as root, or allow "
             "unprivileged user namespaces");
    }
    in_user_namespace = 1;
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", gid);
    write_file("/proc/self/gid_map", map);
    snprintf(map, sizeof map, "0 %u 1", uid);
    write_file("/proc/self/uid_map", map);
  }
  run("ip link set lo up");
}
//@ caps:
//@ capabilities: cannot leave_root fresh_namespace | linux/capability.h sys/prctl.h sys/syscall.h unistd.h

static void capabilities(unsigned long long effective,
                         unsigned long long permitted) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2] = {
      {(unsigned)effective, (unsigned)permitted, 0},
      {(unsigned)(effective >> 32), (unsigned)(permitted >> 32), 0}};
  if (syscall(SYS_capset, &header, sets) < 0) {
    cannot("have the capabilities that this cell needs: run this as root");
  }
}

// The calls run with these capabilities, as an ordinary user.
static void confine(unsigned long long effective,
                    unsigned long long permitted) {
  prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
  if (!in_user_namespace) leave_root();
  capabilities(effective, permitted);
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);  // else /proc/self is root's
}
//@ AS_ADMINISTRATOR: caps capabilities

// Raises what a change of the world needs, for that change alone.
#define AS_ADMINISTRATOR(act)                    \
  do {                                           \
    capabilities(permitted_caps, permitted_caps); \
    act;                                         \
    const int error_of_act = errno;              \
    capabilities(own_caps, permitted_caps);      \
    errno = error_of_act;                        \
  } while (0)
//@ set_link: cannot | net/if.h sys/ioctl.h sys/socket.h unistd.h string.h

static int set_link(const char *name, int up) {
  struct ifreq request = {0};
  const int s = socket(AF_INET, SOCK_DGRAM, 0);
  strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  int result = ioctl(s, SIOCGIFFLAGS, &request);
  if (up) request.ifr_flags |= IFF_UP;
  else request.ifr_flags &= (short)~IFF_UP;
  if (result == 0) result = ioctl(s, SIOCSIFFLAGS, &request);
  const int error = errno;
  close(s);
  errno = error;
  return result;
}
//@ change_address: cannot | linux/rtnetlink.h net/if.h arpa/inet.h sys/socket.h unistd.h string.h

// By rtnetlink, whose error is the outcome.
static int change_address(const char *link_name, const char *ip, int bits,
                          int add) {
  struct {
    struct nlmsghdr header;
    struct ifaddrmsg about;
    char attributes[64];
  } request = {0};
  char answer[1024];
  unsigned char bytes[16];
  const int v6 = strchr(ip, ':') != NULL;
  const int length = v6 ? 16 : 4;
  inet_pton(v6 ? AF_INET6 : AF_INET, ip, bytes);
  request.header.nlmsg_type = add ? RTM_NEWADDR : RTM_DELADDR;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  if (add) request.header.nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
  request.about.ifa_family = v6 ? AF_INET6 : AF_INET;
  request.about.ifa_prefixlen = (unsigned char)bits;
  request.about.ifa_flags = v6 ? IFA_F_NODAD : 0;
  request.about.ifa_index = if_nametoindex(link_name);
  if (request.about.ifa_index == 0) return -1;
  char *at = request.attributes;
  for (int type = IFA_ADDRESS; type <= IFA_LOCAL; ++type) {
    struct rtattr head = {(unsigned short)RTA_LENGTH(length),
                          (unsigned short)type};
    memcpy(at, &head, sizeof head);
    memcpy(at + sizeof head, bytes, (size_t)length);
    at += RTA_SPACE(length);
  }
  request.header.nlmsg_len = (unsigned)(at - (char *)&request);
  const int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  sendto(s, &request, request.header.nlmsg_len, 0, (struct sockaddr *)&kernel,
         sizeof kernel);
  const long got = recv(s, answer, sizeof answer, 0);
  close(s);
  if (got < (long)sizeof(struct nlmsghdr)) return -1;
  errno = -((struct nlmsgerr *)NLMSG_DATA((struct nlmsghdr *)answer))->error;
  return errno == 0 ? 0 : -1;
}
//@ hosts: fresh_namespace | fcntl.h sched.h unistd.h

// Two hosts are two network namespaces, descriptors 100 and 101.
static void make_hosts(void) {
  for (int i = 0; i < 2; ++i) {
    fresh_namespace();
    if (dup2(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), 100 + i) < 0) {
      cannot("keep a network namespace");
    }
  }
}

static void enter(int host) {
  if (setns(100 + host, CLONE_NEWNET) < 0) cannot("enter a network namespace");
}
